import pytest

from screentest.common.db import Pool, Tx, transaction
from screentest.common.events import CONTRACTS, Event
from screentest.dispatcher.subscribers import subscriptions

HANDLERS = {subscription.event: subscription.handle for subscription in subscriptions()}


class Loop:
    """The dispatcher's handlers on a real database, and what they say."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    async def hear(self, *events: Event) -> list[Event]:
        """Handle events one after the other, as the consumer does; returns what was said."""
        for event in events:
            async with transaction(self.pool) as tx:
                await self.handle(event, tx)
        return await self.said()

    async def handle(self, event: Event, tx: Tx) -> None:
        """Handle one event in a transaction of the caller's."""
        await HANDLERS[type(event)](event, tx)

    async def said(self) -> list[Event]:
        """What was said since the last time."""
        rows = await self.pool.fetch("delete from outbox returning position, type, body")
        return [
            CONTRACTS[row["type"]].model_validate(row["body"])
            for row in sorted(rows, key=lambda row: row["position"])
        ]


@pytest.fixture
async def loop(pool_of):
    return Loop(await pool_of("dispatcher"))
