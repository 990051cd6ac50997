"""The one decode pass: a clip in, `ClipFacts` out.

Reads luma and chroma planes as views of the decoder's memory; no frame is converted to RGB. Must
never stop at a damaged frame: what can be seen is measured, and the damage is a fact of its own.
"""

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.media.clips import UnreadableClip, open_clip
from screentest.qa.engine.facts import ClipFacts, FrameFacts
from screentest.qa.engine.job import ClipJob
from screentest.qa.engine.picture import (
    LAB_AREA_PX,
    SMALL_AREA_PX,
    Luma,
    fitted_size,
    laplacian_variance,
    noise_sigma,
    rgb_to_lab,
    shrink,
)
from screentest.qa.engine.seed import read_seed

#: Every n-th frame gets the costlier facts (noise, colour), besides the first.
SAMPLE_EVERY = 4

_FULL_RANGE = 2
_BT709 = 1
_PLANAR_420 = frozenset({"yuv420p", "yuvj420p"})
_FULL_TO_VIDEO = np.rint(16 + np.arange(256) * (219 / 255)).astype(np.uint8)

_BT601_COEFFICIENTS = (1.402, 0.344136, 0.714136, 1.772)
_BT709_COEFFICIENTS = (1.5748, 0.187324, 0.468124, 1.8556)


def read_facts(job: ClipJob) -> ClipFacts:
    """Decode the clip once and gather what the checks need.

    Raises:
        UnreadableClip: it cannot be opened, is no MP4 or WebM, or not one frame can be decoded.
    """
    video = Path(job.video)
    frames: list[FrameFacts] = []
    errors: list[str] = []
    first: Luma | None = None
    with open_clip(video) as (container, stream):
        try:
            for frame in container.decode(stream):
                luma = _luma(frame := _as_planar_420(frame))
                first = luma.copy() if first is None else first
                frames.append(_frame_facts(frame, luma, frames))
        except av.FFmpegError as error:
            errors.append(f"decoding stopped after frame {len(frames) - 1}: {error.strerror}")
        if first is None:
            raise UnreadableClip(f"{video.name}: not one frame can be decoded")
        rate = stream.average_rate or stream.base_rate
        declared = stream.frames
    height, width = first.shape
    seed, problem = None, job.seed_problem
    if job.seed_image is not None:
        seed, problem = read_seed(Path(job.seed_image), frames[0].small, (width, height))
    return ClipFacts(
        width=width,
        height=height,
        fps=float(rate) if rate else None,
        declared_frames=declared,
        frames=frames,
        first_luma=first,
        expected=job.expected,
        segment=job.segment,
        seed=seed,
        seed_problem=problem,
        decode_errors=errors,
    )


def _frame_facts(frame: av.VideoFrame, luma: Luma, before: list[FrameFacts]) -> FrameFacts:
    height, width = luma.shape
    small = shrink(luma, fitted_size(width, height, SMALL_AREA_PX))
    if before and before[-1].small.shape != small.shape:
        raise UnreadableClip(
            f"the picture changes its shape at frame {len(before)} to {width}x{height}"
        )
    histogram = np.bincount(small.ravel(), minlength=256)
    levels = np.arange(256)
    mean = float(histogram @ levels) / small.size
    variance = float(histogram @ levels**2) / small.size - mean**2
    is_sample = len(before) % SAMPLE_EVERY == 0
    return FrameFacts(
        small=small,
        mean=mean,
        std=max(variance, 0.0) ** 0.5,
        p99=float(np.searchsorted(np.cumsum(histogram), 0.99 * small.size)),
        step=_step(before[-1].small, small) if before else None,
        laplacian=laplacian_variance(luma),
        is_corrupt=frame.is_corrupt,
        noise_sigma=noise_sigma(luma) if is_sample else None,
        lab=_lab_grid(frame) if is_sample else None,
    )


def _step(earlier: Luma, later: Luma) -> float:
    return float(cv2.absdiff(earlier, later).sum(dtype=np.int64)) / later.size


def _as_planar_420(frame: av.VideoFrame) -> av.VideoFrame:
    if frame.format.name in _PLANAR_420:
        return frame
    # 10 bit, 4:4:4, RGB: rare enough to pay for a conversion.
    return frame.reformat(format="yuv420p", threads=1)


def _luma(frame: av.VideoFrame) -> Luma:
    """Full-size luma in video levels."""
    luma = _plane(frame, 0)
    return _FULL_TO_VIDEO[luma] if _is_full_range(frame) else luma


def _is_full_range(frame: av.VideoFrame) -> bool:
    return frame.format.name == "yuvj420p" or frame.color_range == _FULL_RANGE


def _plane(frame: av.VideoFrame, index: int) -> NDArray[np.uint8]:
    """A view of one plane, without the padding at the end of its lines.

    `frame.to_ndarray(format="gray")` does the same in twice the time of the whole decode.
    """
    plane = frame.planes[index]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]


def _lab_grid(frame: av.VideoFrame) -> NDArray[np.float64]:
    """CIELAB of cells about 32 pixels wide, by the frame's own matrix and range."""
    size = fitted_size(frame.width, frame.height, LAB_AREA_PX)
    y, u, v = (shrink(_plane(frame, index), size).astype(np.float32) for index in range(3))
    if not _is_full_range(frame):
        y, u, v = (y - 16) * (255 / 219), (u - 128) * (255 / 224), (v - 128) * (255 / 224)
    else:
        u, v = u - 128, v - 128
    # An untagged clip was converted by BT.601, the default of the converter on both ways.
    is_709 = frame.colorspace == _BT709
    red_v, green_u, green_v, blue_u = _BT709_COEFFICIENTS if is_709 else _BT601_COEFFICIENTS
    rgb = np.stack([y + red_v * v, y - green_u * u - green_v * v, y + blue_u * u], axis=-1)
    return rgb_to_lab(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))
