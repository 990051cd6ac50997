"""What runs share: reuse keys, finished renders, and who waits for whose render."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from screentest.common.db import Connection, Tx
from screentest.common.events import RenderRequested, SegmentRendered
from screentest.dispatcher.domain.reuse import Reuse, Stand, Standing

CHANNEL = "reuse"
"""NOTIFY channel, completed by the schema: a run was put to the check."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Runs that would take a finished render if its files are there."""

    reuse_key: str
    original: SegmentRendered
    run_ids: tuple[UUID, ...]


_WANT_FRESH = "update runs set fresh = true where id = $1"


async def want_fresh(tx: Tx, run_id: UUID) -> None:
    """Let the run neither take nor wait for a render of another."""
    await tx.execute(_WANT_FRESH, run_id)


_SET_KEY = """
update runs set reuse_key = $2, reuse = 'new', shares_render_id = null, held_since = now(),
    unanswered_since = null
where id = $1
"""


async def set_key(tx: Tx, run_id: UUID, key: str | None) -> None:
    """Record what the run waits for now; `settle` decides what becomes of it."""
    await tx.execute(_SET_KEY, run_id, key)


_UNSETTLED = """
with unsettled as (
    select runs.id from runs
    left join renders as shared on shared.id = runs.shares_render_id
    left join offered_renders as finished on finished.reuse_key = runs.reuse_key
    where runs.status = 'waiting' and runs.held and (
        runs.reuse = 'new'
        or runs.reuse = 'shares' and shared.status is distinct from 'released'
        or runs.reuse = 'check' and (
            finished.reuse_key is null or runs.unanswered_since < now() - interval '30 seconds'))
    union
    select runs.id from renders
    join runs on runs.reuse_key = renders.reuse_key
    where renders.status = 'released'
        and runs.status = 'waiting' and not runs.held and not runs.fresh
)
select runs.id as run_id, runs.reuse, runs.fresh,
    (select renders.id from renders
        where renders.status = 'released' and renders.reuse_key = runs.reuse_key
        order by renders.id limit 1) as live_render_id,
    exists (select from offered_renders
        where offered_renders.reuse_key = runs.reuse_key) as is_finished,
    coalesce(runs.unanswered_since < now() - interval '30 seconds', false) as overdue
from runs where runs.id in (select id from unsettled) and runs.status = 'waiting'
order by runs.id
for update skip locked
"""


async def unsettled(tx: Tx) -> list[Standing]:
    """Waiting runs that may stand elsewhere than their rows say, locked."""
    return [
        Standing(**{**dict(row), "reuse": Reuse(row["reuse"])})
        for row in await tx.fetch(_UNSETTLED)
    ]


_SETTLE = """
update runs set reuse = stands.reuse, shares_render_id = stands.shares_render_id,
    held_since = case when runs.reuse = stands.reuse then runs.held_since else now() end,
    unanswered_since = case when runs.reuse = stands.reuse then runs.unanswered_since end
from unnest($1::uuid[], $2::text[], $3::uuid[]) as stands (run_id, reuse, shares_render_id)
where runs.id = stands.run_id
"""

_RING = "select pg_notify($1 || '_' || current_schema(), '')"


async def settle(tx: Tx, stands: Mapping[UUID, Stand]) -> None:
    """Record where runs stand; whoever looks for files is woken at the commit."""
    await tx.execute(
        _SETTLE,
        list(stands),
        [stand.reuse for stand in stands.values()],
        [stand.shares_render_id for stand in stands.values()],
    )
    if any(stand.reuse is Reuse.CHECK for stand in stands.values()):
        await tx.execute(_RING, CHANNEL)


_JOIN = """
update runs set reuse = 'shares', shares_render_id = renders.id, held_since = now()
from renders
where renders.id = $1 and runs.id in (
    select id from runs
    where reuse_key = (select reuse_key from renders where id = $1)
        and status = 'waiting' and not held and not fresh
    for update skip locked)
returning runs.id
"""


async def join(tx: Tx, render_id: UUID) -> set[UUID]:
    """Let all who wait for the same recipe share a render that was just released."""
    return {row["id"] for row in await tx.fetch(_JOIN, render_id)}


_IS_SHARED = """
select exists (select from runs
    where shares_render_id = $1 and reuse = 'shares' and status = 'waiting')
"""


async def is_shared(tx: Tx, render_id: UUID) -> bool:
    """Whether a run waits for the render of another."""
    return bool(await tx.fetchval(_IS_SHARED, render_id))


_ORPHANS = """
select renders.id, renders.run_id from renders
join runs as owner on owner.id = renders.run_id
where renders.status = 'released' and owner.render_id is distinct from renders.id
    and not exists (select from runs as sharer
        where sharer.shares_render_id = renders.id and sharer.reuse = 'shares'
            and sharer.status = 'waiting')
for update of renders skip locked
"""


async def orphans(tx: Tx) -> dict[UUID, UUID]:
    """Renders that are out and that nobody waits for any more, with the runs that began them."""
    return {row["id"]: row["run_id"] for row in await tx.fetch(_ORPHANS)}


_KEEP = """
insert into reusable_renders (reuse_key, render_id, said, made_with, is_unpaid)
select renders.reuse_key, renders.id, $2, (
    select coalesce(jsonb_object_agg(known.model, known.hash), '{}')
    from jsonb_each(coalesce(runs.needs -> 'models', '{}')) as needed (folder, files)
    cross join jsonb_array_elements_text(needed.files) as file (name)
    join worker_models as known
        on known.worker = $3 and known.model = needed.folder || '/' || file.name), $4
from renders join runs on runs.id = renders.run_id
where renders.id = $1 and renders.reuse_key is not null
on conflict (reuse_key) do update set
    render_id = excluded.render_id, said = excluded.said, made_with = excluded.made_with,
    is_unpaid = excluded.is_unpaid,
    rendered_at = now()
"""


async def keep(tx: Tx, event: SegmentRendered, *, is_unpaid: bool) -> None:
    """Let identical recipes take this render while its models are what they were.

    ``is_unpaid``: no run has it yet.
    """
    said = event.model_dump(mode="json")
    await tx.execute(_KEEP, event.render_id, said, event.worker, is_unpaid)


_PAY = """
update reusable_renders set is_unpaid = false
where reuse_key = $1 and render_id = $2 and is_unpaid
returning true
"""


async def pay(tx: Tx, key: str, render_id: UUID) -> bool:
    """Whether whoever takes the render now is the first to have it, and pays for it."""
    return bool(await tx.fetchval(_PAY, key, render_id))


# Those that nobody has looked for come first: storage that is silent about some keeps no others.
_TO_CHECK = """
with checked as (
    select id, reuse_key from runs
    where status = 'waiting' and reuse = 'check'
    order by unanswered_since nulls first, held_since, id limit $1)
select finished.reuse_key, finished.said, array_agg(checked.id order by checked.id) as run_ids
from checked
join offered_renders as finished on finished.reuse_key = checked.reuse_key
group by finished.reuse_key, finished.said
"""


async def to_check(connection: Connection, limit: int) -> list[Check]:
    """Finished renders that up to ``limit`` runs would take, those that wait for a look longest."""
    return [
        Check(
            reuse_key=row["reuse_key"],
            original=SegmentRendered.model_validate(row["said"]),
            run_ids=tuple(row["run_ids"]),
        )
        for row in await connection.fetch(_TO_CHECK, limit)
    ]


_UNANSWERED = """
update runs set unanswered_since = now() where id in (
    select id from runs
    where id = any($1::uuid[]) and reuse = 'check' and unanswered_since is null
    for update skip locked)
"""


async def unanswered(tx: Tx, run_ids: Collection[UUID]) -> None:
    """Record that storage did not say whether the files that runs would take are there."""
    await tx.execute(_UNANSWERED, list(run_ids))


_FORGET = "delete from reusable_renders where reuse_key = $1 and render_id = $2"


async def forget(tx: Tx, key: str, render_id: UUID) -> None:
    """Offer a render no longer: its files are lost."""
    await tx.execute(_FORGET, key, render_id)


_STILL_CHECKED = """
select runs.id from runs
join offered_renders as finished on finished.reuse_key = runs.reuse_key
where runs.id = any($1::uuid[]) and runs.status = 'waiting' and runs.reuse = 'check'
    and finished.render_id = $2
order by runs.id
"""


async def still_checked(tx: Tx, run_ids: Collection[UUID], render_id: UUID) -> list[UUID]:
    """Those of the runs that still would take the render."""
    rows = await tx.fetch(_STILL_CHECKED, list(run_ids), render_id)
    return [row["id"] for row in rows]


_TAKE = """
with added as (
    insert into renders (id, run_id, segment, attempt, status, recipe_hash, reuse_key, reused)
    select $1, id, $3, $4, 'rendered', $5, reuse_key, true from runs where id = $2)
update runs set status = 'released', attempts = $4, render_id = $1 where id = $2
"""


async def take(tx: Tx, request: RenderRequested) -> None:
    """Record that the segment is rendered already; its result is accepted next."""
    await tx.execute(
        _TAKE,
        request.render_id,
        request.run_id,
        request.segment,
        request.attempt,
        request.recipe_hash,
    )
