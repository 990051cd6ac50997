"""Workers: who renders, and what they can."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.domain.workers import Worker
from screentest.api.store.workers import fetch_workers
from screentest.api.unit_of_work import InTx

router = router_for("workers")


@router.get("/workers")
async def list_workers(_: Viewer, tx: InTx) -> list[Worker]:
    """All workers that ever reported, by name; `is_alive` tells those that are there now."""
    return await fetch_workers(tx)
