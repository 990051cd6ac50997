"""Whether the worker takes work: not while somebody drains it, never again once it is to stop.

A drain is a row, so it outlives the process: a worker that is started again takes nothing before it
has looked.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from screentest.common.logs import get_logger
from screentest.gpu_runner.store import drains
from screentest.gpu_runner.worker.patience import in_transaction
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


class Intake:
    """Open or closed; closed until the first look."""

    def __init__(self, studio: Studio, changed: Callable[[bool], None]) -> None:
        """``changed`` is called when the worker begins or ceases to drain."""
        self._studio = studio
        self._changed = changed
        self._drains: bool | None = None
        self._told = asyncio.Event()
        #: Set once the worker is to stop for good.
        self.stopped = asyncio.Event()
        #: Set while work may be taken.
        self.opened = asyncio.Event()

    def look(self) -> None:
        """Ask soon whether the worker is to drain."""
        self._told.set()

    def stop(self) -> None:
        """Close for good."""
        self.stopped.set()
        self._note(drains=True)

    async def run(self) -> None:
        """Keep looking for ever; at once when told, else now and then."""
        look = partial(drains.is_draining, worker=self._studio.worker)
        while True:
            self._told.clear()
            self._note(drains=await in_transaction(self._studio.pool, look, what="drain"))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._studio.settings.seen_s):
                    await self._told.wait()

    def _note(self, *, drains: bool) -> None:
        drains = drains or self.stopped.is_set()
        if drains is self._drains:
            return
        self._drains = drains
        if drains:
            self.opened.clear()
        else:
            self.opened.set()
        log.info("intake", opened=not drains)
        self._changed(drains)
