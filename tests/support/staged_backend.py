"""A render backend that a test directs: it renders when told to, and says what happened to it."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from screentest.common.object_info import ObjectInfo
from screentest.common.recipes import Renderer
from screentest.gpu_runner.engine.backend import (
    Capabilities,
    Held,
    Progress,
    RenderedClip,
    RenderFailed,
    RenderJob,
)


class StagedBackend:
    """Hands out one prepared clip. Every render waits for `finish`, or for its own `end`."""

    def __init__(self, clip: Path) -> None:
        self._clip = clip
        self._report: Callable[[Progress], None] | None = None
        #: Every render asked for, in order.
        self.jobs: list[RenderJob] = []
        #: Ids of renders that were prepared, in order.
        self.prepared: list[str] = []
        #: Ids of renders that were stopped.
        self.stopped: list[str] = []
        self.finish = asyncio.Event()
        self._ends: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        #: Raised instead of handing out the clip.
        self.error: Exception | None = None
        #: What the clip was encoded from: file name -> content.
        self.original: dict[str, bytes] = {}
        self.is_there = True
        self.object_info: ObjectInfo | None = None
        self.models: dict[str, tuple[str, ...]] = {}
        self.model_hashes: dict[str, dict[str, str]] = {}
        #: Renders that it has besides.
        self.holds: list[Held] = []
        #: Ids of renders that were dropped, in order.
        self.dropped: list[str] = []

    def leave(self, render_id: str) -> None:
        pass

    async def held(self) -> tuple[Held, ...]:
        return tuple(self.holds)

    async def drop(self, render_id: str) -> None:
        self.dropped.append(render_id)
        self.holds = [one for one in self.holds if one.render_id != render_id]

    async def describe(self) -> Capabilities:
        if not self.is_there:
            raise RenderFailed("backend_unreachable", "Nobody answers.", retryable=True)
        return Capabilities(
            renderer=Renderer.BUILTIN,
            version="staged",
            device="a stage",
            nodes=tuple(self.object_info.nodes) if self.object_info else (),
            object_info=self.object_info,
            models=self.models,
            model_hashes=self.model_hashes,
        )

    async def prepare(self, job: RenderJob) -> None:
        assert job.seed_image.is_file()
        self.prepared.append(job.render_id)

    async def render(self, job: RenderJob, on_progress: Callable[[Progress], None]) -> RenderedClip:
        assert list(job.workdir.iterdir()) == []
        assert job.seed_image.is_file()
        self.jobs.append(job)
        self._report = on_progress
        try:
            await self._end_of(job.render_id)
        except asyncio.CancelledError:
            self.stopped.append(job.render_id)
            raise
        if self.error is not None:
            raise self.error
        video = job.workdir / "out.mp4"
        shutil.copyfile(self._clip, video)
        return RenderedClip(video=video, gpu_seconds=1.5, original=self._write(job.workdir))

    def _write(self, folder: Path) -> tuple[Path, ...]:
        files = tuple(folder / name for name in self.original)
        for file in files:
            file.write_bytes(self.original[file.name])
        return files

    async def _end_of(self, render_id: str) -> None:
        waits = [asyncio.create_task(one.wait()) for one in (self.finish, self._ends[render_id])]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def end(self, render_id: object) -> None:
        """Let one render end."""
        self._ends[str(render_id)].set()

    async def close(self) -> None:
        pass

    def report(self, fraction: float, *, node: str = "", preview: bytes | None = None) -> None:
        """Say how far the present render is."""
        self._report(Progress(fraction=fraction, node=node, preview=preview))

    def renders(self, render_id: object) -> bool:
        return any(job.render_id == str(render_id) for job in self.jobs)
