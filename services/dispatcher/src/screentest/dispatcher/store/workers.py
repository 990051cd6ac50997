"""Workers: who is alive, with how many slots, what they can render, and with which model files."""

from collections.abc import Collection

from screentest.common.db import Tx
from screentest.common.events import WorkerSeen
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Worker

_SEE = """
with known as (select * from live_workers where name = $1)
insert into workers
    (name, renderer, slots, draining, busy_with, capability_class, stages, staged, warm_models)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (name) do update set
    renderer = $2, slots = $3, draining = $4, busy_with = $5, capability_class = $6, stages = $7,
    staged = $8, warm_models = $9, seen_at = statement_timestamp()
returning not exists (
    select from known
    where known.renderer = $2 and known.slots = $3 and known.draining = $4
        and known.capability_class = $6 and known.stages = $7
        and (known.busy_with || known.staged = $5 || $8 or not $4))
"""

_KNOW_MODELS = """
with said as (select key as model, value as hash from jsonb_each_text($2)),
gone as (
    delete from worker_models where worker = $1 and model not in (select model from said))
insert into worker_models (worker, model, hash) select $1, model, hash from said
on conflict (worker, model) do update set hash = excluded.hash
where worker_models.hash <> excluded.hash
"""

# A row that somebody else has is being ended.
_BEGIN = """
update renders set worker = $1, begun_at = statement_timestamp()
where id in (
    select id from renders
    where id = any($2::uuid[]) and status = 'released' and worker is distinct from $1
    for update skip locked)
"""


async def see_worker(tx: Tx, event: WorkerSeen) -> bool:
    """Record a sign of life; True when it may change how many slots are free."""
    changes = bool(
        await tx.fetchval(
            _SEE,
            event.worker,
            event.renderer,
            event.slots,
            event.draining,
            list(event.busy_with),
            event.capability_class,
            event.stages,
            list(event.staged),
            list(event.warm_models),
        )
    )
    hashes = {
        f"{folder}/{name}": known
        for folder, files in event.model_hashes.items()
        for name, known in files.items()
    }
    # Unread, a list is not an empty one.
    if event.is_complete:
        await tx.execute(_KNOW_MODELS, event.worker, hashes)
    if event.busy_with:
        await tx.execute(_BEGIN, event.worker, list(event.busy_with))
    return changes


_DESCRIBE = """
insert into capabilities (renderer, capability_class, models, nodes, vram_bytes)
values ($1, $2, $3, $4, $5)
on conflict (renderer, capability_class) do update set models = $3, nodes = $4, vram_bytes = $5
where capabilities.models <> $3 or capabilities.nodes <> $4 or capabilities.vram_bytes <> $5
"""


async def describe_class(tx: Tx, event: WorkerSeen) -> None:
    """Keep what workers of the class can do."""
    await tx.execute(
        _DESCRIBE,
        event.renderer,
        event.capability_class,
        {folder: list(names) for folder, names in event.models.items()},
        list(event.nodes),
        event.vram_bytes,
    )


_LIVE = """
select name, renderer, capability_class, slots, stages, draining, busy_with || staged as holds,
    staged, warm_models
from live_workers
"""


async def live_workers(tx: Tx) -> list[Worker]:
    """Workers heard of lately, by the clock of the database."""
    return [
        Worker(
            name=row["name"],
            place=Place(
                renderer=Renderer(row["renderer"]), capability_class=row["capability_class"]
            ),
            slots=row["slots"],
            stages=row["stages"],
            draining=row["draining"],
            holds=frozenset(row["holds"]),
            staged=frozenset(row["staged"]),
            warm_models=tuple(row["warm_models"]),
        )
        for row in await tx.fetch(_LIVE)
    ]


_CAPABILITIES = """
select capabilities.renderer, capabilities.capability_class, models, nodes, vram_bytes
from capabilities
join unnest($1::text[], $2::text[]) as wanted (renderer, capability_class)
    using (renderer, capability_class)
"""


async def capabilities(tx: Tx, places: Collection[Place]) -> dict[Place, Capability]:
    """What workers of the places can do; a place that nobody described is left out."""
    rows = await tx.fetch(
        _CAPABILITIES,
        [place.renderer for place in places],
        [place.capability_class for place in places],
    )
    return {
        Place(
            renderer=Renderer(row["renderer"]), capability_class=row["capability_class"]
        ): Capability(
            models={folder: frozenset(names) for folder, names in row["models"].items()},
            nodes=frozenset(row["nodes"]),
            vram_bytes=row["vram_bytes"],
        )
        for row in rows
    }


_FORGET = "delete from workers where seen_at < now() - interval '1 day'"


async def forget_workers(tx: Tx) -> None:
    """Drop workers not seen for a day: their names may never come back."""
    await tx.execute(_FORGET)
