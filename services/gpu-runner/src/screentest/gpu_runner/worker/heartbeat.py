"""The heartbeat of a claim: its lease is renewed for as long as it can be."""

import asyncio
import time

from screentest.common import leases
from screentest.common.leases import Lease
from screentest.common.logs import get_logger
from screentest.gpu_runner.metrics import LEASE_AGE_SECONDS
from screentest.gpu_runner.worker.studio import Studio

log = get_logger()


async def renew_until_lost(lease: Lease, studio: Studio, *, since: float) -> None:
    """Renew a lease, claimed at the monotonic time ``since``; returns when it is lost.

    The first renewal is at once: it sees a cancel that came early.
    """
    settings = studio.settings
    renewed = since
    while True:
        pause_s = settings.heartbeat_s
        try:
            async with asyncio.timeout(settings.lease_ttl_s), studio.pool.acquire() as connection:
                if not await leases.renew(connection, lease, ttl_s=settings.lease_ttl_s):
                    return
                LEASE_AGE_SECONDS.observe(time.monotonic() - renewed)
                renewed = time.monotonic()
        except Exception as error:  # noqa: BLE001 - the render goes on until the lease is lost
            log.warning("lease_not_renewed", error=f"{type(error).__name__}: {error}")
            pause_s = min(1.0, pause_s)
        await asyncio.sleep(pause_s)
