"""Slots as servers describe the inputs that take them: kinds, ranges, choices, missing defaults.

Pure. What a server does not say stays as it is. Must never make choices of files: every worker has
its own, and a LoRA that comes tomorrow is welcome.
"""

from collections.abc import Iterable, Iterator, Sequence

from screentest.common.frame_rule import FrameRule
from screentest.common.graphs import (
    Graph,
    Place,
    SlotValue,
    class_of,
    inputs_of,
    link_of,
    literal,
    literal_behind,
    live_nodes,
)
from screentest.common.object_info import InputSpec, ObjectInfo
from screentest.common.recipe_parts import MAX_SEED, Slot

#: A server's types of numbers.
_NUMBERS = {"INT": "int", "FLOAT": "float"}
#: The types of a slot's literals, where it may stand in a primitive node.
_LITERALS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "choice": (str,)}
#: What is chosen from a list that is the same on every server of a version, by a slot's name.
_LISTED = ("sampler", "scheduler")
#: Slots travel with every recipe; a list that is longer is left to the workers.
_MOST_CHOICES = 100
#: What `FrameRule` takes.
_MOST_STEP = 1024

Takers = dict[Place, list[Place]]
"""Where a literal is written, and the inputs that are linked to it."""


def described_slots(graph: Graph, slots: Sequence[Slot], info: ObjectInfo) -> tuple[Slot, ...]:
    """``slots`` with what is said of every input that takes their values.

    The value of a primitive node is taken by all that it is linked to. Slots of one name have one
    value, so they get the range and the choices that all of their places allow.
    """
    if not info.nodes:
        return tuple(slots)
    specs = _specs_by_name(graph, slots, info)
    return tuple(_described(graph, slot, specs[slot.name]) for slot in slots)


def described_frame_rule(graph: Graph, slots: Sequence[Slot], info: ObjectInfo) -> FrameRule | None:
    """The rule of the nodes that count frames: a step of 4 from 1 is 4n+1.

    None where nothing is said, or the graph itself counts otherwise: no server insists on it.
    """
    frames = [slot for slot in slots if slot.name == "frames"]
    rules = {
        FrameRule(step=spec.step, offset=int(spec.minimum or 0) % spec.step)
        for spec in _specs_by_name(graph, frames, info).get("frames", ())
        if spec.step is not None and spec.step <= _MOST_STEP
    }
    rule = rules.pop() if len(rules) == 1 else None
    counts = [slot.default for slot in frames]
    fits = rule and all(isinstance(one, int | float) and rule.allows(one) for one in counts)
    return rule if fits else None


def _specs_by_name(
    graph: Graph, slots: Sequence[Slot], info: ObjectInfo
) -> dict[str, list[InputSpec]]:
    """What is said of the inputs that take the value of each name."""
    takers = _takers(graph)
    specs: dict[str, list[InputSpec]] = {}
    for slot in slots:
        at = Place(slot.node, slot.input)
        places = [at, *takers.get(at, ())]
        said = (info.input_of(class_of(graph, one.node), one.input) for one in places)
        specs.setdefault(slot.name, []).extend(said)
    return specs


def _takers(graph: Graph) -> Takers:
    takers: Takers = {}
    for node in live_nodes(graph):
        for name, value in inputs_of(graph, node).items():
            if link_of(value) is None:
                continue
            place = Place(node, name)
            behind = {literal_behind(graph, place, kinds) for kinds in _LITERALS.values()}
            for found in behind:
                if found is not None and place not in takers.setdefault(found[0], []):
                    takers[found[0]].append(place)
    return takers


def _described(graph: Graph, slot: Slot, specs: Sequence[InputSpec]) -> Slot:
    if slot.kind == "choice":
        return slot.model_copy(update={"choices": _choices(slot, specs)})
    numbers = [spec for spec in specs if spec.type in _NUMBERS]
    if slot.kind not in _NUMBERS.values() or not numbers:
        return slot
    # A whole number fits all of them.
    kind = "int" if any(spec.type == "INT" for spec in numbers) else "float"
    low, high = _range(slot, numbers)
    narrowed = slot.model_copy(update={"kind": kind, "minimum": low, "maximum": high})
    return narrowed.model_copy(update={"default": _default(graph, narrowed, numbers)})


def _range(slot: Slot, specs: Sequence[InputSpec]) -> tuple[float | None, float | None]:
    """What the slot and all inputs allow; what the inputs allow where the slot was only a guess."""
    said = _common([(spec.minimum, spec.maximum) for spec in specs])
    if said is None:
        return slot.minimum, slot.maximum
    low, high = _common([said, (slot.minimum, slot.maximum)]) or said
    # No JSON reader keeps more: some nodes take seeds up to 2^64.
    return (
        None if low is None else max(low, -MAX_SEED),
        None if high is None else min(high, MAX_SEED),
    )


def _common(
    ranges: Iterable[tuple[float | None, float | None]],
) -> tuple[float | None, float | None] | None:
    """The range that lies in all of them; None where there is none."""
    ends = tuple(zip(*ranges, strict=True))
    low = max((one for one in ends[0] if one is not None), default=None)
    high = min((one for one in ends[1] if one is not None), default=None)
    return None if low is not None and high is not None and low > high else (low, high)


def _default(graph: Graph, slot: Slot, specs: Sequence[InputSpec]) -> SlotValue | None:
    """What it was, else what the graph or the node's class says, as far as that fits."""
    written = literal(graph, Place(slot.node, slot.input))
    candidates = (slot.default, written, *(spec.default for spec in specs))
    return next(_fitting(slot, candidates), None)


def _fitting(slot: Slot, values: Iterable[SlotValue | None]) -> Iterator[SlotValue]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if slot.kind == "int" and value != int(value):
            continue
        if (slot.minimum is None or value >= slot.minimum) and (
            slot.maximum is None or value <= slot.maximum
        ):
            yield int(value) if slot.kind == "int" else value


def _choices(slot: Slot, specs: Sequence[InputSpec]) -> tuple[str, ...]:
    """What every place offers, in the order of the first."""
    if slot.name.rstrip("0123456789").rstrip("_") not in _LISTED:
        return slot.choices
    lists = [spec.options for spec in specs if spec.options]
    shared = tuple(
        option
        for option in (lists[0] if lists else ())
        if isinstance(option, str) and all(option in others for others in lists)
    )
    return shared if 0 < len(shared) <= _MOST_CHOICES else slot.choices
