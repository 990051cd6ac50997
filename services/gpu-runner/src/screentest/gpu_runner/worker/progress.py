"""Tells how far a render is: at most four times a second, to whoever listens."""

import asyncio
import time

from screentest.common.events import SegmentProgressed
from screentest.gpu_runner import domain
from screentest.gpu_runner.domain import Claim
from screentest.gpu_runner.engine.backend import Progress
from screentest.gpu_runner.engine.previews import data_url
from screentest.gpu_runner.worker.studio import Studio

_SHORTEST_PAUSE_S = 0.25


class ProgressReporter:
    """Takes every report of a backend and says the newest."""

    def __init__(self, claim: Claim, studio: Studio) -> None:
        self._claim = claim
        self._studio = studio
        self._began = time.monotonic()
        self._latest = Progress(fraction=0.0)
        self._preview: bytes | None = None
        self._news = asyncio.Event()

    def begin(self) -> None:
        """The backend begins now: what was before says nothing of how long it will take."""
        self._began = time.monotonic()

    def report(self, progress: Progress) -> None:
        """Note what the backend says; returns at once."""
        self._latest = progress
        # The newest picture is said even if later reports came without one.
        self._preview = progress.preview or self._preview
        self._news.set()

    async def run(self) -> None:
        """Say what is new, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            preview, self._preview = self._preview, None
            await self._studio.publish_transient(await self._event(self._latest, preview))
            await asyncio.sleep(_SHORTEST_PAUSE_S)

    async def _event(self, progress: Progress, preview: bytes | None) -> SegmentProgressed:
        request = self._claim.request
        fraction = min(1.0, max(0.0, progress.fraction))
        return SegmentProgressed(
            run_id=request.run_id,
            segment=request.segment,
            render_id=request.render_id,
            worker=self._studio.worker,
            fraction=fraction,
            node=progress.node,
            eta_s=domain.eta_s(fraction, time.monotonic() - self._began),
            preview=await asyncio.to_thread(data_url, preview) if preview else None,
        )
