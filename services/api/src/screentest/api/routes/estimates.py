"""What something would cost, before anybody pays for it."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Wired
from screentest.api.domain.estimates import Offer
from screentest.api.handlers.offers import quote_request
from screentest.api.handlers.quoting import offer
from screentest.api.openapi import may_answer
from screentest.api.problems.asking import CANNOT_PLAN
from screentest.api.problems.batches import BatchNotFound, BatchTooLarge, InvalidAxes
from screentest.api.problems.catalogue import (
    CharacterNotFound,
    SceneNotFound,
    SceneTypeNotFound,
    WorkflowNotFound,
)
from screentest.api.problems.chains import SegmentNotMade
from screentest.api.schemas.estimates import QuoteRequest
from screentest.api.store.workers import fetch_workers
from screentest.api.unit_of_work import InTx

router = router_for("budgets")


@router.post(
    "/estimates",
    responses=may_answer(
        SceneNotFound,
        SceneTypeNotFound,
        CharacterNotFound,
        WorkflowNotFound,
        BatchNotFound,
        SegmentNotMade,
        BatchTooLarge,
        InvalidAxes,
        *CANNOT_PLAN,
    ),
)
async def estimate_request(user: Viewer, tx: InTx, deps: Wired, body: QuoteRequest) -> Offer:
    """Seconds of GPU a test shot, a batch or a scene would take, learned from renders like it.

    What renders took before counts: the newest ones of this workflow version, size, frames and
    steps; else those in other sizes, scaled; else there is no estimate. What has been rendered, or
    is being rendered, costs nothing unless it is asked for `fresh`. What is quoted is what would be
    reserved of your budget.
    """
    quoted = await quote_request(tx, user, body, max_cells=deps.settings.max_batch_cells)
    starts_in_s = deps.queue.starts_in_s(quoted.wanted, await fetch_workers(tx))
    return await offer(tx, user, quoted.quote, starts_in_s=starts_in_s)
