"""Steps of an upgrade: migrations under running services, processes replaced by others."""

import asyncio
from pathlib import Path

import asyncpg

from screentest.common.migrate import migrate
from screentest.stack.stack import Stack
from support.waiting import until

_PATIENCE_S = 120
#: How long a process that is told to stop may take, before it is killed as in a cluster.
_GRACE_S = 20


async def migrated(stack: Stack, root: Path, *, only_pre: bool) -> list[str]:
    """What was applied, by as many attempts as it takes: the job in a cluster tries again too."""
    applied: list[str] = []

    async def attempt() -> bool:
        try:
            dsn = stack.servers.pg_admin_dsn()
            applied.extend(await migrate(dsn, root=root, only_pre=only_pre))
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            return False
        return True

    await until(attempt, what="the migration", timeout_s=_PATIENCE_S)
    return applied


async def stopped(stack: Stack, name: str) -> None:
    """Tell a process to stop, and wait until it has."""
    await asyncio.to_thread(stack.services[name].stop, grace_s=_GRACE_S)


async def replaced(stack: Stack, *names: str) -> None:
    """Replace processes by new ones while their colleagues go on; returns when they are ready."""

    async def replace(name: str) -> None:
        await stopped(stack, name)
        stack.services[name].start()

    await asyncio.gather(*map(replace, names))
    await asyncio.to_thread(stack.services.wait_ready, *names, timeout_s=_PATIENCE_S)
