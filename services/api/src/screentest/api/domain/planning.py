"""From a workflow, a scene type, a character and what a person changed, to a recipe.

The one place where a recipe is built: a test shot and segment 1 of its scene come out alike. Must
never draw a random number or read a clock; a seed is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from screentest.api.domain.lengths import SegmentLength, segment_length, segments_for, wide_window
from screentest.api.domain.needs import needs_of
from screentest.api.domain.slots import fit_loras, fit_values, misfit, silenced_loras
from screentest.common.events import Artefact, Boundary, Needs, QAPolicy
from screentest.common.frame_rule import FrameRule
from screentest.common.prompts import resolve, resolve_prompts
from screentest.common.recipes import (
    MAX_SEED,
    Graph,
    Lora,
    Position,
    Prompts,
    Recipe,
    Renderer,
    RunRecipe,
    Slot,
    SlotValue,
)

MAX_RECIPE_BYTES = 56 * 1024
"""Events carry at most 64 kB, and have other things to say as well."""


class PlanError(Exception):
    """What is asked for cannot be rendered: one sentence per reason."""

    def __init__(self, code: str, problems: list[str]) -> None:
        """``code`` is the name of the problem it becomes."""
        super().__init__("; ".join(problems))
        self.code = code
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One version of a workflow."""

    id: int
    name: str
    version: int
    renderer: Renderer
    graph: Graph
    slots: tuple[Slot, ...]
    #: Which numbers of frames it can make; None: any.
    frame_rule: FrameRule | None = None
    #: What a worker must have, in GB of 1e9 bytes; None: any will do.
    vram_gb: float | None = None


@dataclass(frozen=True, kw_only=True)
class SceneType:
    """What every scene of a type has in common."""

    id: int
    name: str
    prompts: Prompts
    negative_prompt: str
    loras: tuple[Lora, ...]
    values: Mapping[str, SlotValue]
    #: None: a random one for every run.
    seed: int | None
    target_duration_s: float
    segment_duration_s: float
    #: How far from the target a scene may end.
    duration_tolerance_s: float = 0
    boundary: Boundary = field(default_factory=Boundary)
    qa: QAPolicy


@dataclass(frozen=True, kw_only=True)
class Character:
    """The subject, and the picture segment 1 begins with."""

    id: int
    name: str
    metadata: Mapping[str, Any]
    #: None while the character has no source image.
    seed_image: Artefact | None


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What a person changed for this one shot; what is not given comes from the scene type."""

    values: Mapping[str, SlotValue] = field(default_factory=dict)
    #: Replaces the scene type's stack as a whole.
    loras: tuple[Lora, ...] | None = None
    #: None takes the scene type's seed when it fixes one, else a random one.
    seed: int | Literal["random"] | None = None
    prompts: Prompts = field(default_factory=Prompts)
    negative_prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A recipe, and what the chain made with it will look like."""

    workflow: Workflow
    scene_type: SceneType
    character: Character
    recipe: RunRecipe
    seed_image: Artefact
    #: Of one segment, with these frames and fps.
    length: SegmentLength
    #: How many segments the whole scene has.
    planned_segments: int

    @cached_property
    def first(self) -> Recipe:
        """Segment 1: what a test shot renders."""
        position = Position.FULL if self.planned_segments == 1 else Position.START
        return self.recipe.for_segment(1, position, self.seed_image.sha256)

    @cached_property
    def recipe_hash(self) -> str:
        """The recipe hash of segment 1."""
        return self.first.hash

    @cached_property
    def needs(self) -> Needs:
        """What a worker must have to render any segment."""
        return needs_of(self.first, self.workflow.vram_gb)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """All that a person needs to see, repeat or compare the shot; plain JSON."""
        return {
            "workflow": {
                "id": self.workflow.id,
                "name": self.workflow.name,
                "version": self.workflow.version,
                "renderer": self.workflow.renderer.value,
            },
            "values": dict(self.first.values),
            "loras": [lora.model_dump() for lora in self.recipe.loras],
            "seed": self.recipe.seed,
            "prompt": self.first.prompt,
            "prompts": self.recipe.prompts.model_dump(exclude_none=True),
            "negative_prompt": self.recipe.negative_prompt,
            "planned_segments": self.planned_segments,
            "segment_duration_s": self.length.duration_s,
            "frames_rounded": self.length.rounded and self.length.rounded.model_dump(),
            "target_duration_s": self.scene_type.target_duration_s,
            "duration_tolerance_s": self.scene_type.duration_tolerance_s,
            "boundary": self.scene_type.boundary.model_dump(mode="json"),
            "seed_image_sha256": self.seed_image.sha256,
        }


def plan(
    workflow: Workflow,
    scene_type: SceneType,
    character: Character,
    overrides: Overrides,
    *,
    random_seed: int,
) -> Plan:
    """Build the recipe that renders ``scene_type`` with ``character``.

    Raises:
        PlanError: a value fits no slot, a placeholder has no value, or there is no source image.
    """
    if character.seed_image is None:
        problem = f'character "{character.name}" has no source image: upload one to begin with'
        raise PlanError("no-source-image", [problem])
    prompts, negative_prompt = _texts(scene_type, character, overrides)
    values, loras, problems = _parameters(workflow, scene_type, overrides)
    seed, wrong_seed = _seed(workflow, scene_type, overrides, random_seed)
    length = segment_length(
        workflow.slots, workflow.frame_rule, values, scene_type.segment_duration_s
    )
    if length.frames is not None:
        values.setdefault("frames", length.frames)
    wide = wide_window(scene_type.boundary, length)
    if problems := [*problems, *wrong_seed, *length.problems, *wide]:
        raise PlanError("invalid-parameters", problems)
    recipe = RunRecipe(
        renderer=workflow.renderer,
        graph=workflow.graph,
        slots=workflow.slots,
        values=values,
        loras=loras,
        seed=seed,
        prompts=prompts,
        negative_prompt=negative_prompt,
    )
    _check_size(workflow, recipe)
    return Plan(
        workflow=workflow,
        scene_type=scene_type,
        character=character,
        recipe=recipe,
        seed_image=character.seed_image,
        length=length,
        planned_segments=planned_segments(scene_type, length.duration_s),
    )


def planned_segments(scene_type: SceneType, segment_duration_s: float) -> int:
    """How many segments of that length a scene of the type is planned to have."""
    return segments_for(
        scene_type.target_duration_s, segment_duration_s, scene_type.duration_tolerance_s
    )


def usual_segments(workflow: Workflow, scene_type: SceneType) -> int:
    """How many segments a scene of the type has that nobody changed anything of."""
    values, _ = fit_values(workflow.slots, scene_type.values)
    length = segment_length(
        workflow.slots, workflow.frame_rule, values, scene_type.segment_duration_s
    )
    return planned_segments(scene_type, length.duration_s)


def _check_size(workflow: Workflow, recipe: RunRecipe) -> None:
    size = len(recipe.model_dump_json())
    if size > MAX_RECIPE_BYTES:
        problem = (
            f'the recipe made of workflow "{workflow.name}" has {size} bytes and at most '
            f"{MAX_RECIPE_BYTES} can be sent to a worker: take out nodes that decide no pixels"
        )
        raise PlanError("workflow-too-large", [problem])


def _texts(
    scene_type: SceneType, character: Character, overrides: Overrides
) -> tuple[Prompts, str]:
    """Every prompt with its placeholders filled in."""
    facts = {**character.metadata, "name": character.name}
    templates = scene_type.prompts.model_copy(
        update=overrides.prompts.model_dump(exclude_none=True)
    )
    negative = overrides.negative_prompt
    prompts, unresolved = resolve_prompts(templates, facts)
    negative, more = resolve(scene_type.negative_prompt if negative is None else negative, facts)
    if missing := list(dict.fromkeys(unresolved + more)):
        names = ", ".join(f"{{{name}}}" for name in missing)
        problem = (
            f'the prompts name {names}, for which character "{character.name}" has no value: '
            f"add {'it' if len(missing) == 1 else 'them'} to the character's metadata, "
            f"or give a fallback in the prompt, as in {{{missing[0]}|...}}"
        )
        raise PlanError("unresolved-placeholders", [problem])
    return prompts, negative


def _parameters(
    workflow: Workflow, scene_type: SceneType, overrides: Overrides
) -> tuple[dict[str, SlotValue], tuple[Lora, ...], list[str]]:
    """Slot values and LoRA stack, and what is wrong with them."""
    values, problems = fit_values(workflow.slots, {**scene_type.values, **overrides.values})
    loras = scene_type.loras if overrides.loras is None else overrides.loras
    problems += fit_loras(workflow.renderer, workflow.graph, workflow.slots, loras)
    if loras or overrides.loras is not None:
        values |= silenced_loras(workflow.slots, len(loras))
    return values, loras, problems


def _seed(
    workflow: Workflow, scene_type: SceneType, overrides: Overrides, random_seed: int
) -> tuple[int, list[str]]:
    chosen = scene_type.seed if overrides.seed is None else overrides.seed
    if chosen is None or chosen == "random":
        return random_seed, []
    if not 0 <= chosen <= MAX_SEED:
        return 0, [f"the seed is a whole number from 0 to {MAX_SEED}, not {chosen}"]
    slot = next((slot for slot in workflow.slots if slot.name == "seed"), None)
    problem = slot and misfit(slot, chosen)
    return chosen, [problem] if problem else []
