"""Recipes: everything that decides the pixels of one segment, and the hash that names them.

A `RunRecipe` is what a person asked for, for every segment of a run; `RunRecipe.for_segment` fills
it in for one segment. Must never read a clock, a database or a file: equal input, equal hash.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field

from screentest.common import graphs
from screentest.common.canonical import Json, canonical_sha256
from screentest.common.lora_stack import StackPlan, in_numbered_slots, plan_stack
from screentest.common.recipe_parts import MAX_SEED, Frozen, Lora, Slot, Target

__all__ = [
    "MAX_SEED",
    "RENDERER_IDENTITIES",
    "VALUES_READ_BY_NAME",
    "Frozen",
    "Graph",
    "Lora",
    "Position",
    "Prompts",
    "Recipe",
    "Renderer",
    "RunRecipe",
    "Sha256",
    "Slot",
    "SlotValue",
    "Target",
    "fill_graph",
]

Graph = graphs.Graph
SlotValue = graphs.SlotValue

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Renderer(StrEnum):
    """Which kind of backend a recipe is for."""

    COMFYUI = "comfyui"
    BUILTIN = "builtin"
    """The built-in CPU renderer: an honest stand-in for demo, tests and CI, not a video model."""


#: Which algorithm makes the pixels. Raise the number of the built-in renderer whenever it renders a
#: recipe differently than before, so that older clips are not taken for its own. ComfyUI's pixels
#: are decided by the graph, whose node classes and model names are in the hash anyway.
RENDERER_IDENTITIES: dict[Renderer, str] = {
    Renderer.COMFYUI: "comfyui",
    Renderer.BUILTIN: "builtin/2",
}

#: Slots whose value a renderer takes by their name, wherever it stands in the graph: the built-in
#: renderer runs no graph, and ComfyUI's worker encodes frames at the rate that was asked for.
VALUES_READ_BY_NAME: dict[Renderer, tuple[str, ...]] = {
    Renderer.COMFYUI: ("fps",),
    Renderer.BUILTIN: ("width", "height", "frames", "fps", "cfg", "steps"),
}

#: Stands in the graph where the seed image goes. An object, which no file name and no link is.
_SEED_IMAGE_PLACE: Json = {"seed_image": True}


class Position(StrEnum):
    """Where a segment stands in its scene; decides which prompt template it gets."""

    START = "start"
    CONTINUATION = "continuation"
    FULL = "full"


class Prompts(Frozen):
    """Prompt texts by position, placeholders already resolved. A missing one falls back."""

    start: str | None = None
    continuation: str | None = None
    full: str | None = None

    def at(self, position: Position) -> str:
        """The prompt for ``position``: its own, else `full`, else `start`, else empty."""
        own: str | None = getattr(self, position.value)
        return next((text for text in (own, self.full, self.start) if text is not None), "")


class Recipe(Frozen):
    """Everything that decides the pixels of one segment."""

    renderer: Renderer
    #: See `RENDERER_IDENTITIES`; empty in recipes written before it was told.
    renderer_identity: str = ""
    #: Workflow graph with every slot filled except the image, whose file name a worker chooses.
    graph: Graph
    #: The slots of `graph`; a backend needs the image slot to place the uploaded file.
    slots: tuple[Slot, ...]
    #: Slot name -> value, as filled into `graph` (prompt and seed included).
    values: dict[str, SlotValue]
    loras: tuple[Lora, ...] = ()
    seed: int = Field(ge=0, le=MAX_SEED)
    prompt: str
    negative_prompt: str = ""
    #: SHA-256 of the source image, or of the previous segment's boundary frame.
    seed_image_sha256: Sha256

    @property
    def image_slot(self) -> Slot | None:
        """The slot that takes the seed image: the one called image, else the only image slot.

        None where it cannot be told which.
        """
        slots = [slot for slot in self.slots if slot.kind == "image"]
        named = [slot for slot in slots if slot.name == "image"]
        return (named or slots)[0] if named or len(slots) == 1 else None

    @property
    def hash(self) -> str:
        """The recipe hash: SHA-256 of what decides the pixels, 64 hexadecimal digits.

        That is the filled graph, the seed image and where it goes, the renderer, and what the
        renderer takes from the recipe beside the graph. How slots are called, titles of nodes and
        the order of keys decide nothing.
        """
        return canonical_sha256(
            {
                "renderer": self.renderer,
                "renderer_identity": self.renderer_identity,
                "graph": self._deciding_graph(),
                "seed_image_sha256": self.seed_image_sha256,
                "beside_the_graph": self._beside_the_graph(),
            }
        )

    def _deciding_graph(self) -> dict[str, Json]:
        """The nodes that count, without what a node is called.

        Nodes that stand alone do not count, unless somebody made a slot of them or the graph has no
        others. The built-in renderer draws its random numbers from the hash: what would be another
        picture with ComfyUI is another one with it.
        """
        slotted = (slot.node for slot in self.slots if slot.node in self.graph)
        counting = {*graphs.live_nodes(self.graph), *slotted} or set(self.graph)
        image = self.image_slot
        deciding: dict[str, Json] = {}
        for node in counting:
            inputs = graphs.inputs_of(self.graph, node)
            if image is not None and image.node == node:
                inputs = {**inputs, image.input: _SEED_IMAGE_PLACE}
            deciding[node] = {"class_type": graphs.class_of(self.graph, node), "inputs": inputs}
        return deciding

    def _beside_the_graph(self) -> dict[str, Json]:
        """What the renderer takes from the recipe itself."""
        names = VALUES_READ_BY_NAME[self.renderer]
        taken: dict[str, Json] = {
            "values": {name: self.values[name] for name in names if name in self.values}
        }
        if self.renderer is Renderer.BUILTIN:
            taken |= {
                "seed": self.seed,
                "prompt": self.prompt,
                "negative_prompt": self.negative_prompt,
                # In their order: they are applied in turn.
                "loras": [{"name": lora.name, "weight": lora.weight} for lora in self.loras],
            }
        return taken


class RunRecipe(Frozen):
    """What a person asked for, for all segments of a run."""

    renderer: Renderer
    graph: Graph
    slots: tuple[Slot, ...]
    values: dict[str, SlotValue] = Field(default_factory=dict)
    loras: tuple[Lora, ...] = ()
    #: Seed of segment 1; segment k renders with ``seed + k - 1`` so that a chain does not repeat
    #: the same noise, and segment 1 of a scene equals its test shot.
    seed: int = Field(ge=0, le=MAX_SEED)
    prompts: Prompts
    negative_prompt: str = ""

    def for_segment(self, index: int, position: Position, seed_image_sha256: str) -> Recipe:
        """Fill the recipe in for segment ``index`` (from 1), seeded by the image with that hash.

        A LoRA that has no place in the graph (see `plan_stack`) is left out of it; whoever plans a
        run refuses it before, and a backend refuses to render it.
        """
        seed = (self.seed + index - 1) % (MAX_SEED + 1)
        prompt = self.prompts.at(position)
        values = self._values(seed, prompt)
        graph = fill_graph(self.graph, self.slots, values)
        if self.renderer is Renderer.COMFYUI:
            graph = self._stack.applied(graph, values)
        return Recipe(
            renderer=self.renderer,
            renderer_identity=RENDERER_IDENTITIES[self.renderer],
            graph=graph,
            slots=self.slots,
            values=values,
            loras=self.loras,
            seed=seed,
            prompt=prompt,
            negative_prompt=self.negative_prompt,
            seed_image_sha256=seed_image_sha256,
        )

    def with_words(self, seed: int, prompts: Prompts, negative_prompt: str) -> Self:
        """The same with another seed (0 to `MAX_SEED`) and other texts.

        What no text and no seed decides is worked out once for all that are made of this one.
        """
        _ = self._wordless_values
        said = {"seed": seed, "prompts": prompts, "negative_prompt": negative_prompt}
        return super().model_copy(update=said)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that works out anew what follows from its fields."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("_stack", "_wordless_values", "_image_slots"):
            copy.__dict__.pop(name, None)
        return copy

    @cached_property
    def _stack(self) -> StackPlan:
        return plan_stack(self.graph, self.slots, self.loras)

    def _values(self, seed: int, prompt: str) -> dict[str, SlotValue]:
        words: dict[str, SlotValue] = {
            "seed": seed,
            "prompt": prompt,
            "negative_prompt": self.negative_prompt,
        }
        return self._wordless_values | self._without_images(words)

    @cached_property
    def _wordless_values(self) -> dict[str, SlotValue]:
        """The values of slots but for the seed and the texts."""
        defaults = {slot.name: slot.default for slot in self.slots if slot.default is not None}
        return self._without_images(defaults | self.values | self._lora_values())

    def _without_images(self, values: Mapping[str, SlotValue]) -> dict[str, SlotValue]:
        # A wired image's file name is chosen by the worker and says nothing about the pixels.
        return {name: value for name, value in values.items() if name not in self._image_slots}

    @cached_property
    def _image_slots(self) -> frozenset[str]:
        return frozenset(slot.name for slot in self.slots if slot.kind == "image")

    def _lora_values(self) -> dict[str, SlotValue]:
        if self.renderer is Renderer.COMFYUI:
            return self._stack.values
        # The built-in renderer reads the stack from the recipe, and its graph is only for show.
        return in_numbered_slots(self.loras)


def fill_graph(graph: Graph, slots: tuple[Slot, ...], values: dict[str, SlotValue]) -> Graph:
    """``graph`` with every slot that has a value set to it; nodes without one are shared.

    Raises:
        KeyError: a slot names a node that the graph does not have.
    """
    wanted = [slot for slot in slots if slot.name in values]
    for slot in wanted:
        if slot.node not in graph:
            raise KeyError(
                f'slot "{slot.name}" names node "{slot.node}", which the workflow does not have'
            )
    return graphs.with_literals(
        graph, ((graphs.Place(slot.node, slot.input), values[slot.name]) for slot in wanted)
    )
