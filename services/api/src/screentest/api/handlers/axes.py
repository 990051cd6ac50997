"""Axes that cannot be rendered as they are written, refused with the place they stand at."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from screentest.api.domain.catalogue import Workflow
from screentest.api.domain.planning import Plan
from screentest.api.domain.slots import fit_values
from screentest.api.domain.sources import Sources
from screentest.api.domain.sweeps import Axis, Cell, Sweep
from screentest.api.handlers.asking import sentence
from screentest.api.problems.asking import InvalidParameters
from screentest.api.problems.batches import InvalidAxes
from screentest.api.schemas.axes import SlotAxis
from screentest.api.schemas.batches import BatchRequest
from screentest.api.schemas.points import Range, listed
from screentest.common.recipes import SlotValue


def refused(where: str, message: str) -> InvalidAxes:
    """What a person is told whose axes make no sense there."""
    return InvalidAxes(sentence([message]), errors=[_fault(where, message, InvalidAxes.name)])


def check_slots(asked: BatchRequest, sources: Sources) -> None:
    """See that the workflows have the slots that are varied, and that the values fit them.

    Raises:
        InvalidParameters: they do not; it names every place where.
    """
    workflows = [workflow for _, workflow in sources.chosen] or [sources.workflow]
    errors = [
        _fault(f"body.axes[{number}].{place}", message, InvalidParameters.name)
        for number, axis in enumerate(asked.axes)
        if isinstance(axis, SlotAxis)
        for place, message in _misfits(axis, workflows)
    ]
    if errors:
        messages = dict.fromkeys(error["message"] for error in errors)
        raise InvalidParameters(sentence(list(messages)), errors=errors)


def _misfits(axis: SlotAxis, workflows: Sequence[Workflow]) -> list[tuple[str, str]]:
    """Places on the axis, and what is wrong there."""
    values = listed(axis.values)
    lacking = [one for one in workflows if axis.slot not in {slot.name for slot in one.slots}]
    if lacking:
        return [("slot", message) for message in _unfit(axis.slot, values[0], lacking[:1])]
    is_range = isinstance(axis.values, Range)
    return [
        ("values" if is_range else f"values[{place}]", message)
        for place, value in enumerate(values if is_range else axis.values)
        for message in _unfit(axis.slot, value, workflows)
    ]


def _unfit(slot: str, value: SlotValue, workflows: Sequence[Workflow]) -> dict[str, None]:
    found = (fit_values(workflow.slots, {slot: value})[1] for workflow in workflows)
    return dict.fromkeys(message for messages in found for message in messages)


def check_prompts(asked: BatchRequest, sweep: Sweep, planned: Sequence[tuple[Cell, Plan]]) -> None:
    """See that every variant of a prompt axis makes another test shot.

    Raises:
        InvalidAxes: one changes no pixel of segment 1, the only one that is rendered.
    """
    before = len(sweep.axes) - len(asked.axes)
    for number, axis in enumerate(sweep.axes):
        if axis.kind != "prompt":
            continue
        if alike := _alike(axis, number + 1, planned):
            position = "full" if planned[0][1].planned_segments == 1 else "start"
            raise refused(
                f"body.axes[{number - before}].variants",
                f'{alike} of axis "{axis.name}": a test shot renders segment 1, which takes the '
                f'"{position}" prompt and the negative prompt; change one of them, or leave '
                "variants out",
            )


def _alike(axis: Axis, number: int, planned: Sequence[tuple[Cell, Plan]]) -> str | None:
    """Which variants change nothing; None when all do."""
    for point in axis.points:
        if set(point.differs) == {"prompts.continuation"}:
            return f'variant "{point.label}" changes no pixel'
    hashes: defaultdict[int, list[str]] = defaultdict(list)
    for cell, plan in planned:
        place = cell.at[number]
        if place is not None:
            hashes[place].append(plan.recipe_hash)
    first: dict[tuple[str, ...], str] = {}
    for place, point in enumerate(axis.points):
        other = first.setdefault(tuple(hashes[place]), point.label)
        if other != point.label:
            return f'variants "{other}" and "{point.label}" make the same test shots'
    return None


def _fault(where: str, message: str, kind: str) -> dict[str, Any]:
    return {"where": where, "message": message, "kind": kind}
