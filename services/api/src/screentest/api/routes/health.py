"""Whether the api can do its work."""

import asyncio
from importlib.metadata import version
from typing import Literal

from fastapi import Request
from pydantic import BaseModel, Field

from screentest.api.api_route import router as router_for
from screentest.api.deps import Deps, Wired
from screentest.api.problems.health import Unhealthy
from screentest.api.store import health
from screentest.common.db import is_transient

router = router_for("health")

_LIMIT_S = 2
VERSION = version("screentest-api")


class Health(BaseModel):
    """The api and what it needs are there."""

    status: Literal["ok"] = "ok"
    version: str = Field(examples=[VERSION])
    database: Literal["ok"] = "ok"
    broker: Literal["ok"] = "ok"


@router.get("/health")
async def get_health(_: Request, deps: Wired) -> Health:
    """Say whether database and broker can be reached; no key is needed."""
    checks = {"database": await _database(deps), "broker": deps.broker_problem() or "ok"}
    if any(state != "ok" for state in checks.values()):
        raise Unhealthy(checks)
    return Health(version=VERSION)


async def _database(deps: Deps) -> str:
    try:
        async with asyncio.timeout(_LIMIT_S), deps.pool.acquire() as connection:
            await health.ping(connection)
    except Exception as error:
        if not is_transient(error):
            raise
        return "the database does not answer"
    return "ok"
