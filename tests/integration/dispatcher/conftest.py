import pytest

from screentest.common.db import Pool, Tx, transaction
from screentest.common.events import CONTRACTS, Event, WorkerSeen
from screentest.common.objects import Objects
from screentest.common.stored_facts import StoredFacts
from screentest.dispatcher.handlers.workers import WorkerNews
from screentest.dispatcher.subscribers import subscriptions

_STAYS = "update workers set seen_at = now() + interval '1 hour' where name = $1"


class Loop:
    """The dispatcher's handlers on a real database, and what they say."""

    def __init__(self, pool: Pool, objects: Objects) -> None:
        self.pool = pool
        heard = subscriptions(WorkerNews(StoredFacts(objects)))
        self._subscriptions = {subscription.event: subscription for subscription in heard}

    async def hear(self, *events: Event) -> list[Event]:
        """Handle events one after the other, as the consumer does; returns what was said."""
        for event in events:
            async with transaction(self.pool) as tx:
                await self.handle(event, tx)
        return await self.said()

    async def handle(self, event: Event, tx: Tx) -> None:
        """Handle one event in a transaction of the caller's."""
        subscription = self._subscriptions[type(event)]
        if subscription.compute is not None:
            await (await subscription.compute(event))(tx)
        else:
            await subscription.handle(event, tx)
        if isinstance(event, WorkerSeen):
            # A worker says so again every few seconds; here once, however slow the machine is.
            await tx.execute(_STAYS, event.worker)

    async def said(self) -> list[Event]:
        """What was said since the last time."""
        rows = await self.pool.fetch("delete from outbox returning position, type, body")
        return [
            CONTRACTS[row["type"]].model_validate(row["body"])
            for row in sorted(rows, key=lambda row: row["position"])
        ]


@pytest.fixture
async def loop(pool_of, objects_url):
    return Loop(await pool_of("dispatcher"), Objects.open(objects_url))


@pytest.fixture
def objects():
    """Storage of a test's own."""
    return Objects.open("memory:///")
