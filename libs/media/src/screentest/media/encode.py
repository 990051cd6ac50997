"""Frames in, H.264 MP4 out: equal frames and arguments give equal bytes, on every run and machine.

Owns the encoder settings of the whole system; nothing else may open an encoder, because clips can
only be joined without loss when all of them were made with the same settings.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

Frame = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]
"""Height x width x 3, RGB, 0..255."""

#: `use_metadata_tags` or MP4 silently drops the keys `prompt` and `workflow`; `bitexact` or the
#: muxer writes its version; `faststart` so that a browser can play before it has the whole file.
MP4_OPTIONS = {"movflags": "+faststart+use_metadata_tags", "fflags": "+bitexact"}

#: ITU-R BT.709 in FFmpeg's enumerations of primaries, transfer and matrix alike.
_BT709 = 1
_LIMITED_RANGE = 1
_EXACT_BICUBIC = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
    | Interpolation.FULL_CHR_H_INT
)
#: A player that steps backwards decodes at most this many frames.
_GOP_FRAMES = 24


class UnencodableFrames(ValueError):  # noqa: N818 - says what is wrong, as UnreadableClip does
    """The frames cannot become a clip; the message says why."""


def encode(
    frames: Iterable[Frame],
    path: Path,
    *,
    fps: Fraction | int,
    metadata: Mapping[str, str] | None = None,
    crf: int = 18,
    preset: str = "veryfast",
) -> None:
    """Write ``frames`` to ``path`` as an MP4 (H.264, yuv420p, BT.709, no B-frames).

    Frames are taken one at a time, so a generator needs memory for one frame only. When anything
    fails, the frame source included, ``path`` is removed: there is never half a clip.

    Args:
        frames: height x width x 3 uint8 RGB arrays of one even size.
        path: the file to write; replaced when it exists.
        fps: frames per second, exact.
        metadata: container tags, e.g. ComfyUI's `prompt` and `workflow`.
        crf: x264 quality, 0 (lossless) to 51.
        preset: x264 preset.

    Raises:
        UnencodableFrames: no frames, an odd or changing size, or not uint8 RGB.
    """
    source = iter(frames)
    first = next(source, None)
    if first is None:
        raise UnencodableFrames(f"there are no frames to write to {path.name}")
    height, width = _size(first)
    try:
        with av.open(path, "w", format="mp4", options=MP4_OPTIONS) as container:
            container.metadata.update(metadata or {})
            stream = _add_stream(container, width, height, Fraction(fps), crf, preset)
            for index, frame in enumerate(_same_size(chain([first], source), height, width)):
                container.mux(stream.encode(_to_yuv(frame, index, Fraction(fps))))
            container.mux(stream.encode(None))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _add_stream(
    container: OutputContainer, width: int, height: int, fps: Fraction, crf: int, preset: str
) -> VideoStream:
    stream = container.add_stream(
        "libx264",
        rate=fps,
        options={
            "crf": str(crf),
            "preset": preset,
            # No B-frames: the last packet is then the last frame, and `join` can drop it.
            "bf": "0",
            # One thread and cpu-independent, or the same frames give different bytes.
            "x264-params": "cpu-independent=1",
        },
    )
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.thread_count = 1
    context.gop_size = _GOP_FRAMES
    context.time_base = 1 / fps
    # Tagged here and converted in `_to_yuv`: either one alone shifts every colour.
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED_RANGE
    return stream


def _to_yuv(frame: Frame, index: int, fps: Fraction) -> av.VideoFrame:
    picture = av.VideoFrame.from_ndarray(
        cast("Any", np.ascontiguousarray(frame)), format="rgb24"
    ).reformat(
        format="yuv420p",
        dst_colorspace="itu709",
        dst_color_range=_LIMITED_RANGE,
        interpolation=_EXACT_BICUBIC,
        threads=1,
    )
    picture.pts, picture.time_base = index, 1 / fps
    return picture


def _same_size(frames: Iterable[Frame], height: int, width: int) -> Iterator[Frame]:
    for index, frame in enumerate(frames):
        if _size(frame) != (height, width):
            raise UnencodableFrames(
                f"frame {index} is {frame.shape[1]}x{frame.shape[0]}, but the clip began at "
                f"{width}x{height}; all frames of a clip have one size"
            )
        yield frame


def _size(frame: Frame) -> tuple[int, int]:
    """Height and width, after checking that the frame can be encoded at all."""
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:  # noqa: PLR2004
        raise UnencodableFrames(
            f"a frame is a height x width x 3 array of uint8, not {frame.shape} of {frame.dtype}"
        )
    height, width = frame.shape[:2]
    if height == 0 or width == 0:
        raise UnencodableFrames(f"a frame of {width}x{height} pixels has no picture in it")
    if height % 2 or width % 2:
        raise UnencodableFrames(
            f"{width}x{height} cannot be encoded: H.264 in 4:2:0 needs an even width and height"
        )
    return height, width
