"""Figures over everything."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.savings import SavingsReport
from screentest.api.store.savings import fetch_savings
from screentest.api.unit_of_work import InTx

router = router_for("stats")

_Since = Annotated[
    AwareDatetime | None,
    Query(description="Sum up from this moment on as well.", examples=["2026-11-01T00:00:00Z"]),
]


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
