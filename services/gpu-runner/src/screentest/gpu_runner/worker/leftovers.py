"""What the backend works at besides this worker's own renders.

A worker that was lost leaves its render there. It stays while somebody may go on with it, and is
dropped once nobody will: it was cancelled, or a colleague renders it elsewhere. What belongs to
another worker that lives is never touched, and said: a backend is for one worker.
"""

import asyncio
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from uuid import UUID

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import Held, RenderFailed
from screentest.gpu_runner.metrics import SHARED_BACKEND
from screentest.gpu_runner.store.owners import Owned, owners
from screentest.gpu_runner.worker.patience import in_transaction
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


class Fate(Enum):
    """What becomes of a render that the backend has."""

    #: It is ours, or waits for somebody who goes on with it.
    STAYS = auto()
    DROPPED = auto()
    #: Somebody else renders on this backend.
    FOREIGN = auto()


def fate(held: Held, known: Owned | None, worker: str) -> Fate:
    """What ``worker`` does about a render on its backend; ``known`` is None for a strange one."""
    if known is None:
        return Fate.FOREIGN
    if not known.is_wanted:
        return Fate.DROPPED
    if known.owner in {None, worker}:
        return Fate.STAYS
    return Fate.FOREIGN if held.worker == known.owner else Fate.DROPPED


class Leftovers:
    """Looks after one worker's backend."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._told = asyncio.Event()
        self._strangers: frozenset[str] = frozenset()

    def look(self) -> None:
        """Look soon: a render was cancelled that may be one of them."""
        self._told.set()

    async def run(self) -> None:
        """Keep looking for ever; at once when told, else now and then."""
        while True:
            self._told.clear()
            try:
                await self._sweep()
            except RenderFailed as failure:
                log.debug("leftovers_not_seen", error=failure.message)
            except Exception:
                log.exception("leftovers_not_swept")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._studio.settings.seen_s):
                    await self._told.wait()

    async def _sweep(self) -> None:
        held = {UUID(one.render_id): one for one in await self._studio.backend.held()}
        known: dict[UUID, Owned] = {}
        if held:
            look = partial(owners, render_ids=held.keys())
            known = await in_transaction(self._studio.pool, look, what="leftovers")
        strangers = set()
        for render_id, one in held.items():
            match fate(one, known.get(render_id), self._studio.worker):
                case Fate.DROPPED:
                    log.warning("leftover_dropped", render_id=one.render_id, worker=one.worker)
                    await self._studio.backend.drop(one.render_id)
                case Fate.FOREIGN:
                    strangers.add(one.worker)
                case Fate.STAYS:
                    pass
        self._note(frozenset(strangers))

    def _note(self, strangers: frozenset[str]) -> None:
        SHARED_BACKEND.set(len(strangers))
        if strangers - self._strangers:
            log.warning("backend_shared", workers=sorted(strangers))
        self._strangers = strangers
