"""What a recipe needs of the worker that renders it: its filled graph, LoRA stack and memory.

Pure: knows well-known loader inputs and asks no server. Must never name a need that workers do not
report, because nobody would ever meet it: a file is named only where its folder is certain.
"""

from collections import defaultdict
from pathlib import PurePosixPath

from screentest.common.events import Needs
from screentest.common.graphs import Place, class_of, inputs_of, literal_behind, live_nodes
from screentest.common.recipes import Graph, Recipe, Renderer

_FOLDERS = {
    "ckpt_name": "checkpoints",
    "unet_name": "diffusion_models",
    "lora_name": "loras",
    "vae_name": "vae",
    "clip_name": "text_encoders",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
    "clip_name3": "text_encoders",
    "clip_name4": "text_encoders",
    "clip_vision_name": "clip_vision",
    "control_net_name": "controlnet",
}
"""Inputs that mean the same in every loader, and the model folder they are chosen from."""

_FOLDERS_OF_CLASSES = {
    ("CLIPVisionLoader", "clip_name"): "clip_vision",
    ("UpscaleModelLoader", "model_name"): "upscale_models",
}
"""Inputs that mean something of their own in one class of nodes."""

_WEIGHTS = frozenset({".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl"})
"""What ComfyUI lists in its folders. A name without such an ending ("taesd", "none") is an option
of the node; .gguf files lie in folders of the extensions that read them."""


def needs_of(recipe: Recipe, vram_gb: float | None = None) -> Needs:
    """The model files, node classes and memory that render a segment of ``recipe``.

    ``vram_gb`` is what its workflow says. The built-in renderer needs nothing. ComfyUI refuses a
    graph with an unknown class wherever the node stands, but opens only the files of nodes that
    lead to an output.
    """
    if recipe.renderer is Renderer.BUILTIN:
        return Needs()
    models = _models(recipe.graph)
    for lora in recipe.loras:
        if _is_file(lora.name):
            models["loras"].add(lora.name)
    return Needs(
        models={folder: tuple(sorted(names)) for folder, names in sorted(models.items())},
        nodes=tuple(sorted({class_of(recipe.graph, node) for node in recipe.graph})),
        vram_bytes=round((vram_gb or 0) * 1e9),
    )


def _models(graph: Graph) -> defaultdict[str, set[str]]:
    models: defaultdict[str, set[str]] = defaultdict(set)
    for node in live_nodes(graph):
        node_class = class_of(graph, node)
        for name in inputs_of(graph, node):
            folder = _FOLDERS_OF_CLASSES.get((node_class, name)) or _FOLDERS.get(name)
            written = literal_behind(graph, Place(node, name), (str,)) if folder else None
            if folder and written and _is_file(str(written[1])):
                models[folder].add(str(written[1]))
    return models


def _is_file(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in _WEIGHTS
