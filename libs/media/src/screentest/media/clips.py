"""What a clip is and what its frames are: probing and decoding of MP4 and WebM files.

Must never repair: a clip that is cut off, corrupt or not a video says so in a sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from screentest.media.encode import Frame

#: FFmpeg opens a PNG as a one-frame video; only these containers hold clips.
_CONTAINERS = {"mp4", "webm"}

_EXACT_BICUBIC = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.FULL_CHR_H_INT
)


class UnreadableClip(Exception):  # noqa: N818 - the word people use for it
    """A file is not a clip that can be read to its end; the message says what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class ClipInfo:
    """The facts of one clip."""

    #: Pixels.
    width: int
    height: int
    #: Frames per second, exact.
    fps: Fraction
    #: Frames in the file, counted from its packets, not taken from its header.
    frames: int
    #: Seconds: `frames` / `fps`.
    duration_s: float
    #: FFmpeg's name of the codec, e.g. h264.
    codec: str
    #: FFmpeg's name of the pixel format, e.g. yuv420p.
    pixel_format: str


@contextmanager
def open_clip(path: Path, *, threads: int = 1) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The open container and its video stream; FFmpeg's errors inside the block are translated.

    Args:
        path: the clip.
        threads: that decode it; the frames are the same with any number.

    Raises:
        UnreadableClip: the file is missing, is no MP4 or WebM, has no video, or breaks off.
    """
    try:
        # A tag that is not UTF-8 is no reason not to see the pictures.
        with av.open(path, "r", metadata_errors="replace") as container:
            if _CONTAINERS.isdisjoint(container.format.name.split(",")):
                raise UnreadableClip(
                    f"{path.name} is {container.format.long_name}, not an MP4 or WebM clip"
                )
            if not container.streams.video:
                raise UnreadableClip(f"{path.name} has no video in it")
            stream = container.streams.video[0]
            # The type says otherwise, but a codec that FFmpeg does not know has no context.
            if cast("object", stream.codec_context) is None:
                raise UnreadableClip(f"{path.name} is coded with something that is not known")
            stream.codec_context.thread_count = threads
            stream.codec_context.thread_type = "AUTO"
            yield container, stream
    except FileNotFoundError as error:
        raise UnreadableClip(f"there is no clip at {path}") from error
    except av.FFmpegError as error:
        raise UnreadableClip(f"{path.name} cannot be read: {error.strerror}") from error


def probe(path: Path) -> ClipInfo:
    """The facts of the clip at ``path``, without decoding it.

    Raises:
        UnreadableClip: it cannot be opened, or holds fewer frames than its header promises.
    """
    with open_clip(path) as (container, stream):
        # The last packet of a clip that lost its tail is there, but marked as corrupt.
        frames = sum(
            1 for packet in container.demux(stream) if packet.size and not packet.is_corrupt
        )
        if frames == 0:
            raise UnreadableClip(f"{path.name} has a video stream with no frames")
        if stream.frames and frames != stream.frames:
            raise UnreadableClip(_cut_off(path, frames, stream.frames))
        fps = stream.average_rate or stream.base_rate
        if not fps:
            raise UnreadableClip(f"{path.name} does not say how many frames a second it has")
        return ClipInfo(
            width=stream.width,
            height=stream.height,
            fps=fps,
            frames=frames,
            duration_s=float(frames / fps),
            codec=stream.codec_context.name,
            pixel_format=stream.pix_fmt or "",
        )


def decode(path: Path, *, threads: int = 1) -> Iterator[av.VideoFrame]:
    """Every frame as the decoder gives it (for readers that want planes, not RGB).

    Args:
        path: the clip.
        threads: that decode it; the frames are the same with any number.

    Raises:
        UnreadableClip: at the frame where the file breaks off or is corrupt.
    """
    decoded = 0
    with open_clip(path, threads=threads) as (container, stream):
        for frame in container.decode(stream):
            if frame.is_corrupt:
                raise UnreadableClip(f"{path.name} is corrupt at frame {decoded}")
            yield frame
            decoded += 1
        declared = stream.frames
    if decoded == 0 or (declared and decoded != declared):
        raise UnreadableClip(_cut_off(path, decoded, declared))


def read_frames(path: Path) -> Iterator[Frame]:
    """Every frame as a height x width x 3 uint8 RGB array, converted by the clip's own colour tags.

    Raises:
        UnreadableClip: at the frame where the file breaks off or is corrupt.
    """
    return (to_rgb(frame) for frame in decode(path))


def to_rgb(frame: av.VideoFrame, size: tuple[int, int] | None = None) -> Frame:
    """One decoded frame as a height x width x 3 uint8 RGB array, scaled to ``size`` if given.

    Args:
        frame: what `decode` yields.
        size: width and height in pixels.
    """
    width, height = size or (frame.width, frame.height)
    rgb = frame.reformat(width, height, "rgb24", interpolation=_EXACT_BICUBIC, threads=1)
    return cast("Frame", np.asarray(rgb.to_ndarray(), np.uint8))


def _cut_off(path: Path, found: int, declared: int) -> str:
    return f"{path.name} is cut off: its header promises {declared} frames, it holds {found}"
