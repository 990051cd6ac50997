"""The inbox: a message that was handled once is never handled again.

A handler's transaction records the message id first; a redelivery finds it and does nothing.
"""

from uuid import UUID

from screentest.common.db import Connection, Tx

_RECORD = """
insert into inbox (consumer, message_id) values ($1, $2)
on conflict do nothing
returning true
"""

_SEEN = "select exists (select from inbox where consumer = $1 and message_id = $2)"

_FORGET = """
delete from inbox where (consumer, message_id) in (
    select consumer, message_id from inbox
    where received_at < now() - make_interval(days => $1) limit 1000)
"""


async def record(tx: Tx, consumer: str, message_id: UUID) -> bool:
    """Record a delivery; False when this consumer has handled the message before.

    A second delivery that arrives while the first is still open waits for its commit.
    """
    return bool(await tx.fetchval(_RECORD, consumer, message_id))


async def seen(connection: Connection, consumer: str, message_id: UUID) -> bool:
    """Whether the message was handled before; lets a costly preparation be skipped."""
    return bool(await connection.fetchval(_SEEN, consumer, message_id))


async def forget_old(connection: Connection, *, days: int = 14) -> None:
    """Drop up to 1000 records older than ``days``: no broker redelivers that late."""
    await connection.execute(_FORGET, days)
