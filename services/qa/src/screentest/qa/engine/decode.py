"""The one decode pass: a clip in, `ClipFacts` out.

Full-size planes are read where the decoder left them and dropped with their frame. Must never stop
at a damaged frame: what can be seen is measured, and the damage is a fact of its own.
"""

from pathlib import Path

import av
import numpy as np

from screentest.media.clips import UnreadableClip, open_clip
from screentest.qa.engine.along_motion import compare_all
from screentest.qa.engine.artefacts import banded_cells, block_cells, blockiness, share_of
from screentest.qa.engine.facts import ClipFacts, Compared, FrameFacts, SampleFacts, SeedFacts
from screentest.qa.engine.flash import flashes, has_jumped
from screentest.qa.engine.job import ClipJob
from screentest.qa.engine.motion import MotionReader
from screentest.qa.engine.picture import (
    GRID_AREA_PX,
    SMALL_AREA_PX,
    Luma,
    fitted_size,
    laplacian,
    noise_sigma,
    shrink,
    variance,
)
from screentest.qa.engine.planes import as_planar_420, frame_grid, full_luma, plane
from screentest.qa.engine.seed import read_seed

#: Every n-th frame gets the costlier facts, besides the first.
SAMPLE_EVERY = 4

#: From this strength of a grid on it is worth knowing where.
_SOME_BLOCKS = 1.3
#: With a smaller share of the cells the next frames are followed from the present one.
_TOO_FEW_FOLLOWED = 0.5
#: A step that brings so many levels more than usual is a light: one that fades is no start, either.
_RESTLESS = 4.0


def read_facts(job: ClipJob) -> ClipFacts:
    """Decode the clip once and gather what the checks need.

    Raises:
        UnreadableClip: it cannot be opened, is no MP4 or WebM, or not one frame can be decoded.
    """
    video = Path(job.video)
    reader: _FrameReader | None = None
    errors: list[str] = []
    with open_clip(video) as (container, stream):
        try:
            for frame in container.decode(stream):
                planar = as_planar_420(frame)
                reader = reader or _FrameReader(full_luma(planar).copy())
                reader.add(planar)
        except av.FFmpegError as error:
            last = len(reader.frames) - 1 if reader else -1
            errors.append(f"decoding stopped after frame {last}: {error.strerror}")
        if reader is None:
            raise UnreadableClip(f"{video.name}: not one frame can be decoded")
        rate = stream.average_rate or stream.base_rate
        declared = stream.frames
    height, width = reader.first.shape
    seed, problem = None, job.seed_problem
    if job.seed_image is not None:
        first_small = reader.frames[0].small
        seed, problem = read_seed(Path(job.seed_image), first_small, (width, height))
    return ClipFacts(
        width=width,
        height=height,
        fps=float(rate) if rate else None,
        declared_frames=declared,
        frames=reader.frames,
        first_luma=reader.first,
        expected=job.expected,
        segment=job.segment,
        seed=seed,
        seed_problem=problem,
        against_first=reader.compared(reader.samples[0][1]),
        against_seed=reader.compared(seed) if seed else (),
        decode_errors=errors,
    )


class _FrameReader:
    """Turns frames into facts, one after the other."""

    def __init__(self, first: Luma) -> None:
        height, width = first.shape
        self.first = first
        self.frames: list[FrameFacts] = []
        self.samples: list[tuple[int, SampleFacts]] = []
        self._since = 0
        #: Brightness of every frame that motion does not explain; the first is 0.
        self._levels: list[float] = []
        self._small_size = fitted_size(width, height, SMALL_AREA_PX)
        self._motion = MotionReader(self._small_size, fitted_size(width, height, GRID_AREA_PX))

    def add(self, frame: av.VideoFrame) -> None:
        """Learn what the checks need of the next frame, whose planes live only now."""
        index, luma = len(self.frames), full_luma(frame)
        if luma.shape != self.first.shape:
            raise UnreadableClip(
                f"the picture changes its shape at frame {index} to {frame.width}x{frame.height}"
            )
        small = shrink(luma, self._small_size)
        histogram = np.bincount(small.ravel(), minlength=256)
        levels = np.arange(256)
        mean = float(histogram @ levels) / small.size
        spread = float(histogram @ levels**2) / small.size - mean**2
        before = self.frames[-1].small if self.frames else None
        step = None if before is None else self._motion.step(before, small)
        self._levels.append(self._levels[-1] + step.brightness if step else 0.0)
        is_sampled = index % SAMPLE_EVERY == 0
        sample = self._sample(frame, luma, small) if is_sampled else None
        if sample is not None:
            self.samples.append((index, sample))
            self._look_up(index, sample, mean)
        self.frames.append(
            FrameFacts(
                small=small,
                mean=mean,
                std=max(spread, 0.0) ** 0.5,
                p99=float(np.searchsorted(np.cumsum(histogram), 0.99 * small.size)),
                is_corrupt=frame.is_corrupt,
                step=step,
                sample=sample,
            )
        )

    def compared(self, reference: SampleFacts | SeedFacts) -> list[Compared]:
        """The sampled frames against ``reference``, without those lit up for a moment."""
        lit = flashes([each.mean for each in self.frames])
        return [each for each in compare_all(self.samples, reference) if each.frame not in lit]

    def _look_up(self, index: int, sample: SampleFacts, mean: float) -> None:
        """Follow from this frame on when too much of the earlier one is out of sight.

        Where hardly anything is left, what comes later is not connected with what was before.
        Not in the light of a flash: all that comes later would be compared with it.
        """
        means = [*(each.mean for each in self.frames), mean]
        if has_jumped(self._levels) and has_jumped(means):
            return
        share = np.count_nonzero(sample.followed) / sample.followed.size
        if share < _TOO_FEW_FOLLOWED and self._is_calm:
            self._motion.begin_anew()
            self._since = index

    @property
    def _is_calm(self) -> bool:
        changes = np.diff(self._levels[-1 - 2 * SAMPLE_EVERY :])
        unusual = np.abs(changes - np.median(changes))[-SAMPLE_EVERY:]
        return bool((unusual < _RESTLESS).all())

    def _sample(self, frame: av.VideoFrame, luma: Luma, small: Luma) -> SampleFacts:
        bands, grid_strength, bend = banded_cells(luma), blockiness(luma), laplacian(luma)
        return SampleFacts(
            grid=frame_grid(frame, bend, small),
            laplacian=variance(bend),
            small_laplacian=variance(laplacian(small)),
            since=self._since,
            origin=self._motion.origin,
            followed=self._motion.followed,
            noise_sigma=noise_sigma(luma),
            chroma_sigma=max(noise_sigma(plane(frame, 1)), noise_sigma(plane(frame, 2))),
            blockiness=grid_strength,
            blocks=block_cells(luma) if grid_strength > _SOME_BLOCKS else None,
            banding=share_of(bands),
            bands=bands,
        )
