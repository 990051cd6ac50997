"""A workflow planned as a test shot would be, without anybody to be in it. Pure."""

from collections.abc import Mapping, Sequence

from screentest.api.domain.planning import (
    Character,
    Overrides,
    Plan,
    SceneType,
    Workflow,
    plan,
)
from screentest.common.events import Artefact, QAPolicy
from screentest.common.recipes import Lora, Prompts, SlotValue

_SEGMENT_S = 2.0
#: Its bytes are never asked for.
_NO_IMAGE = Artefact(key="none", sha256="0" * 64, size_bytes=0, media_type="image/png")


def bare_scene_type(workflow: Workflow) -> SceneType:
    """A scene type that changes nothing of a workflow."""
    defaults = {slot.name: slot.default for slot in workflow.slots if slot.default is not None}
    # A length that the workflow has itself is not one that seconds are made frames of.
    values = {"frames": defaults["frames"]} if "frames" in defaults else {}
    return SceneType(
        id=0,
        name=workflow.name,
        prompts=Prompts(),
        negative_prompt="",
        loras=(),
        values=values,
        seed=None,
        target_duration_s=_SEGMENT_S,
        segment_duration_s=_SEGMENT_S,
        qa=QAPolicy(),
    )


def trial(
    workflow: Workflow,
    scene_type: SceneType,
    values: Mapping[str, SlotValue],
    loras: Sequence[Lora] | None,
) -> Plan:
    """What segment 1 would be rendered with.

    Raises:
        PlanError: a value or LoRA does not fit the workflow.
    """
    overrides = Overrides(values=values, loras=None if loras is None else tuple(loras))
    nobody = Character(id=0, name="nobody", metadata={}, seed_image=_NO_IMAGE)
    return plan(workflow, scene_type, nobody, overrides, random_seed=0)
