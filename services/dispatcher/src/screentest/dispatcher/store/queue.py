"""What waits, and what people and users' wishes say of its order."""

from collections.abc import Collection, Mapping
from uuid import UUID

from asyncpg import Record

from screentest.common.canonical import canonical_sha256
from screentest.common.db import Tx
from screentest.common.events import Lane, Needs, QueueControlled, ShotRequested
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.lanes import Candidate, Released
from screentest.dispatcher.domain.waiting import Waiting

# People's controls before budgets': what a person paused stays paused when a budget is raised.
_PAUSED_BY = """
case
    when exists (select from controls where subject = 'run/' || runs.id and paused) then 'run'
    when exists (select from controls where subject = 'batch/' || runs.batch_id and paused)
        then 'batch'
    when exists (select from controls
        where subject in ('user/' || runs.requested_by, 'everybody') and paused) then 'budget'
end
"""

_ENQUEUE = """
with wished as (
    select coalesce(own.priority, batch.priority, $3) as priority
    from (values (1)) as one
    left join controls as own on own.subject = 'run/' || $1::uuid
    left join controls as batch on batch.subject = 'batch/' || $2::bigint)
update runs set batch_id = $2, priority = wished.priority, weight = $4, estimate_s = $5,
    needs = $6, needs_key = $7,
    turn = extract(epoch from requested_at) - 3600.0 * wished.priority
from wished where id = $1::uuid
"""

_PAUSE = f"update runs set paused_by = {_PAUSED_BY} where id = $1"  # noqa: S608 - constants


async def enqueue(tx: Tx, event: ShotRequested) -> None:
    """Record what a run that was just stored asks of the queue, and what people said of it."""
    needs = event.needs.model_dump(mode="json")
    await tx.execute(
        _ENQUEUE,
        event.run_id,
        event.batch_id,
        event.priority,
        event.weight,
        event.estimate_s,
        needs,
        "" if event.needs == Needs() else canonical_sha256(needs)[:16],
    )
    await tx.execute(_PAUSE, event.run_id)


_CANDIDATE = """
id, lane, renderer, requested_by, weight, needs, needs_key, turn, passed, estimate_s, batch_id
"""

_FIRST_WAITING = f"""
with queues as (
    select renderer, lane, requested_by, needs_key, count(*) as alike from runs
    where status = 'waiting' and paused_by is null and not held and renderer = any($1::text[])
    group by renderer, lane, requested_by, needs_key)
select waiting.*, alike from queues cross join lateral (
    select {_CANDIDATE} from runs
    where status = 'waiting' and paused_by is null and not held
        and runs.renderer = queues.renderer and runs.lane = queues.lane
        and runs.requested_by = queues.requested_by and runs.needs_key = queues.needs_key
    order by turn, id
    limit $2) as waiting
"""  # noqa: S608 - constants


async def first_waiting(tx: Tx, renderers: Collection[Renderer], slots: int) -> list[Candidate]:
    """Of every user's runs with equal needs as many as could have all the free slots."""
    rows = await tx.fetch(_FIRST_WAITING, list(renderers), slots)
    return [_candidate(row, alike=row["alike"]) for row in rows]


_ALL_WAITING = f"""
select {_CANDIDATE}, paused_by, reuse = 'shares' as shares,
    case when paused_by = 'budget' then (
        select reason from controls
        where subject in ('user/' || requested_by, 'everybody') and paused
        order by subject desc limit 1) end as paused_why
from runs where status = 'waiting'
"""  # noqa: S608 - constants


async def all_waiting(tx: Tx) -> list[Waiting]:
    """All that waits for a slot, or for the render of another run."""
    return [
        Waiting(
            run=_candidate(row),
            paused_by=row["paused_by"],
            paused_why=row["paused_why"] or "",
            shares_render=row["shares"],
        )
        for row in await tx.fetch(_ALL_WAITING)
    ]


_AWAITING_FRAME = "select id from runs where status = 'awaiting_frame'"


async def awaiting_frame(tx: Tx) -> list[UUID]:
    """Runs that wait for a person to choose a boundary frame."""
    return [row["id"] for row in await tx.fetch(_AWAITING_FRAME)]


_COUNT_PASSED = """
update runs set passed = runs.passed + more.passed
from unnest($1::uuid[], $2::integer[]) as more (run_id, passed)
where runs.id in (
    select id from runs where id = any($1::uuid[]) and status = 'waiting' for update skip locked)
    and runs.id = more.run_id
"""


async def count_passed(tx: Tx, passed: Mapping[UUID, int]) -> None:
    """Record that it was somebody's turn and others went first."""
    await tx.execute(_COUNT_PASSED, list(passed), list(passed.values()))


_RELEASED = """
select renders.id, renders.run_id, runs.renderer, renders.capability_class, renders.meant_for,
    runs.needs, extract(epoch from clock_timestamp() - renders.released_at)::float8 as age_s,
    coalesce(runs.estimate_s, nullif(renders.charged_s, 0)) as estimate_s
from renders join runs on runs.id = renders.run_id
where renders.status = 'released'
"""


async def released_renders(tx: Tx) -> list[Released]:
    """Every render that is out; one that others share may have outlived its run."""
    return [
        Released(
            render_id=row["id"],
            run_id=row["run_id"],
            place=Place(
                renderer=Renderer(row["renderer"]), capability_class=row["capability_class"]
            ),
            meant_for=row["meant_for"],
            needs=Needs.model_validate(row["needs"]),
            age_s=max(0.0, row["age_s"]),
            estimate_s=row["estimate_s"],
        )
        for row in await tx.fetch(_RELEASED)
    ]


_CONTROL = """
insert into controls (subject, version, paused, priority, reason) values ($1, $2, $3, $4, $5)
on conflict (subject) do update set version = $2, reason = $5,
    paused = coalesce($3, controls.paused), priority = coalesce($4, controls.priority)
where controls.version < $2
returning true
"""


async def control(tx: Tx, event: QueueControlled) -> bool:
    """Record what a person wants, or a budget allows; False when something later is known."""
    return bool(
        await tx.fetchval(
            _CONTROL, _subject(event), event.version, event.paused, event.priority, event.reason
        )
    )


def _subject(event: QueueControlled) -> str:
    if event.everybody:
        return "everybody"
    if event.user_id is not None:
        return f"user/{event.user_id}"
    if event.lane is not None:
        return f"lane/{event.lane}"
    return f"run/{event.run_id}" if event.batch_id is None else f"batch/{event.batch_id}"


_MOVE = f"""
update runs set
    priority = coalesce($3, priority),
    turn = extract(epoch from requested_at) - 3600.0 * coalesce($3, priority),
    paused_by = {_PAUSED_BY}
where finished_at is null and (id = $1 or batch_id = $2 or requested_by = $4 or $5)
"""  # noqa: S608 - constants


async def move(tx: Tx, event: QueueControlled) -> None:
    """Let runs that have not ended follow what was said of them, their batch or their user."""
    await tx.execute(
        _MOVE, event.run_id, event.batch_id, event.priority, event.user_id, event.everybody
    )


_PAUSED_LANES = "select subject from controls where paused and subject like 'lane/%'"


async def paused_lanes(tx: Tx) -> frozenset[Lane]:
    """Lanes that people paused."""
    rows = await tx.fetch(_PAUSED_LANES)
    return frozenset(Lane(row["subject"].removeprefix("lane/")) for row in rows)


def _candidate(row: Record, *, alike: int = 1) -> Candidate:
    return Candidate(
        run_id=row["id"],
        lane=Lane(row["lane"]),
        renderer=Renderer(row["renderer"]),
        user=row["requested_by"],
        weight=row["weight"],
        needs=Needs.model_validate(row["needs"]),
        needs_key=row["needs_key"],
        turn=row["turn"],
        passed=row["passed"],
        estimate_s=row["estimate_s"],
        batch_id=row["batch_id"],
        alike=alike,
    )
