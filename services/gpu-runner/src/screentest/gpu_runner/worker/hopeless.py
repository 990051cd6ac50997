"""Renders that nothing will come of: seen by their previews, while there is something to save.

The rule. A preview shows something bad when it is

- black, and the seed image is not dark itself;
- noise, from two thirds of the render on, and the seed image is not rough itself. Before that noise
  is what a picture is made of: the first previews of a diffusion model are noise by nature.

Three in a row that show the same, each further on than the one before, the last of them at a third
of the render or later, are hopeless. A preview that shows anything else, or cannot be read, begins
the count anew. A workflow that sends fewer previews is never stopped.

Must never decode a clip, nor stop a render whose scene type does not ask for it.
"""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import (
    Progress,
    ProgressCallback,
    RenderedClip,
    RenderFailed,
    RenderJob,
)
from screentest.gpu_runner.engine.glimpses import Glimpse
from screentest.gpu_runner.engine.previews import look
from screentest.gpu_runner.worker.production import Production
from screentest.gpu_runner.worker.tasks import ended

log = get_logger()

IN_A_ROW = 3
EARLIEST = 1 / 3
NOISE_FROM = 2 / 3


class Sight(StrEnum):
    """What a bad preview shows."""

    BLACK = "black"
    NOISE = "noise"


_SEED_IS_NOT = {Sight.BLACK: "dark", Sight.NOISE: "noise"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Why a render is hopeless."""

    sight: Sight
    #: How far it was, 0..1.
    fraction: float

    def seconds_left(self, spent_s: float) -> float:
        """What the rest of the render would have taken, at the pace it had."""
        return spent_s * (1 - self.fraction) / self.fraction

    @property
    def message(self) -> str:
        """One sentence for people."""
        return (
            f"{IN_A_ROW} previews in a row are {self.sight}, the last at {self.fraction:.0%} of "
            f"the render, and the seed image is not {_SEED_IS_NOT[self.sight]}: it was stopped, as "
            "its scene type asks for renders that nothing will come of."
        )


class Hopeless(RenderFailed):
    """A render was stopped for its previews. The same recipe would look the same."""

    def __init__(self, finding: Finding, spent_s: float) -> None:
        super().__init__("hopeless", finding.message, retryable=False)
        #: Seconds of GPU that were not spent.
        self.gpu_seconds_saved = finding.seconds_left(spent_s)


class Streak:
    """Counts bad previews in a row."""

    def __init__(self, seed: Glimpse) -> None:
        self._seed = seed
        self._sight: Sight | None = None
        self._count = 0
        self._fraction = 0.0

    def see(self, preview: Glimpse | None, fraction: float) -> Finding | None:
        """Look at one preview, at that fraction of the render; what that makes of it."""
        sight = self._sight_of(preview, fraction)
        if sight is not None and sight is self._sight and fraction <= self._fraction:
            return None  # no further on: it says nothing new
        self._count = self._count + 1 if sight is not None and sight is self._sight else 1
        self._sight, self._fraction = sight, fraction
        if sight is None or self._count < IN_A_ROW or fraction < EARLIEST:
            return None
        return Finding(sight=sight, fraction=fraction)

    def _sight_of(self, preview: Glimpse | None, fraction: float) -> Sight | None:
        if preview is None:
            return None
        if preview.is_black and not self._seed.is_dark:
            return Sight.BLACK
        if preview.is_noise and not self._seed.is_rough and fraction >= NOISE_FROM:
            return Sight.NOISE
        return None


class PreviewWatch:
    """Looks at the previews of one render, the newest first where they come too fast."""

    def __init__(self, seed_image: Path) -> None:
        self._seed_image = seed_image
        self._newest: Progress | None = None
        self._news = asyncio.Event()

    def report(self, progress: Progress) -> None:
        """Note a preview; returns at once."""
        if progress.preview is not None:
            self._newest = progress
            self._news.set()

    async def finding(self) -> Finding:
        """Why the render is hopeless, once it is; a render that is not is waited for in vain."""
        seed = await asyncio.to_thread(lambda: look(self._seed_image.read_bytes()))
        if seed is None:
            await asyncio.get_running_loop().create_future()  # nothing to compare with
            raise AssertionError("unreachable")
        streak = Streak(seed)
        while True:
            await self._news.wait()
            self._news.clear()
            progress, self._newest = self._newest, None
            if progress is None or progress.preview is None:
                continue
            seen = await asyncio.to_thread(look, progress.preview)
            if finding := streak.see(seen, progress.fraction):
                return finding


async def render_while_hopeful(
    production: Production, job: RenderJob, report: ProgressCallback
) -> RenderedClip:
    """Let the backend render, for as long as its previews have hope; ``report`` hears all of them.

    Raises:
        Hopeless: they have none, and the render was stopped.
        RenderFailed: no clip came of it.
    """
    watch = PreviewWatch(job.seed_image)

    def report_to_both(progress: Progress) -> None:
        report(progress)
        watch.report(progress)

    rendering = asyncio.create_task(production.render(job, report_to_both))
    watching = asyncio.create_task(watch.finding())
    either: set[asyncio.Future[Any]] = {rendering, watching}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if watching.done() and (broken := watching.exception()):
            # A guest: it may save a render, and never costs one.
            log.error("preview_watch_broken", error=f"{type(broken).__name__}: {broken}")
            await asyncio.wait([rendering])
    finally:
        await ended(rendering, watching)
    if not rendering.cancelled():
        return rendering.result()  # it may have ended just before it was stopped
    raise Hopeless(watching.result(), production.gpu_seconds)
