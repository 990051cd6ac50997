"""What people change of slots that were found in a graph: hide, rename, narrow.

A change names a slot as it was found, not its node, so it outlives renumbering. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screentest.common.recipes import Slot, SlotValue


class SlotChange(BaseModel):
    """What to change of one slot; what is left out stays as it was found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_hidden: bool = Field(
        default=False, description="No slot at all: the graph's own value stays in it."
    )
    name: str = Field(default="", min_length=1, max_length=80, examples=["cfg_low"])
    default: SlotValue | None = None
    minimum: float | None = Field(default=None, allow_inf_nan=False)
    maximum: float | None = Field(default=None, allow_inf_nan=False)
    choices: tuple[str, ...] = Field(default=(), max_length=1000)


SlotChanges = dict[Annotated[str, Field(min_length=1, max_length=80)], SlotChange]


def changed_slots(found: Sequence[Slot], changes: Mapping[str, SlotChange]) -> list[Slot]:
    """The slots that were found, changed; changes of slots that were not found do nothing."""
    return [
        _changed(slot, changes[slot.name]) if slot.name in changes else slot
        for slot in found
        if slot.name not in changes or not changes[slot.name].is_hidden
    ]


def change_faults(found: Sequence[Slot], changes: Mapping[str, SlotChange]) -> list[str]:
    """One sentence for each change of a slot that was not found."""
    names = list(dict.fromkeys(slot.name for slot in found))
    return [
        f'There is no slot "{name}" to change: found are {", ".join(names) or "none"}.'
        for name in changes
        if name not in names
    ]


def dump_changes(changes: Mapping[str, SlotChange]) -> dict[str, Any]:
    """The changes as JSON, with nothing in them that was not said."""
    return {
        name: change.model_dump(mode="json", exclude_unset=True) for name, change in changes.items()
    }


def _changed(slot: Slot, change: SlotChange) -> Slot:
    said = {name: getattr(change, name) for name in change.model_fields_set - {"is_hidden"}}
    return slot.model_copy(update=said)
