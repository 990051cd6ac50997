"""Where the seed image goes: which node of the graph loads it, and under which name it is sent."""

import copy
from dataclasses import dataclass

from screentest.common.graphs import class_of, links_of
from screentest.common.recipes import Graph, Recipe, Slot
from screentest.gpu_runner.engine.backend import RenderFailed

_FORMATS = (
    (b"\x89PNG\r\n\x1a\n", 0, "png", "image/png"),
    (b"\xff\xd8\xff", 0, "jpg", "image/jpeg"),
    (b"WEBP", 8, "webp", "image/webp"),
)


@dataclass(frozen=True, kw_only=True)
class ImageFormat:
    """A picture format by its first bytes; the file's own name is not trusted."""

    suffix: str
    mime: str

    @classmethod
    def of(cls, data: bytes) -> "ImageFormat":
        """The format of a picture file.

        Raises:
            RenderFailed: ``bad_seed_image``: not PNG, JPEG or WebP.
        """
        for magic, offset, suffix, mime in _FORMATS:
            if data[offset : offset + len(magic)] == magic:
                return cls(suffix=suffix, mime=mime)
        raise RenderFailed(
            "bad_seed_image", "The seed image is not a PNG, JPEG or WebP file.", retryable=False
        )


def image_slot(recipe: Recipe) -> Slot:
    """The slot that takes the seed image.

    Raises:
        RenderFailed: ``invalid_workflow``: there is none, or it cannot be told which.
    """
    if recipe.image_slot is not None:
        return recipe.image_slot
    count = sum(slot.kind == "image" for slot in recipe.slots)
    problem = (
        f"The workflow has {count} image slots and none is called image"
        if count
        else "The workflow has no image slot"
    )
    raise RenderFailed(
        "invalid_workflow",
        f"{problem}, so the seed image has no place in it. "
        "Mark the LoadImage node of the start picture as the slot image.",
        retryable=False,
    )


def place(graph: Graph, slot: Slot, image_name: str) -> Graph:
    """A copy of ``graph`` that loads ``image_name``.

    Raises:
        RenderFailed: ``invalid_workflow``: the slot names a node that is not there.
    """
    if slot.node not in graph:
        raise RenderFailed(
            "invalid_workflow",
            f'The slot image names node "{slot.node}", which the workflow does not have.',
            retryable=False,
        )
    placed = copy.deepcopy(graph)
    if _takes_a_path(graph, slot):
        placed[slot.node] |= {"class_type": "LoadImage", "inputs": {"image": image_name}}
    else:
        placed[slot.node].setdefault("inputs", {})[slot.input] = image_name
    return placed


def _takes_a_path(graph: Graph, slot: Slot) -> bool:
    """Whether a node loads its picture from anywhere on the server, and `LoadImage` can stand in.

    Where the server keeps uploads nobody outside knows. Such nodes put out picture and mask too.
    """
    name = class_of(graph, slot.node).replace(" ", "")
    is_loader = "LoadImage" in name or "ImageLoad" in name
    used = {
        link.output for each in graph for _, link in links_of(graph, each) if link.node == slot.node
    }
    return is_loader and ("path" in name.lower() or slot.input != "image") and used <= {0, 1}
