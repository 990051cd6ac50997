"""The fleet that end-to-end tests meet, and what holds it back for a while."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from support.audit import Audit
from support.rest import Rest
from support.waiting import until

WORKERS = tuple(f"gpu-runner-{number}" for number in range(1, 9))
REPLICAS = 2


def replicas_of(service: str) -> list[str]:
    """The processes of a service."""
    return [service, *(f"{service}-{number}" for number in range(2, REPLICAS + 1))]


@asynccontextmanager
async def held_lane(rest: Rest, audit: Audit, lane: str = "preview") -> AsyncIterator[None]:
    """Within the block no run of a lane begins, so that what is asked for stands side by side."""
    await rest.post(f"/api/lanes/{lane}/pause")
    try:
        await audit.until_held(f"lane/{lane}")
        yield
    finally:
        await rest.post(f"/api/lanes/{lane}/resume")


@asynccontextmanager
async def drained(rest: Rest, *names: str) -> AsyncIterator[None]:
    """Within the block these workers take no more, and have said so."""
    # One that has just started may not have told the api of itself.
    await _until_draining(rest, names, draining=False)
    try:
        for name in names:
            await rest.post(f"/api/workers/{name}/drain")
        await _until_draining(rest, names, draining=True)
        yield
    finally:
        for name in names:
            await rest.post(f"/api/workers/{name}/resume")
        await _until_draining(rest, names, draining=False)


async def _until_draining(rest: Rest, names: Collection[str], *, draining: bool) -> None:
    async def said() -> bool:
        workers = {one["name"]: one["draining"] for one in await rest.get("/api/workers")}
        return all(workers.get(name) is draining for name in names)

    await until(said, what=f"{names} to say that draining is {draining}")
