"""Which inputs of well-known loaders name a model file, and the folder it is chosen from.

Pure: asks no server. Must never name a folder that is not certain.
"""

from pathlib import PurePosixPath

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


def model_folder(node_class: str, name: str) -> str | None:
    """The folder that input ``name`` of a node class is chosen from; None where that is unsure."""
    if folder := _FOLDERS_OF_CLASSES.get((node_class, name)):
        return folder
    return _FOLDERS.get(name) if is_loader(node_class) else None


def is_loader(node_class: str) -> bool:
    """Whether a class is there to load models: others have files of their own under such names.

    AnimateDiff's loaders have folders of their own, for motion models and their LoRAs.
    """
    return "load" in node_class.lower() and not node_class.startswith("ADE_")


def is_model_file(name: str) -> bool:
    """Whether ``name`` is that of a file which ComfyUI lists in its model folders."""
    return PurePosixPath(name).suffix.lower() in _WEIGHTS
