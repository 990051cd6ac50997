"""All that waits, whatever for: what reasons are made of."""

from collections.abc import Mapping

from screentest.common.db import Tx
from screentest.common.events import Lane, Needs
from screentest.dispatcher.domain.reuse import Reuse
from screentest.dispatcher.domain.status import Status
from screentest.dispatcher.domain.waiting import Awaiting, Waiting
from screentest.dispatcher.store.queue import CANDIDATE, candidate_of

# Thousands may wait, and few differ in what they need.
_NEEDS = """
select distinct on (needs_key) needs_key, needs from runs
where finished_at is null and status = 'waiting'
"""

_ALL_WAITING = f"""
select {CANDIDATE}, paused_by, reuse,
    case when paused_by = 'budget' then (
        select reason from controls
        where subject in ('user/' || requested_by, 'everybody') and paused
        order by subject desc limit 1) end as paused_why
from runs where finished_at is null and status = 'waiting'
"""  # noqa: S608 - constants


async def all_waiting(tx: Tx) -> list[Waiting]:
    """All that waits for a slot, or for a render that it may take."""
    needs: Mapping[str, Needs] = {
        row["needs_key"]: Needs.model_validate(row["needs"]) for row in await tx.fetch(_NEEDS)
    }
    return [
        Waiting(
            # One that was asked for between the two looks is explained next time.
            run=candidate_of(row, needs=needs[row["needs_key"]]),
            paused_by=row["paused_by"],
            paused_why=row["paused_why"] or "",
            reuse=Reuse(row["reuse"]),
        )
        for row in await tx.fetch(_ALL_WAITING)
        if row["needs_key"] in needs
    ]


_AWAITING = """
select id, lane, status, segment from runs
where finished_at is null and status in ('awaiting_qa', 'awaiting_frame')
"""


async def awaiting(tx: Tx) -> list[Awaiting]:
    """Runs between two segments that wait for a verdict, or for a person."""
    return [
        Awaiting(
            run_id=row["id"],
            lane=Lane(row["lane"]),
            status=Status(row["status"]),
            segment=row["segment"],
        )
        for row in await tx.fetch(_AWAITING)
    ]
