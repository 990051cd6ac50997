"""The workflow library: ready graphs for image-to-video models, and what people must know of them.

A graph is `graphs/<name>.json`, in ComfyUI's API format; dropped into ComfyUI, the file opens. What
cannot be read from it is `manifests/<name>.json`. Nothing here downloads anything.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from screentest.common.frame_rule import FrameRule
from screentest.common.graphs import Place, literal
from screentest.common.recipes import Frozen, Graph, Slot, SlotValue
from screentest.common.slots import discover_slots

_HERE = files(__package__)


class ModelFile(Frozen):
    """A file that a worker's ComfyUI must have to render a workflow."""

    #: Below ComfyUI's `models/`: diffusion_models, text_encoders, vae.
    folder: str
    file: str
    #: How large it is, roughly.
    size_gb: float = Field(gt=0)
    #: Where people get it, in words.
    source: str


class LibraryWorkflow(Frozen):
    """A workflow that is ready to be imported."""

    #: What it is asked for by, and its files' name.
    name: str
    title: str
    description: str
    graph: Graph
    slots: tuple[Slot, ...]
    frame_rule: FrameRule | None
    #: What a card has, nominally, on which it was made to run; None: any, or none at all.
    vram_gb: float | None
    models: tuple[ModelFile, ...]

    def default(self, slot: str) -> SlotValue | None:
        """What the graph says for a slot: its width, its fps, its frames."""
        return next((one.default for one in self.slots if one.name == slot), None)

    @property
    def frame_counts(self) -> tuple[int, ...] | None:
        """The numbers of frames it can make; None: any that its slot takes."""
        if self.frame_rule is None:
            return None
        slot = next(one for one in self.slots if one.name == "frames")
        least, most = int(slot.minimum or 1), int(slot.maximum or 0)
        first = self.frame_rule.at_least(least)
        return tuple(range(first, most + 1, self.frame_rule.step))


@cache
def library() -> tuple[LibraryWorkflow, ...]:
    """Every workflow of the library, by name."""
    names = sorted(entry.name.removesuffix(".json") for entry in (_HERE / "manifests").iterdir())
    return tuple(_read(name) for name in names)


def named(name: str) -> LibraryWorkflow | None:
    """The library's workflow of that name."""
    return next((one for one in library() if one.name == name), None)


def _read(name: str) -> LibraryWorkflow:
    graph: Graph = _json("graphs", name)
    manifest = _json("manifests", name)
    declared = [_with_default(graph, Slot.model_validate(one)) for one in manifest["slots"]]
    slots = [*declared, *_further(graph, declared)]
    return LibraryWorkflow.model_validate(manifest | {"name": name, "graph": graph, "slots": slots})


def _json(folder: str, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((_HERE / folder / f"{name}.json").read_text(encoding="utf-8"))
    return read


def _with_default(graph: Graph, slot: Slot) -> Slot:
    written = literal(graph, Place(slot.node, slot.input))
    if slot.kind == "image" or written is None:
        return slot
    return slot.model_copy(update={"default": int(written) if slot.kind == "int" else written})


def _further(graph: Graph, declared: list[Slot]) -> list[Slot]:
    """What can be found in the graph beside the declared slots."""
    places = {(slot.node, slot.input) for slot in declared}
    names = {slot.name for slot in declared}
    return [
        slot
        for slot in discover_slots(graph)
        if (slot.node, slot.input) not in places and slot.name not in names
    ]
