"""What workers are told at once, through Postgres; the payload of each channel."""

from screentest.common.db import Tx

CANCELLED_CHANNEL = "render_cancelled_gpu_runner"
"""The id of a render that was cancelled while a worker had it."""

RELIEVED_CHANNEL = "render_relieved_gpu_runner"
"""The id of a render and the worker that has it no more."""

DRAIN_CHANNEL = "worker_drain_gpu_runner"
"""The name of a worker that is to take no more, or some again."""

_NOTIFY = "select pg_notify($1, $2)"


async def tell(tx: Tx, channel: str, payload: str) -> None:
    """Tell every worker that listens, once the transaction is committed."""
    await tx.execute(_NOTIFY, channel, payload)
