"""Figures over everything."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.savings import SavingsReport
from screentest.api.domain.usage import MOST_BUCKETS, Bucket, Usage, usage_of
from screentest.api.problems.general import InvalidRequest
from screentest.api.store.savings import fetch_savings
from screentest.api.store.usage import count_usage
from screentest.api.unit_of_work import InTx
from screentest.common.clock import utc_now

router = router_for("stats")

_Since = Annotated[
    AwareDatetime | None,
    Query(description="Sum up from this moment on as well.", examples=["2026-11-01T00:00:00Z"]),
]
_Until = Annotated[
    AwareDatetime | None,
    Query(description="Up to this moment; now without one.", examples=["2026-12-01T00:00:00Z"]),
]
#: How many buckets there are when nobody says since when.
_USUAL_BUCKETS = {Bucket.DAY: 30, Bucket.HOUR: 48}


@router.get("/stats/savings")
async def get_savings(_: Viewer, tx: InTx, since: _Since = None) -> SavingsReport:
    """GPU seconds that did not have to be spent: by reuse, by promotion, by stopping in time.

    Reuse saves what the identical render had cost, a promotion what rendering its test shot had
    cost, a halt the planned segments that were left times what the last one had cost, a render
    that was stopped as hopeless what was left of it at the pace it had. Savings stay counted when
    what they are about is deleted.
    """
    total = await fetch_savings(tx, None)
    if since is None:
        return SavingsReport(total=total)
    return SavingsReport(total=total, since=since, since_then=await fetch_savings(tx, since))


@router.get("/stats/usage")
async def get_usage(
    _: Viewer,
    tx: InTx,
    since: Annotated[
        AwareDatetime | None,
        Query(description="The bucket it is in is counted whole; without one 30 days or 48 hours."),
    ] = None,
    until: _Until = None,
    bucket: Bucket = Bucket.DAY,
) -> Usage:
    """GPU seconds spent and saved, renders, failures and waiting, by the UTC day or hour.

    A failure is an attempt that failed, by the code its worker gave; the run may have succeeded
    later. Spending counts all attempts, so that it is more than what renders took. What was spent
    stays counted when what it was spent on is deleted.
    """
    end = utc_now() if until is None else until
    try:
        begin = bucket.start_of(since or end - _USUAL_BUCKETS[bucket] * bucket.length)
    except OverflowError:  # the year 0
        raise _no_such_time() from None
    if not begin < end <= begin + MOST_BUCKETS * bucket.length:
        raise _no_such_time()
    return usage_of(await count_usage(tx, begin, end, bucket), begin, end, bucket)


def _no_such_time() -> InvalidRequest:
    message = (
        f"there are 1 to {MOST_BUCKETS} buckets from since to until: choose an earlier since, a "
        "shorter time, or bucket=day"
    )
    return InvalidRequest([{"where": "query.since", "message": message, "kind": "time"}])
