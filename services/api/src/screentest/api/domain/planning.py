"""From a workflow, a scene type, a character and what a person changed, to a recipe.

The one place where a recipe is built: a test shot and segment 1 of its scene come out alike. Must
never draw a random number or read a clock; a seed is handed in.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from screentest.api.domain.catalogue import Character, Overrides, SceneType, Workflow
from screentest.api.domain.lengths import SegmentLength, segment_length, wide_window
from screentest.api.domain.needs import needs_of
from screentest.api.domain.segment_counts import planned_segments
from screentest.api.domain.slots import fit_loras, fit_values, misfit, silenced_loras
from screentest.common.events import Artefact, Needs
from screentest.common.prompts import resolve, resolve_prompts
from screentest.common.recipes import (
    MAX_SEED,
    Lora,
    Position,
    Prompts,
    Recipe,
    RunRecipe,
    SlotValue,
)

MAX_RECIPE_BYTES = 56 * 1024
"""Events carry at most 64 kB, and have other things to say as well."""

_NO_IMAGE = "0" * 64


class PlanError(Exception):
    """What is asked for cannot be rendered: one sentence per reason."""

    def __init__(self, code: str, problems: list[str]) -> None:
        """``code`` is the name of the problem it becomes."""
        super().__init__("; ".join(problems))
        self.code = code
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A recipe, and what the chain made with it will look like."""

    configuration: "Configuration"
    character: Character
    recipe: RunRecipe
    seed_image: Artefact

    @property
    def workflow(self) -> Workflow:
        """The workflow that renders it."""
        return self.configuration.workflow

    @property
    def scene_type(self) -> SceneType:
        """The scene type it is of."""
        return self.configuration.scene_type

    @property
    def length(self) -> SegmentLength:
        """Of one segment."""
        return self.configuration.length

    @property
    def planned_segments(self) -> int:
        """How many segments the whole scene has."""
        return self.configuration.planned_segments

    @property
    def needs(self) -> Needs:
        """What a worker must have to render any segment."""
        return self.configuration.needs

    @cached_property
    def recipe_json(self) -> str:
        """The recipe as it is stored."""
        return self.recipe.model_dump_json()

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
    def parameters(self) -> dict[str, Any]:
        """All that a person needs to see, repeat or compare the shot; plain JSON."""
        return {
            **self.configuration.parameters,
            "values": dict(self.first.values),
            "seed": self.recipe.seed,
            "prompt": self.first.prompt,
            "prompts": self.recipe.prompts.model_dump(exclude_none=True),
            "negative_prompt": self.recipe.negative_prompt,
            "seed_image_sha256": self.seed_image.sha256,
        }


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """All of a plan but the character and the seed.

    A batch makes one for every combination of its axes, and plans all characters with it.
    """

    workflow: Workflow
    scene_type: SceneType
    overrides: Overrides
    length: SegmentLength
    #: What every character's recipe has in common: its texts are templates, its seed is nobody's.
    recipe: RunRecipe
    #: One sentence for everything of it that does not fit the workflow.
    problems: tuple[str, ...]

    @cached_property
    def needs(self) -> Needs:
        """What a worker must have to render any segment: texts and seeds change nothing of it."""
        return needs_of(self.recipe.for_segment(1, Position.FULL, _NO_IMAGE), self.workflow.vram_gb)

    @cached_property
    def planned_segments(self) -> int:
        """How many segments the whole scene has."""
        return planned_segments(self.scene_type, self.length.duration_s)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What is the same for all characters of what people see of a shot."""
        return {
            "workflow": {
                "id": self.workflow.id,
                "name": self.workflow.name,
                "version": self.workflow.version,
                "renderer": self.workflow.renderer.value,
            },
            "loras": [lora.model_dump() for lora in self.recipe.loras],
            "templates": self.templates,
            "planned_segments": self.planned_segments,
            "segment_duration_s": self.length.duration_s,
            "frames_rounded": self.length.rounded and self.length.rounded.model_dump(),
            "target_duration_s": self.scene_type.target_duration_s,
            "duration_tolerance_s": self.scene_type.duration_tolerance_s,
            "boundary": self.scene_type.boundary.model_dump(mode="json"),
        }

    @cached_property
    def templates(self) -> dict[str, str]:
        """The texts before a character's words are filled in; the same for all characters."""
        texts = self.recipe.prompts.model_dump(exclude_none=True)
        return {**texts, "negative_prompt": self.recipe.negative_prompt}

    def plan(self, character: Character, *, random_seed: int) -> Plan:
        """Build the recipe that renders it with ``character``.

        Raises:
            PlanError: a value fits no slot, a placeholder has no value, or there is no source
                image.
        """
        if character.seed_image is None:
            problem = f'character "{character.name}" has no source image: upload one to begin with'
            raise PlanError("no-source-image", [problem])
        prompts, negative_prompt = _texts(self.recipe, character)
        seed, misfits = _seed(self.workflow, self.scene_type, self.overrides, random_seed)
        if problems := [*self.problems, *misfits]:
            raise PlanError("invalid-parameters", problems)
        plan = Plan(
            configuration=self,
            character=character,
            recipe=self.recipe.with_words(seed, prompts, negative_prompt),
            seed_image=character.seed_image,
        )
        _check_size(plan)
        return plan


def configure(workflow: Workflow, scene_type: SceneType, overrides: Overrides) -> Configuration:
    """Put together what all characters have in common, and say what of it does not fit."""
    values, loras, problems = _parameters(workflow, scene_type, overrides)
    length = segment_length(
        workflow.slots, workflow.frame_rule, values, scene_type.segment_duration_s
    )
    if length.frames is not None:
        values.setdefault("frames", length.frames)
    wide = wide_window(scene_type.boundary, length)
    negative = overrides.negative_prompt
    recipe = RunRecipe(
        renderer=workflow.renderer,
        graph=workflow.graph,
        slots=workflow.slots,
        values=values,
        loras=loras,
        seed=0,
        prompts=scene_type.prompts.model_copy(
            update=overrides.prompts.model_dump(exclude_none=True)
        ),
        negative_prompt=scene_type.negative_prompt if negative is None else negative,
    )
    return Configuration(
        workflow=workflow,
        scene_type=scene_type,
        overrides=overrides,
        length=length,
        recipe=recipe,
        problems=(*problems, *length.problems, *wide),
    )


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
    return configure(workflow, scene_type, overrides).plan(character, random_seed=random_seed)


def _check_size(plan: Plan) -> None:
    size = len(plan.recipe_json.encode())
    if size > MAX_RECIPE_BYTES:
        problem = (
            f'the recipe made of workflow "{plan.workflow.name}" has {size} bytes and at most '
            f"{MAX_RECIPE_BYTES} can be sent to a worker: take out nodes that decide no pixels"
        )
        raise PlanError("workflow-too-large", [problem])


def _texts(templates: RunRecipe, character: Character) -> tuple[Prompts, str]:
    """Every prompt with its placeholders filled in."""
    prompts, unresolved = resolve_prompts(templates.prompts, character.facts)
    negative, more = resolve(templates.negative_prompt, character.facts)
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
