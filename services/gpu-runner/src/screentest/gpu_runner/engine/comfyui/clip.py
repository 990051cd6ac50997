"""Makes what the server saved into one H.264 MP4 that can be stitched.

A clip that already is one is kept byte for byte. Blocking: call it in a thread. Must never talk to
the server.
"""

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from screentest.common.graphs import Graph, inputs_of, live_nodes
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.outputs import Kind
from screentest.media.clips import UnreadableClip, probe, read_frames
from screentest.media.encode import Frame, UnencodableFrames, encode
from screentest.media.stills import UnreadableImage, decode_image

#: What browsers play and what our own clips are; 10 bit and 4:4:4 are neither.
_STITCHABLE_PIXELS = frozenset({"yuv420p", "yuvj420p"})
#: Animated WebP and GIF count in whole milliseconds, so 16 fps comes back as 16.13.
_SAME_RATE = 0.05


def stitchable(
    kind: Kind, files: tuple[Path, ...], target: Path, *, fps: float | None, graph: Graph
) -> Path:
    """The clip made of ``files``: the one file itself, or ``target`` after encoding.

    Args:
        kind: what the files are.
        files: one video or animation, or all frames in order.
        target: where an encoded clip goes.
        fps: frames per second that the recipe asks for; needed for frames.
        graph: what the server ran; goes into the clip's metadata as ComfyUI itself does it.

    Raises:
        RenderFailed: ``broken_output``: empty, cut off or not decodable.
    """
    try:
        if kind is Kind.MP4 and _is_stitchable(files[0]):
            return files[0]
        frames, rate = _source(kind, files, fps)
        encode(map(_even, frames), target, fps=rate, metadata={"prompt": json.dumps(graph)})
    except (UnreadableClip, UnreadableImage, UnencodableFrames, OSError) as error:
        raise RenderFailed(
            "broken_output", f"What ComfyUI saved cannot be used: {error}", retryable=True
        ) from error
    return target


def frame_rate(values: dict[str, bool | int | float | str], graph: Graph) -> float | None:
    """Frames per second that a recipe asks for: its fps value, else what the graph spells out.

    Left-over nodes are not asked, nor does the order of nodes matter: equal recipe hashes have
    equal rates.
    """
    stated = [
        values.get("fps"),
        *(
            inputs_of(graph, node).get(name)
            for node in sorted(live_nodes(graph) or graph)
            for name in ("fps", "frame_rate")
        ),
    ]
    return next(
        (
            float(rate)
            for rate in stated
            if isinstance(rate, int | float) and not isinstance(rate, bool) and rate > 0
        ),
        None,
    )


def _is_stitchable(path: Path) -> bool:
    info = probe(path)
    return info.codec == "h264" and info.pixel_format in _STITCHABLE_PIXELS


def _source(
    kind: Kind, files: tuple[Path, ...], fps: float | None
) -> tuple[Iterable[Frame], Fraction]:
    match kind:
        case Kind.MP4 | Kind.VIDEO:
            return read_frames(files[0]), probe(files[0]).fps
        case Kind.ANIMATION:
            return _animation(files[0]), _animation_rate(files[0], fps)
        case Kind.FRAMES:
            return (decode_image(file.read_bytes()) for file in files), _exact(fps or 0)


def _animation(path: Path) -> Iterator[Frame]:
    with Image.open(path) as animation:
        for index in range(getattr(animation, "n_frames", 1)):
            animation.seek(index)
            yield np.asarray(animation.convert("RGB"), np.uint8)


def _animation_rate(path: Path, fps: float | None) -> Fraction:
    with Image.open(path) as animation:
        animation.load()
        duration_ms = float(animation.info.get("duration") or 0)
    if not duration_ms:
        return _exact(fps or 0)
    own = 1000 / duration_ms
    return _exact(fps if fps and abs(own - fps) <= _SAME_RATE * fps else own)


def _exact(fps: float) -> Fraction:
    if fps <= 0:
        raise UnencodableFrames("nothing says how many frames a second the clip has")
    return Fraction(fps).limit_denominator(1001)


def _even(frame: Frame) -> Frame:
    """``frame`` without its last row or column where their number is odd, as H.264 needs it."""
    height, width = frame.shape[:2]
    return frame[: height - height % 2, : width - width % 2]
