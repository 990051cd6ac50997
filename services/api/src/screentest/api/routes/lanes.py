"""Lanes: what waits in them, and whether they are held back."""

from screentest.api.api_route import router as router_for
from screentest.api.auth import Admin, Viewer
from screentest.api.domain.lanes import LaneState
from screentest.api.handlers.lanes import set_lane_paused
from screentest.api.store.lanes import fetch_lanes
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx
from screentest.common.events import Lane

router = router_for("workers")


@router.get("/lanes")
async def list_lanes(_: Viewer, tx: InTx) -> list[LaneState]:
    """The lanes of test shots and of scenes."""
    return await fetch_lanes(tx)


@router.post("/lanes/{lane}/pause")
async def pause_lane(user: Admin, tx: InTx, lane: Lane) -> LaneState:
    """Begin no run of a lane until it is resumed; those that render go on."""
    await set_lane_paused(tx, user, lane, is_paused=True)
    return await _one(tx, lane)


@router.post("/lanes/{lane}/resume")
async def resume_lane(user: Admin, tx: InTx, lane: Lane) -> LaneState:
    """Begin runs of a paused lane again."""
    await set_lane_paused(tx, user, lane, is_paused=False)
    return await _one(tx, lane)


async def _one(tx: Tx, lane: Lane) -> LaneState:
    return next(one for one in await fetch_lanes(tx) if one.lane is lane)
