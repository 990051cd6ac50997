"""Finds the slots of a workflow by walking its graph from samplers, encoders and loaders.

Pure: knows well-known input names, not the node classes' definitions, so it works without a server.
A person can overrule everything that is found here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from screentest.common.conditioning import prompt_places
from screentest.common.graphs import (
    Place,
    class_of,
    inputs_of,
    links_of,
    literal,
    literal_behind,
    live_nodes,
    upstream,
)
from screentest.common.recipes import MAX_SEED, Graph, Slot, SlotValue


@dataclass(frozen=True)
class _Shape:
    """What a slot's values look like."""

    kind: str
    minimum: float | None = None
    maximum: float | None = None


_SHAPES = {
    "image": _Shape("image"),
    "prompt": _Shape("text"),
    "negative_prompt": _Shape("text"),
    "seed": _Shape("int", 0, MAX_SEED),
    "steps": _Shape("int", 1, 10_000),
    "cfg": _Shape("float", 0, 100),
    "sampler": _Shape("choice"),
    "scheduler": _Shape("choice"),
    "denoise": _Shape("float", 0, 1),
    "width": _Shape("int", 16, 16_384),
    "height": _Shape("int", 16, 16_384),
    "frames": _Shape("int", 1, 4096),
    "fps": _Shape("float", 0.01, 1000),
}
_LORA = _Shape("choice")
_WEIGHT = _Shape("float", -10, 10)
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "text": (str,),
    "choice": (str,),
    "image": (str,),
}

_SAMPLING_CLASSES = ("Sampler", "Scheduler", "Noise", "Guider")
_SAMPLING_INPUTS = {
    "seed": ("seed", "noise_seed"),
    "steps": ("steps",),
    "cfg": ("cfg",),
    "sampler": ("sampler_name",),
    "scheduler": ("scheduler",),
    "denoise": ("denoise",),
}
_FRAME_INPUTS = ("length", "num_frames", "video_frames")
_RATE_INPUTS = ("fps", "frame_rate")
_WEIGHT_INPUTS = ("strength_model", "strength", "strength_clip")
#: Linked inputs that take the picture a clip starts from, and those that take another one.
_START_INPUTS = frozenset({"start_image", "first_frame", "init_image"})
_OTHER_INPUTS = frozenset({"end_image", "last_frame", "last_image", "mask", "reference_image"})


def discover_slots(graph: Graph) -> tuple[Slot, ...]:
    """The configurable inputs of a graph that `check_graph` accepts, in a stable order.

    Only nodes that lead to an output count. A name may occur more than once: where two samplers
    have the same seed or steps, both places take the slot's one value. Places with another value
    become a slot of their own (cfg, cfg_2).
    """
    found = _Found(graph)
    _find_images(found)
    for name, places in zip(("prompt", "negative_prompt"), prompt_places(graph), strict=True):
        for place in places:
            found.add(name, place)
    _find_sampling(found)
    _find_measures(found)
    _find_titled(found)
    found.sort()
    _find_loras(found)
    return tuple(found.slots)


class _Found:
    """The slots found so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = live_nodes(graph)
        self.slots: list[Slot] = []

    def has(self, name: str) -> bool:
        return any(slot.name == name for slot in self.slots)

    def add(self, name: str, place: Place, shape: _Shape | None = None) -> None:
        """Add the literal at or behind ``place``, if it is one of the slot's kind."""
        shape = shape or _SHAPES[name]
        written = literal_behind(self.graph, place, _TYPES[shape.kind])
        if written is None:
            return
        at, value = written
        if any((slot.node, slot.input) == (at.node, at.input) for slot in self.slots):
            return
        default = _default(shape, value)
        self.slots.append(
            Slot(
                name=self._name_for(name, default),
                node=at.node,
                input=at.input,
                kind=shape.kind,
                default=default,
                minimum=shape.minimum,
                maximum=shape.maximum,
            )
        )

    def _name_for(self, name: str, default: SlotValue | None) -> str:
        """``name`` when it is free or has the same default, else name_2, name_3..."""
        # Two pictures are never meant to be the same one, whatever the files were called.
        number = 1
        while True:
            numbered = name if number == 1 else f"{name}_{number}"
            holders = [slot for slot in self.slots if slot.name == numbered]
            if not holders or (holders[0].kind != "image" and holders[0].default == default):
                return numbered
            number += 1

    def sort(self) -> None:
        """Put the slots into the order people read them in."""
        order = list(_SHAPES)
        self.slots.sort(key=lambda slot: order.index(slot.name.rstrip("0123456789").rstrip("_")))


def _default(shape: _Shape, value: SlotValue) -> SlotValue | None:
    if shape.kind == "image":
        # The file was on the exporter's machine; the seed image is uploaded for every render.
        return None
    in_range = not isinstance(value, int | float) or (
        (shape.minimum is None or value >= shape.minimum)
        and (shape.maximum is None or value <= shape.maximum)
    )
    # ComfyUI's own seeds go up to 2^64, which no JSON reader in a browser keeps.
    return value if in_range else None


def _find_images(found: _Found) -> None:
    graph = found.graph
    loaders = [
        node
        for node in found.nodes
        if class_of(graph, node).startswith("LoadImage")
        and isinstance(literal(graph, Place(node, "image")), str)
        and "channel" not in inputs_of(graph, node)
    ]
    ranks = dict.fromkeys(loaders, 1)
    for node in found.nodes:
        for name, link in links_of(graph, node):
            rank = 0 if name in _START_INPUTS else 2 if name in _OTHER_INPUTS else 1
            for source in upstream(graph, link.node) if rank != 1 else ():
                if source in ranks and (rank == 0 or ranks[source] != 0):
                    ranks[source] = rank
    for node in sorted(loaders, key=ranks.__getitem__):
        found.add("image", Place(node, "image"))


def _find_sampling(found: _Found) -> None:
    graph = found.graph
    for name, inputs in _SAMPLING_INPUTS.items():
        for place in _places(found, inputs):
            if _is_sampling(graph, place.node) and not (
                # The second of two chained samplers adds no noise of its own.
                name == "seed" and inputs_of(graph, place.node).get("add_noise") == "disable"
            ):
                found.add(name, place)
    if not found.has("seed"):
        for place in _places(found, _SAMPLING_INPUTS["seed"]):
            found.add("seed", place)


def _is_sampling(graph: Graph, node: str) -> bool:
    return any(word in class_of(graph, node) for word in _SAMPLING_CLASSES)


def _find_measures(found: _Found) -> None:
    graph = found.graph
    makers = [
        node
        for node in found.nodes
        if any(name in inputs_of(graph, node) for name in _FRAME_INPUTS)
        or "Latent" in class_of(graph, node)
    ]
    scalers = [node for node in found.nodes if "ImageScale" in class_of(graph, node)]
    for name in ("width", "height"):
        sized = [node for node in makers if name in inputs_of(graph, node)] or scalers
        for node in sized:
            found.add(name, Place(node, name))
    for place in _places(found, _FRAME_INPUTS):
        found.add("frames", place)
    if not found.has("frames"):
        for node in found.nodes:
            if class_of(graph, node) == "RepeatImageBatch":
                found.add("frames", Place(node, "amount"))
    for place in _places(found, _RATE_INPUTS):
        found.add("fps", place)


def _find_titled(found: _Found) -> None:
    """Primitive nodes that a person titled with a slot's name."""
    for node in found.nodes:
        title = str(found.graph[node].get("_meta", {}).get("title", ""))
        name = title.strip().lower().replace(" ", "_")
        if name in _SHAPES and class_of(found.graph, node).startswith("Primitive"):
            found.add(name, Place(node, "value"))


def _find_loras(found: _Found) -> None:
    graph = found.graph
    number = 0
    for node in found.nodes:
        if isinstance(literal(graph, Place(node, "lora_name")), str):
            number += 1
            found.add(f"lora_{number}", Place(node, "lora_name"), _LORA)
            weights = [name for name in _WEIGHT_INPUTS if name in inputs_of(graph, node)]
            for name in weights:
                # A loader for model and text encoder keeps one weight for both if it had one.
                if literal(graph, Place(node, name)) == literal(graph, Place(node, weights[0])):
                    found.add(f"lora_{number}_weight", Place(node, name), _WEIGHT)


def _places(found: _Found, names: tuple[str, ...]) -> Iterator[Place]:
    return (
        Place(node, name)
        for node in found.nodes
        for name in names
        if name in inputs_of(found.graph, node)
    )
