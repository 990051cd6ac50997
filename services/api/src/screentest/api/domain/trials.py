"""A workflow planned as a test shot would be, without anybody to be in it. Pure."""

import math
from collections.abc import Mapping, Sequence

from screentest.api.domain.catalogue import Character, Overrides, SceneType, Workflow
from screentest.api.domain.planning import Plan, plan
from screentest.common.events import Artefact, QAPolicy
from screentest.common.recipes import Lora, Prompts, SlotValue

_SEGMENT_S = 2.0
#: A size that every family of models can make, where it is not told to make less.
_SMALL_PX = 256
#: Enough to have a boundary frame, and for QA to see motion.
_FEW_FRAMES = 5
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


def small(workflow: Workflow) -> dict[str, SlotValue]:
    """Values that make a workflow render as little as it can: few frames of a small size."""
    values: dict[str, SlotValue] = {}
    for slot in workflow.slots:
        if slot.name in {"width", "height"}:
            default = slot.default if isinstance(slot.default, int | float) else _SMALL_PX
            values[slot.name] = int(max(min(default, _SMALL_PX), slot.minimum or 1))
        elif slot.name == "frames":
            first = max(_FEW_FRAMES, math.ceil(slot.minimum or 1))
            rule = workflow.frame_rule
            values["frames"] = rule.at_least(first) if rule else first
    return values


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
