"""The walks that find a workflow's pictures, sampling, measures, rates and models."""

from collections.abc import Iterator

from screentest.common.found_slots import FoundSlots
from screentest.common.graphs import (
    Graph,
    Place,
    class_of,
    inputs_of,
    links_of,
    literal,
    upstream,
)
from screentest.common.model_folders import is_loader
from screentest.common.samplers import is_sampling

_SAMPLING_INPUTS = {
    "steps": ("steps",),
    "cfg": ("cfg",),
    "sampler": ("sampler_name", "sampler"),
    "scheduler": ("scheduler",),
    "denoise": ("denoise", "denoise_strength"),
}
#: Inputs of nodes that prepare a model or its conditioning.
_MODEL_SETTINGS = {
    "guidance": ("guidance", "guidance_scale", "embedded_guidance_scale"),
    "shift": ("shift", "flow_shift"),
    "motion": ("motion_bucket_id",),
    "augmentation": ("augmentation_level",),
}
_SEEDS = ("seed", "noise_seed")
_FRAME_INPUTS = ("length", "num_frames", "video_frames")
#: Inputs that make a batch of one picture or latent.
_REPEATS = ("RepeatImageBatch", "RepeatLatentBatch")
#: What a loader calls the measures of the latent that it makes as well.
_MEASURES = {"width": ("width", "empty_latent_width"), "height": ("height", "empty_latent_height")}
_RATE_INPUTS = ("fps", "frame_rate")
#: Linked inputs that take the picture a clip starts from, and those that take another one.
_START_INPUTS = frozenset({"start_image", "first_frame", "init_image"})
_OTHER_INPUTS = frozenset(
    {"end_image", "last_frame", "last_image", "mask", "reference_image", "control_image"}
)
#: Classes of nodes whose picture guides a clip and is not its start.
_GUIDING = ("ControlNet", "IPAdapter", "CLIPVision")
#: Inputs that name a picture, in the folder of uploads or anywhere.
_PICTURES = ("image", "image_path", "path", "file_path", "file")
#: Inputs by which loaders name model files, and what the slot is called.
_MODEL_INPUTS = {
    "ckpt_name": "checkpoint",
    "unet_name": "diffusion_model",
    "vae_name": "vae",
    "clip_name": "text_encoder",
    "clip_name1": "text_encoder",
    "clip_name2": "text_encoder",
    "clip_name3": "text_encoder",
    "clip_name4": "text_encoder",
    "control_net_name": "controlnet",
}
_MODEL_INPUTS_OF_CLASSES = {
    ("CLIPVisionLoader", "clip_name"): "clip_vision",
    ("UpscaleModelLoader", "model_name"): "upscale_model",
    ("ADE_AnimateDiffLoaderGen1", "model_name"): "motion_model",
    ("ADE_LoadAnimateDiffModel", "model_name"): "motion_model",
    ("LoadWanVideoT5TextEncoder", "model_name"): "text_encoder",
    ("WanVideoTextEncodeCached", "model_name"): "text_encoder",
}
#: The same for families of classes, by the end of their names: WanVideoModelLoader.
_MODEL_INPUTS_OF_FAMILIES = {
    ("ModelLoader", "model"): "diffusion_model",
    ("PackModel", "model"): "diffusion_model",
    ("VAELoader", "model_name"): "vae",
}
#: Where one of several samplers hands over to the next; "to the end" is the last step or beyond.
_SPLITS = ("end_at_step", "start_at_step", "end_step", "start_step")


def find_images(found: FoundSlots) -> None:
    """Pictures that are loaded; first the one that a clip starts from."""
    graph = found.graph
    loaders = dict(_pictures(found))
    ranks = dict.fromkeys(loaders, 1)
    for node in found.nodes:
        for name, link in links_of(graph, node):
            rank = _rank(graph, node, name)
            for source in upstream(graph, link.node) if rank != 1 else ():
                if source in ranks and (rank == 0 or ranks[source] != 0):
                    ranks[source] = rank
    for node in sorted(loaders, key=ranks.__getitem__):
        found.add("image", loaders[node])


def _pictures(found: FoundSlots) -> Iterator[tuple[str, Place]]:
    """Nodes that load one picture, and where they name it."""
    for node in found.nodes:
        name = class_of(found.graph, node).replace(" ", "").lower()
        # A mask's loader names the channel that it takes.
        if not ("loadimage" in name or "imageload" in name) or "channel" in inputs_of(
            found.graph, node
        ):
            continue
        places = (Place(node, each) for each in _PICTURES)
        if place := next((at for at in places if found.written("image", at) is not None), None):
            yield node, place


def _rank(graph: Graph, node: str, name: str) -> int:
    if name in _START_INPUTS:
        return 0
    guiding = name == "image" and any(word in class_of(graph, node) for word in _GUIDING)
    return 2 if name in _OTHER_INPUTS or guiding else 1


def find_sampling(found: FoundSlots) -> None:
    """Seed, steps and what else samplers, guiders and schedulers are set to."""
    _find_seeds(found)
    for name, inputs in _SAMPLING_INPUTS.items():
        for place in _sampling_places(found, inputs):
            found.add(name, place)
    for name, written in _MODEL_SETTINGS.items():
        for place in _places(found, written):
            found.add(name, place)
    for place in _sampling_places(found, _SPLITS):
        step = found.written("switch_step", place)
        steps = found.written("steps", Place(place.node, "steps"))
        if isinstance(step, int) and isinstance(steps, int) and 0 < step < steps:
            found.add("switch_step", place)
    for place in _places(found, ("step",)):
        if class_of(found.graph, place.node).startswith("SplitSigmas"):
            found.add("switch_step", place)


def _find_seeds(found: FoundSlots) -> None:
    # Grain on a picture has a seed as well, which comes after that of a sampler.
    places = sorted(_sampling_places(found, _SEEDS), key=lambda place: _is_of_picture(found, place))
    # The second of two chained samplers adds no noise of its own.
    silent = [
        place
        for place in places
        if inputs_of(found.graph, place.node).get("add_noise") in ("disable", False)
    ]
    for place in places:
        if place not in silent:
            found.add("seed", place, cuts=not _is_of_picture(found, place))
    for place in silent:
        # Samplers that draw noise on their way use it all the same.
        if found.shares("seed", place):
            found.add("seed", place)
    if not found.has("seed"):
        for place in _places(found, _SEEDS):
            found.add("seed", place)


def _is_of_picture(found: FoundSlots, place: Place) -> bool:
    return class_of(found.graph, place.node).startswith("Image")


def find_measures(found: FoundSlots) -> None:
    """Width, height and number of frames, from the nodes that make the clip's latent."""
    graph = found.graph
    makers = [
        node
        for node in found.nodes
        if any(name in inputs_of(graph, node) for name in _FRAME_INPUTS)
        or "Latent" in class_of(graph, node)
        or "empty_latent_width" in inputs_of(graph, node)
    ]
    scalers = [node for node in found.nodes if _is_scaler(graph, node)]
    for name, inputs in _MEASURES.items():
        sized = [
            Place(node, each)
            for node in makers
            for each in inputs
            if each in inputs_of(graph, node)
        ]
        for place in sized or [Place(node, name) for node in scalers]:
            found.add(name, place, cuts=bool(sized))
    for node in scalers:
        # What the start picture is scaled to, if that is the clip's own size.
        places = [Place(node, name) for name in _MEASURES]
        if all(found.shares(place.input, place) for place in places):
            for place in places:
                found.add(place.input, place)
    for place in _frame_places(found):
        found.add("frames", place, cuts=place.input in _FRAME_INPUTS)


def _is_scaler(graph: Graph, node: str) -> bool:
    name = class_of(graph, node)
    return "ImageScale" in name or "ImageResize" in name


def _frame_places(found: FoundSlots) -> list[Place]:
    """What counts frames; a node with a size of its own before others, that may count anything."""
    graph = found.graph
    counts = list(_places(found, _FRAME_INPUTS))
    sized = [place for place in counts if "width" in inputs_of(graph, place.node)]
    repeats = [
        place for place in _places(found, ("amount",)) if class_of(graph, place.node) in _REPEATS
    ]
    # To AnimateDiff, frames are a batch of pictures.
    batches = [
        place
        for place in _places(found, ("batch_size",))
        if literal(graph, place) != 1
        and (
            "Latent" in class_of(graph, place.node)
            or "empty_latent_width" in inputs_of(graph, place.node)
        )
    ]
    return sized or counts or repeats or batches


def find_rates(found: FoundSlots) -> None:
    """The rate of the file that is saved, and the one that a model is told if it is another."""
    graph = found.graph
    told = {
        source
        for node in found.nodes
        if is_sampling(graph, node)
        for source in upstream(graph, node)
    }
    places = sorted(_places(found, _RATE_INPUTS), key=lambda place: place.node in told)
    for place in places:
        own = place.node in told and found.has("fps") and not found.shares("fps", place)
        found.add("conditioning_fps" if own else "fps", place)


def find_models(found: FoundSlots) -> None:
    """The files of checkpoints, diffusion models, text encoders and their like."""
    graph = found.graph
    for node in found.nodes:
        for name in inputs_of(graph, node):
            if slot := _model_slot(class_of(graph, node), name):
                found.add(slot, Place(node, name))


def _model_slot(node_class: str, name: str) -> str | None:
    """What the slot of an input is called that names a model file; None: it names none."""
    if slot := _MODEL_INPUTS_OF_CLASSES.get((node_class, name)):
        return slot
    for (end, each), slot in _MODEL_INPUTS_OF_FAMILIES.items():
        if name == each and node_class.endswith(end):
            return slot
    # RIFE VFI, a depth estimator: what they call a checkpoint is a file of their own.
    return _MODEL_INPUTS.get(name) if is_loader(node_class) else None


def _sampling_places(found: FoundSlots, names: tuple[str, ...]) -> Iterator[Place]:
    return (place for place in _places(found, names) if is_sampling(found.graph, place.node))


def _places(found: FoundSlots, names: tuple[str, ...]) -> Iterator[Place]:
    return (
        Place(node, name)
        for node in found.nodes
        for name in names
        if name in inputs_of(found.graph, node)
    )
