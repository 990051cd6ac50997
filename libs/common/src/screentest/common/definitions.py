"""What a ComfyUI server says of its node classes (`/object_info`): types, ranges, choices, outputs.

Must never be needed: without it, or for classes it does not know, all questions have no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screentest.common.graphs import SlotValue

ObjectInfo = Mapping[str, Any]
"""Node class -> its entry in a server's `/object_info`."""

_KINDS = {"INT": "int", "FLOAT": "float", "STRING": "text", "BOOLEAN": "bool", "COMBO": "choice"}


@dataclass(frozen=True)
class Definition:
    """One input of a node class."""

    #: int, float, text, bool, choice; None: something that is linked, or of an unknown type.
    kind: str | None = None
    default: SlotValue | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


def definition_of(info: ObjectInfo, node_class: str, name: str) -> Definition:
    """What is known of an input; of an unknown one, nothing."""
    inputs = _mapping(_mapping(info.get(node_class)).get("input"))
    known = {**_mapping(inputs.get("optional")), **_mapping(inputs.get("required"))}
    written = _list(known.get(name))
    if not written:
        return Definition()
    kind, options = written[0], _mapping(written[1] if len(written) > 1 else None)
    # A list of options in the place of a type is how servers and nodes wrote it until 2025.
    listed = kind if isinstance(kind, list) else options.get("options")
    default = options.get("default")
    return Definition(
        kind="choice" if isinstance(kind, list) else _KINDS.get(str(kind)),
        default=default if isinstance(default, bool | int | float | str) else None,
        minimum=_number(options.get("min")),
        maximum=_number(options.get("max")),
        choices=tuple(each for each in _list(listed) if isinstance(each, str)),
    )


def puts_out(info: ObjectInfo, node_class: str) -> bool | None:
    """Whether a server runs graphs for the sake of this class; None: it does not know the class."""
    entry = info.get(node_class)
    return bool(entry.get("output_node")) if isinstance(entry, Mapping) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
