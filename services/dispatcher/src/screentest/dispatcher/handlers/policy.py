"""The policy as the rows have it."""

from screentest.common.db import Tx
from screentest.dispatcher.domain.lanes import Worker
from screentest.dispatcher.domain.policy import Policy, slots_by_place
from screentest.dispatcher.domain.shares import Shares
from screentest.dispatcher.store import queue
from screentest.dispatcher.store.workers import capabilities


async def policy_now(tx: Tx, shares: Shares, workers: list[Worker]) -> Policy:
    """The policy for this moment."""
    slots = slots_by_place(workers)
    return Policy(
        shares=shares,
        capabilities=await capabilities(tx, list(slots)),
        slots=slots,
        paused_lanes=await queue.paused_lanes(tx),
    )
