"""What a recipe needs of the worker that renders it: its filled graph, LoRA stack and memory.

Pure: knows well-known loader inputs and asks no server. Must never name a need that workers do not
report, because nobody would ever meet it: a file is named only where its folder is certain.
"""

from collections import defaultdict
from collections.abc import Iterator

from screentest.common.events import Needs
from screentest.common.graphs import (
    Place,
    class_of,
    inputs_of,
    literal,
    literal_behind,
    live_nodes,
)
from screentest.common.lora_places import lora_places
from screentest.common.model_folders import is_model_file, model_folder
from screentest.common.recipes import Graph, Recipe, Renderer


def needs_of(recipe: Recipe, vram_gb: float | None = None) -> Needs:
    """The model files, node classes and memory that render a segment of ``recipe``.

    ``vram_gb`` is what its workflow says. The built-in renderer needs nothing. ComfyUI refuses a
    graph with an unknown class wherever the node stands, but opens only the files of nodes that
    lead to an output.
    """
    if recipe.renderer is Renderer.BUILTIN:
        return Needs()
    models = _models(recipe.graph)
    for name in (*_applied_loras(recipe.graph), *(lora.name for lora in recipe.loras)):
        if is_model_file(name):
            models["loras"].add(name)
    return Needs(
        models={folder: tuple(sorted(names)) for folder, names in sorted(models.items())},
        nodes=tuple(sorted({class_of(recipe.graph, node) for node in recipe.graph})),
        vram_bytes=round((vram_gb or 0) * 1e9),
    )


def _applied_loras(graph: Graph) -> Iterator[str]:
    """The files of the LoRAs that live nodes apply, entries of stacks among them."""
    for lora in lora_places(graph):
        # CogVideoX's wrapper has a folder of its own.
        if not class_of(graph, lora.name.node).startswith("CogVideo"):
            yield str(literal(graph, lora.name))


def _models(graph: Graph) -> defaultdict[str, set[str]]:
    models: defaultdict[str, set[str]] = defaultdict(set)
    for node in live_nodes(graph):
        node_class = class_of(graph, node)
        for name in inputs_of(graph, node):
            folder = model_folder(node_class, name)
            written = literal_behind(graph, Place(node, name), (str,)) if folder else None
            if folder and written and is_model_file(str(written[1])):
                models[folder].add(str(written[1]))
    return models
