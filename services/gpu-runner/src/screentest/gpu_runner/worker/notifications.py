"""Hears at once what concerns this worker, whichever replica was told: cancellations and drains.

A notification may be lost with its connection; what it says is found out in another way as well.
"""

import asyncio
from collections.abc import Callable, Mapping

from screentest.common.db import connect
from screentest.common.logs import get_logger

log = get_logger()

_PAUSE_S = 1.0


class Notifications:
    """Listens on a connection of its own."""

    def __init__(self, dsn: str, heard: Mapping[str, Callable[[str], None]]) -> None:
        """``heard`` has what is called, with the payload, for each channel."""
        self._dsn = dsn
        self._heard = heard

    async def run(self) -> None:
        """Listen for ever; survives the loss of the database."""
        while True:
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 - whatever it was, the rows tell as well
                log.warning("notifications_not_heard", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(_PAUSE_S)

    async def _session(self) -> None:
        connection = await connect(self._dsn)
        closed = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: closed.set())
            for channel in self._heard:
                await connection.add_listener(channel, self._notified)
            await closed.wait()
        finally:
            connection.terminate()

    def _notified(self, *notification: object) -> None:
        *_, channel, payload = notification
        self._heard[str(channel)](str(payload))
