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

_ENQUEUE = """
update runs set batch_id = $2, priority = $3, weight = $4, estimate_s = $5, needs = $6,
    needs_key = $7
where id = $1
"""


async def enqueue(tx: Tx, event: ShotRequested) -> None:
    """Record what a run that was just stored asks of the queue, and follow what people said of it.

    The caller holds `locks.share_controls`.
    """
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
    await tx.execute(_FOLLOW, event.run_id, None, None, False)


# What was said of a run counts more than what was said of its batch, and what people said more than
# what a budget allows: what they paused stays paused when the budget is raised.
_FOLLOW = """
with wished as (
    select runs.id, coalesce(own.priority, batch.priority, runs.priority) as priority,
        case when own.paused then 'run' when batch.paused then 'batch'
            when theirs.paused or everybodys.paused then 'budget' end as paused_by
    from runs
    left join controls as own on own.subject = 'run/' || runs.id
    left join controls as batch on batch.subject = 'batch/' || runs.batch_id
    left join controls as theirs on theirs.subject = 'user/' || runs.requested_by
    left join controls as everybodys on everybodys.subject = 'everybody'
    where runs.finished_at is null
        and (runs.id = $1 or runs.batch_id = $2 or runs.requested_by = $3 or $4::boolean))
update runs set priority = wished.priority, paused_by = wished.paused_by,
    turn = extract(epoch from requested_at) - 3600.0 * wished.priority
from wished where runs.id = wished.id
"""


CANDIDATE = """
id, lane, renderer, requested_by, weight, needs_key, turn, passed, estimate_s, batch_id
"""

_FIRST_WAITING = f"""
with queues as (
    select renderer, lane, requested_by, needs_key, count(*) as alike from runs
    where status = 'waiting' and paused_by is null and not held and renderer = any($1::text[])
    group by renderer, lane, requested_by, needs_key)
select waiting.*, alike from queues cross join lateral (
    select {CANDIDATE}, needs from runs
    where status = 'waiting' and paused_by is null and not held
        and runs.renderer = queues.renderer and runs.lane = queues.lane
        and runs.requested_by = queues.requested_by and runs.needs_key = queues.needs_key
    order by turn, id
    limit $2) as waiting
"""  # noqa: S608 - constants


async def first_waiting(tx: Tx, renderers: Collection[Renderer], slots: int) -> list[Candidate]:
    """Of every user's runs with equal needs as many as could have all the free slots."""
    rows = await tx.fetch(_FIRST_WAITING, list(renderers), slots)
    return [candidate_of(row, alike=row["alike"]) for row in rows]


_WAITS_WITH_NOTHING_OUT = """
select exists (select from runs
    where status = 'waiting' and paused_by is null and not held and lane = 'preview'
        and renderer = any($1::text[]) and requested_by <> all($2::bigint[]))
"""


async def waits_with_nothing_out(
    tx: Tx, renderers: Collection[Renderer], users_out: Collection[int]
) -> bool:
    """Whether a test shot waits of somebody who is not among those that have something out."""
    return bool(await tx.fetchval(_WAITS_WITH_NOTHING_OUT, list(renderers), list(users_out)))


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
    extract(epoch from clock_timestamp() - renders.begun_at)::float8 as begun_s,
    runs.estimate_s, runs.lane, runs.requested_by, renders.charged_s, renders.contended,
    renders.displaced_for is not null as displaced,
    exists (select from runs as sharers
        where sharers.shares_render_id = renders.id and sharers.reuse = 'shares'
            and sharers.status = 'waiting') as shared
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
            begun_s=row["begun_s"],
            estimate_s=row["estimate_s"],
            lane=Lane(row["lane"]),
            user=row["requested_by"],
            charged_s=row["charged_s"],
            contended=row["contended"],
            shared=row["shared"],
            displaced=row["displaced"],
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


async def follow(tx: Tx, event: QueueControlled) -> None:
    """Let runs that have not ended follow what was said of them, of their batch and their user.

    The caller holds `locks.lock_controls`.
    """
    await tx.execute(_FOLLOW, event.run_id, event.batch_id, event.user_id, event.everybody)


_PAUSED_LANES = "select subject from controls where paused and subject like 'lane/%'"


async def paused_lanes(tx: Tx) -> frozenset[Lane]:
    """Lanes that people paused."""
    rows = await tx.fetch(_PAUSED_LANES)
    return frozenset(Lane(row["subject"].removeprefix("lane/")) for row in rows)


def candidate_of(row: Record, *, needs: Needs | None = None, alike: int = 1) -> Candidate:
    """A row of `CANDIDATE`; its needs may be known already."""
    return Candidate(
        run_id=row["id"],
        lane=Lane(row["lane"]),
        renderer=Renderer(row["renderer"]),
        user=row["requested_by"],
        weight=row["weight"],
        needs=Needs.model_validate(row["needs"]) if needs is None else needs,
        needs_key=row["needs_key"],
        turn=row["turn"],
        passed=row["passed"],
        estimate_s=row["estimate_s"],
        batch_id=row["batch_id"],
        alike=alike,
    )
