"""From a claim to a stored segment in three steps: stage, render, finish.

Must never touch the database: whether the result counts is decided by `rendering`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path, PurePosixPath

from screentest.common.events import Artefact, ClipFacts, RenderTimings, SegmentArtefacts
from screentest.common.file_hash import file_sha256
from screentest.common.logs import get_logger
from screentest.common.originals import ORIGINAL_MEDIA_TYPES
from screentest.common.tracing import span
from screentest.gpu_runner import domain
from screentest.gpu_runner.domain import Claim, RenderedSegment
from screentest.gpu_runner.engine.artefacts import ClipArtefacts, make_artefacts
from screentest.gpu_runner.engine.backend import (
    ProgressCallback,
    RenderedClip,
    RenderFailed,
    RenderJob,
)
from screentest.gpu_runner.engine.original import keepable
from screentest.gpu_runner.worker.gap import IdleGap
from screentest.gpu_runner.worker.patience import T, patiently
from screentest.gpu_runner.worker.phases import Phase, Phases
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


class Production:
    """Makes one segment, below a folder of its own. Its steps are called in their order."""

    def __init__(self, claim: Claim, studio: Studio, gap: IdleGap, folder: Path) -> None:
        self._request = claim.request
        self._studio = studio
        self._gap = gap
        self._folder = folder
        self._keys = domain.artefact_keys(claim.request, claim.lease.token)
        self._phases = Phases(claim.wanted_at)
        self._idle_gap_s: float | None = None
        #: What may be in storage by now.
        self._written: set[str] = set()
        #: Seconds the backend has had so far, whatever comes of it.
        self.gpu_seconds = 0.0

    async def stage(self) -> RenderJob:
        """Fetch all that the render needs; the backend may be busy with another one.

        Raises:
            RenderFailed: the seed image is not there, or is another one.
        """
        with span("stage inputs"):
            return await self._stage()

    async def _stage(self) -> RenderJob:
        self._phases.enter(Phase.LOAD)
        workdir = self._folder / "render"
        workdir.mkdir()
        job = RenderJob(
            render_id=str(self._request.render_id),
            run_id=str(self._request.run_id),
            segment=self._request.segment,
            recipe=self._request.recipe,
            seed_image=await self._fetch_seed_image(),
            workdir=workdir,
        )
        await self._studio.backend.prepare(job)
        self._phases.enter(Phase.QUEUE)
        return job

    async def render(self, job: RenderJob, on_progress: ProgressCallback) -> RenderedClip:
        """Let the backend render; it must be free.

        Raises:
            RenderFailed: no clip came of it.
        """
        began = time.monotonic()
        self._phases.enter(Phase.RENDER)
        with self._gap.rendering(self._phases.wanted_at):
            self._idle_gap_s = self._gap.latest_s
            try:
                with span("render on backend"):
                    clip = await self._studio.backend.render(job, on_progress)
            finally:
                self.gpu_seconds = time.monotonic() - began
                self._phases.enter(Phase.STORE)
        self.gpu_seconds = clip.gpu_seconds
        return clip

    async def finish(self, clip: RenderedClip) -> RenderedSegment:
        """Make the artefacts and store them under the claim's own keys.

        Raises:
            RenderFailed: the clip is broken, or storage is away for too long.
        """
        tags = domain.provenance(self._request.recipe, self._request.recipe_hash)
        tagged = self._folder / "tagged.mp4"
        boundary = self._request.boundary
        made = await asyncio.to_thread(make_artefacts, clip.video, tagged, tags, boundary)
        original = await asyncio.to_thread(keepable, clip.original, self._folder / "original.zip")
        with span("store artefacts"):
            artefacts = await self._store(made, original)
        return RenderedSegment(
            artefacts=artefacts,
            clip=_facts(made),
            gpu_seconds=clip.gpu_seconds,
            salvaged_seconds=clip.salvaged_seconds,
            trimmed_frames=made.trimmed_frames,
        )

    @property
    def timings(self) -> RenderTimings:
        """Where the time went until now."""
        return self._phases.timings(idle_gap_s=self._idle_gap_s)

    async def discard(self) -> None:
        """Remove what was stored: nobody will ever be told of it."""
        for key in self._written:
            try:
                await self._studio.objects.delete(key)
            except Exception as error:  # noqa: BLE001 - an orphaned file does no harm
                log.warning("artefact_not_discarded", key=key, error=str(error))

    async def _fetch_seed_image(self) -> Path:
        image = self._request.seed_image
        path = self._folder / f"seed{PurePosixPath(image.key).suffix}"
        try:
            await self._storing(lambda: self._studio.objects.download(image.key, path))
        except FileNotFoundError:
            raise RenderFailed(
                "seed_image_missing", f'"{image.key}" is not in storage.', retryable=False
            ) from None
        found = await asyncio.to_thread(file_sha256, path)
        if found != image.sha256:
            raise RenderFailed(
                "seed_image_changed",
                f'"{image.key}" has SHA-256 {found[:12]}… and was {image.sha256[:12]}… when the '
                "render was requested: request it again.",
                retryable=False,
            )
        return path

    async def _store(self, made: ClipArtefacts, original: Path | None) -> SegmentArtefacts:
        async def put(key: str, data: bytes | Path, media_type: str) -> Artefact:
            objects = self._studio.objects
            self._written.add(key)
            return await self._storing(lambda: objects.put(key, data, media_type=media_type))

        async def put_original() -> Artefact | None:
            if original is None:
                return None
            suffix = original.suffix.removeprefix(".")
            key = f"{self._keys.original}.{suffix}"
            return await put(key, original, ORIGINAL_MEDIA_TYPES[suffix])

        video, last_frame, poster, kept = await asyncio.gather(
            put(self._keys.video, made.video, "video/mp4"),
            put(self._keys.last_frame, made.last_frame, "image/png"),
            put(self._keys.poster, made.poster, "image/webp"),
            put_original(),
        )
        return SegmentArtefacts(video=video, last_frame=last_frame, poster=poster, original=kept)

    async def _storing(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Use the storage, waiting for one that is away: what is rendered was dear.

        Raises:
            FileNotFoundError: there is no such object.
            RenderFailed: the storage refuses for longer than a worker may wait.
        """
        until = time.monotonic() + self._studio.settings.storage_patience_s

        def may_pass(error: Exception) -> bool:
            return not isinstance(error, FileNotFoundError) and time.monotonic() < until

        try:
            return await patiently(attempt, what="storage", may_pass=may_pass)
        except FileNotFoundError:
            raise
        except Exception as error:
            raise RenderFailed(
                "storage_unavailable", f"{type(error).__name__}: {error}", retryable=True
            ) from error


def _facts(made: ClipArtefacts) -> ClipFacts:
    info = made.info
    return ClipFacts(
        duration_s=info.duration_s,
        fps=float(info.fps),
        frames=info.frames,
        width=info.width,
        height=info.height,
    )
