"""Says that the worker is there: every few seconds, and at once when its state changes."""

import asyncio
from contextlib import suppress
from importlib.metadata import version
from uuid import UUID

from screentest.common.canonical import canonical_sha256
from screentest.common.events import WorkerSeen
from screentest.common.logs import get_logger
from screentest.common.model_files import ModelFiles, model_files_key
from screentest.common.object_info import object_info_key
from screentest.common.work_queue import WorkQueue
from screentest.gpu_runner.domain import capability_class
from screentest.gpu_runner.engine.backend import Capabilities, RenderFailed
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


class Presence:
    """What others see of this worker."""

    def __init__(self, studio: Studio, queue: WorkQueue) -> None:
        """``queue`` follows the class that the backend is found to be of."""
        self._studio = studio
        self._queue = queue
        self._version = version("screentest-gpu-runner")
        self._changed = asyncio.Event()
        self._capabilities: Capabilities | None = None
        self._busy_with: tuple[UUID, ...] = ()
        self._staged: tuple[UUID, ...] = ()
        self._warm_models: tuple[str, ...] = ()
        self._draining = False
        #: Hash of the description that is in object storage.
        self._stored_sha256 = ""
        #: The model files of the backend, and the hash of the list that is in object storage.
        self._files = ModelFiles()
        self._stored_files_sha256 = ""
        #: Set while the backend answers, so that it makes sense to take work.
        self.backend_answers = asyncio.Event()

    @property
    def device(self) -> str:
        """What the backend renders on, as it names it; empty while it has not answered."""
        return self._capabilities.device if self._capabilities else ""

    def show(self, *, busy_with: tuple[UUID, ...], staged: tuple[UUID, ...]) -> None:
        """Say what is being rendered or finished, and what is staged."""
        self._busy_with, self._staged = busy_with, staged
        self._changed.set()

    def warm(self, models: tuple[str, ...]) -> None:
        """Say which models the backend has used last."""
        self._warm_models = models
        self._changed.set()

    def draining(self, draining: bool) -> None:
        """Say whether nothing more is taken."""
        if draining != self._draining:
            self._draining = draining
            self._changed.set()

    async def say(self) -> None:
        """Tell whoever listens."""
        known = self._capabilities
        described_by = self._described_by(known)
        files = self._files if known else ModelFiles()
        await self._studio.publish_transient(
            WorkerSeen(
                worker=self._studio.worker,
                renderer=self._studio.renderer,
                backend_version=known.version if known else "",
                device=known.device if known else "",
                vram_bytes=known.vram_bytes if known else 0,
                versions=known.versions if known else {},
                object_info_sha256=described_by,
                nodes_sha256=canonical_sha256(list(known.nodes)) if known and known.nodes else "",
                # Also before it is stored: who cannot read it keeps what was known.
                model_files_sha256=files.sha256 if files.is_long else "",
                models={} if files.is_long else files.models,
                model_hashes={} if files.is_long else files.hashes,
                nodes=known.nodes if known and not described_by else (),
                capability_class=self._queue.capability_class,
                warm_models=self._warm_models,
                slots=1 if known else 0,
                stages=1 if known else 0,
                busy_with=self._busy_with,
                staged=self._staged,
                draining=self._draining,
                version=self._version,
            )
        )

    async def announce(self) -> None:
        """Say every state, for ever."""
        while True:
            self._changed.clear()
            await self.say()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._studio.settings.seen_s):
                    await self._changed.wait()

    async def watch_backend(self) -> None:
        """Keep asking the backend what it can do, for ever. A busy one is not disturbed."""
        while True:
            if not self._busy_with:
                capabilities = await self._describe()
                await self._classify(capabilities)
                await self._store_description(capabilities)
                await self._store_files(capabilities)
                self._note(capabilities)
            await asyncio.sleep(self._studio.settings.seen_s)

    async def _describe(self) -> Capabilities | None:
        try:
            return await self._studio.backend.describe()
        except RenderFailed as failure:
            log.warning("backend_away", code=failure.code, error=failure.message)
        except Exception:
            log.exception("backend_not_described")
        return None

    async def _classify(self, capabilities: Capabilities | None) -> None:
        """Take from the queue of those who can do the same."""
        if capabilities is not None and self._studio.settings.capability_class is None:
            await self._queue.use(
                capability_class(
                    models=capabilities.models,
                    nodes=capabilities.nodes,
                    vram_bytes=capabilities.vram_bytes,
                )
            )

    async def _store_description(self, capabilities: Capabilities | None) -> None:
        """Keep the description of the backend where the api reads it: no event could carry it.

        A storage that is away is asked again when the backend is.
        """
        info = capabilities.object_info if capabilities else None
        if info is None or info.sha256 == self._stored_sha256:
            return
        if await self._store(object_info_key(info.sha256), info.document):
            self._stored_sha256 = info.sha256
            self._changed.set()

    async def _store_files(self, capabilities: Capabilities | None) -> None:
        """Keep the list of model files there too, if it is long."""
        if capabilities is None:
            return
        files = ModelFiles(models=capabilities.models, hashes=capabilities.model_hashes)
        if files != self._files:
            self._files = files
            self._changed.set()
        if not files.is_long or files.sha256 == self._stored_files_sha256:
            return
        if await self._store(model_files_key(files.sha256), files.document):
            self._stored_files_sha256 = files.sha256
            self._changed.set()

    async def _store(self, key: str, document: bytes) -> bool:
        try:
            await self._studio.objects.put_once(key, document, media_type="application/json")
        except Exception as error:  # noqa: BLE001 - every store has errors of its own
            log.warning("description_not_stored", key=key, error=f"{type(error).__name__}: {error}")
            return False
        return True

    def _described_by(self, known: Capabilities | None) -> str:
        """Hash of the stored description, if it is that of the backend as it is now."""
        info = known.object_info if known else None
        return info.sha256 if info is not None and info.sha256 == self._stored_sha256 else ""

    def _note(self, capabilities: Capabilities | None) -> None:
        # A render that began meanwhile may keep the backend from answering.
        if capabilities is None and self._busy_with:
            return
        if capabilities != self._capabilities:
            self._capabilities = capabilities
            self._changed.set()
        if capabilities is None:
            self.backend_answers.clear()
        else:
            self.backend_answers.set()
