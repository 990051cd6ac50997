"""Hears at once that a render was cancelled, whichever replica was told.

A notification may be lost with its connection; the next renewal of the lease finds out as well.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

from screentest.common.db import connect
from screentest.common.logs import get_logger
from screentest.gpu_runner.store import CANCELLED_CHANNEL

log = get_logger()

_PAUSE_S = 1.0


class Cancellations:
    """Listens on a connection of its own."""

    def __init__(self, dsn: str, heard: Callable[[UUID], None]) -> None:
        """``heard`` is called with the id of every render cancelled anywhere."""
        self._dsn = dsn
        self._heard = heard

    async def run(self) -> None:
        """Listen for ever; survives the loss of the database."""
        while True:
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 - whatever it was, leases tell as well
                log.warning("cancellations_not_heard", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_PAUSE_S)

    async def _session(self) -> None:
        connection = await connect(self._dsn)
        closed = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: closed.set())
            await connection.add_listener(CANCELLED_CHANNEL, self._notified)
            await closed.wait()
        finally:
            connection.terminate()

    def _notified(self, *notification: object) -> None:
        *_, render_id = notification
        self._heard(UUID(str(render_id)))
