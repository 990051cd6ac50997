"""The slots that were found in a graph so far: their names, kinds, ranges and defaults."""

from dataclasses import dataclass

from screentest.common.graphs import (
    Graph,
    Link,
    Place,
    SlotValue,
    inputs_of,
    link_of,
    literal_behind,
)
from screentest.common.recipe_parts import MAX_SEED, Slot
from screentest.common.samplers import sampling_order


@dataclass(frozen=True)
class Shape:
    """What a slot's values look like."""

    kind: str
    minimum: float | None = None
    maximum: float | None = None


#: In the order in which people read them.
SHAPES = {
    "image": Shape("image"),
    "prompt": Shape("text"),
    "negative_prompt": Shape("text"),
    "seed": Shape("int", 0, MAX_SEED),
    "steps": Shape("int", 1, 10_000),
    "switch_step": Shape("int", 0, 10_000),
    "cfg": Shape("float", 0, 100),
    "guidance": Shape("float", 0, 100),
    "shift": Shape("float", 0, 100),
    "sampler": Shape("choice"),
    "scheduler": Shape("choice"),
    "denoise": Shape("float", 0, 1),
    "width": Shape("int", 16, 16_384),
    "height": Shape("int", 16, 16_384),
    "frames": Shape("int", 1, 4096),
    "fps": Shape("float", 0.01, 1000),
    "conditioning_fps": Shape("float", 0.01, 1000),
    "motion": Shape("int", 1, 1023),
    "augmentation": Shape("float", 0, 10),
    "checkpoint": Shape("choice"),
    "diffusion_model": Shape("choice"),
    "motion_model": Shape("choice"),
    "text_encoder": Shape("choice"),
    "clip_vision": Shape("choice"),
    "vae": Shape("choice"),
    "controlnet": Shape("choice"),
    "upscale_model": Shape("choice"),
}
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "text": (str,),
    "choice": (str,),
    "image": (str,),
}


class FoundSlots:
    """Collects slots; every place in the graph is one slot at most."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        #: The live nodes, those of an earlier sampler first.
        self.nodes = sampling_order(graph)
        self.slots: list[Slot] = []
        #: Links that a slot's value takes the place of, by the slot's name.
        self._cut: dict[str, Link] = {}

    def has(self, name: str) -> bool:
        """Whether there is a slot of that name."""
        return any(slot.name == name for slot in self.slots)

    def written(self, name: str, place: Place) -> SlotValue | None:
        """The value at or behind ``place``, if it is one of the slot's kind."""
        found = literal_behind(self.graph, place, _TYPES[SHAPES[name].kind])
        return found[1] if found else None

    def shares(self, name: str, place: Place) -> bool:
        """Whether a slot of that very name has the value of ``place``."""
        value = self.written(name, place)
        return any(slot.name == name and slot.default == value for slot in self.slots)

    def add(
        self,
        name: str,
        place: Place,
        shape: Shape | None = None,
        *,
        numbered: bool = True,
        cuts: bool = False,
    ) -> None:
        """Add the literal at or behind ``place``, if it is one of the slot's kind.

        Args:
            name: gets a number when it is taken by a slot with another default.
            place: an input.
            shape: that of a slot with a name of its own.
            numbered: False: the name is kept, whatever the default.
            cuts: a link with no such literal behind it (two texts joined, a number computed) is
                made a slot as well. Its value takes the place of the link, which else stays.
        """
        shape = shape or SHAPES[name]
        written = literal_behind(self.graph, place, _TYPES[shape.kind])
        link = link_of(inputs_of(self.graph, place.node).get(place.input)) if cuts else None
        if written is None and link is None:
            return
        at, value = written or (place, None)
        if any((slot.node, slot.input) == (at.node, at.input) for slot in self.slots):
            return
        default = _default(shape, value)
        link = link if written is None else None
        name = self._name_for(name, default, link) if numbered else name
        if link is not None:
            self._cut[name] = link
        self.slots.append(
            Slot(
                name=name,
                node=at.node,
                input=at.input,
                kind=shape.kind,
                default=default,
                minimum=shape.minimum,
                maximum=shape.maximum,
            )
        )

    def _name_for(self, name: str, default: SlotValue | None, cut: Link | None) -> str:
        """``name`` when it is free or has the same default or link, else name_2, name_3..."""
        # Two pictures are never meant to be the same one, whatever the files were called.
        number = 1
        while True:
            numbered = name if number == 1 else f"{name}_{number}"
            holders = [slot for slot in self.slots if slot.name == numbered]
            is_same = (
                holders
                and holders[0].kind != "image"
                and (holders[0].default, self._cut.get(numbered)) == (default, cut)
            )
            if not holders or is_same:
                return numbered
            number += 1

    def sort(self) -> None:
        """Put the slots into the order people read them in."""
        order = list(SHAPES)
        self.slots.sort(key=lambda slot: order.index(slot.name.rstrip("0123456789").rstrip("_")))


def _default(shape: Shape, value: SlotValue | None) -> SlotValue | None:
    """What the graph says; None when it says nothing, or what cannot be used."""
    if value is None or shape.kind == "image":
        # The file was on the exporter's machine; the seed image is uploaded for every render.
        return None
    # ComfyUI's own seeds go up to 2^64, which no JSON reader in a browser keeps.
    return value if _is_within(shape, value) else None


def _is_within(shape: Shape, value: SlotValue) -> bool:
    return not isinstance(value, int | float) or (
        (shape.minimum is None or value >= shape.minimum)
        and (shape.maximum is None or value <= shape.maximum)
    )
