"""Workers as they reported themselves last."""

from dataclasses import dataclass

from screentest.api.domain.workers import Worker
from screentest.common.db import Connection, Tx
from screentest.common.events import WorkerSeen

ALIVE_S = 15.0
"""Workers report every 5 s; three reports missed are no coincidence."""

# A report that changes nothing a person would notice is recorded and not told.
_RECORD = """
with before as (
    select busy_with, draining, slots, renderer, backend_version,
        last_seen_at > now() - make_interval(secs => $12) as was_alive
    from workers where name = $1),
recorded as (
    insert into workers (name, renderer, backend_version, device, vram_bytes, models, nodes, slots,
        busy_with, draining, version, capability_class, versions, nodes_sha256, object_info_sha256)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14, $15, $16)
    on conflict (name) do update set
        renderer = excluded.renderer, backend_version = excluded.backend_version,
        device = excluded.device, vram_bytes = excluded.vram_bytes, models = excluded.models,
        nodes = excluded.nodes, slots = excluded.slots, busy_with = excluded.busy_with,
        draining = excluded.draining, version = excluded.version,
        capability_class = excluded.capability_class, versions = excluded.versions,
        nodes_sha256 = excluded.nodes_sha256, object_info_sha256 = excluded.object_info_sha256,
        last_seen_at = now())
select not exists (
    select from before where was_alive and busy_with = $9 and draining = $10 and slots = $8
        and renderer = $2 and backend_version = $3)
"""


async def record_worker(tx: Tx, event: WorkerSeen) -> bool:
    """Keep a worker's report; True when it tells something new."""
    return bool(
        await tx.fetchval(
            _RECORD,
            event.worker,
            event.renderer.value,
            event.backend_version,
            event.device,
            event.vram_bytes,
            {folder: list(names) for folder, names in event.models.items()},
            list(event.nodes),
            event.slots,
            list(event.busy_with),
            event.draining,
            event.version,
            ALIVE_S,
            event.capability_class,
            event.versions,
            event.nodes_sha256,
            event.object_info_sha256,
        )
    )


_AT_WORK = """
select distinct device from workers where last_seen_at > now() - make_interval(secs => $1)
"""


async def fetch_classes_at_work(connection: Connection) -> set[str]:
    """What the workers that are alive render on, as they name it."""
    return {row["device"] for row in await connection.fetch(_AT_WORK, ALIVE_S)}


@dataclass(frozen=True, kw_only=True)
class DrainOrder:
    """An order to a worker to take no more, or some again."""

    #: What it was to do before.
    was_draining: bool
    #: Grows with every order to the worker.
    version: int


_REQUEST_DRAIN = """
update workers w set drain_requested = $2, drain_version = before.drain_version + 1
from (
    select name, drain_requested, drain_version from workers where name = $1 for update) before
where w.name = before.name
returning before.drain_requested as was_draining, w.drain_version as version
"""


async def request_drain(tx: Tx, name: str, *, is_draining: bool) -> DrainOrder | None:
    """Remember what is asked of a worker; None without such a worker."""
    row = await tx.fetchrow(_REQUEST_DRAIN, name, is_draining)
    return None if row is None else DrainOrder(**row)


_COLUMNS = """
select name, last_seen_at > now() - make_interval(secs => $1) as is_alive, renderer,
    backend_version, versions, device, vram_bytes, models, nodes, nodes_sha256, object_info_sha256,
    capability_class, slots, busy_with, draining, drain_requested, version, first_seen_at,
    last_seen_at
from workers
"""
_ALL = f"{_COLUMNS} order by name"
_LIVE = f"{_COLUMNS} where last_seen_at > now() - make_interval(secs => $1) order by name"


async def fetch_workers(connection: Connection) -> list[Worker]:
    """All workers that ever reported, by name."""
    return [Worker.model_validate(dict(row)) for row in await connection.fetch(_ALL, ALIVE_S)]


async def fetch_live_workers(connection: Connection) -> list[Worker]:
    """The workers that are there now, by name."""
    return [Worker.model_validate(dict(row)) for row in await connection.fetch(_LIVE, ALIVE_S)]
