"""How far a batch is, and when it will end."""

from uuid import UUID

import pytest

from screentest.api.handlers.progress import on_render_begun
from screentest.common.db import transaction
from screentest.common.events import QueueChanged, RunStatus, SegmentProgressed, WaitingRun
from screentest.common.ids import new_id
from support.shots import add_catalogue
from support.sweeps import CFG, end, posted, sweep


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2, seed=None)


class TestOutlook:
    """How far a batch is, and when it will end."""

    @pytest.fixture
    async def batch(self, creator, catalogue):
        return await posted(creator, sweep(catalogue, CFG, character_ids=[1]))

    @pytest.fixture
    def shown(self, creator, batch):
        async def show():
            return (await creator.get(f"/api/batches/{batch['id']}")).json()

        return show

    async def test_progress_pace_and_cost(self, pool, batch, shown):
        assert (batch["status"], batch["progress"], batch["eta_s"]) == ("waiting", 0, None)

        await end(pool, batch["shots"][0])
        running = await shown()
        await end(pool, batch["shots"][1])
        await end(pool, batch["shots"][2])
        done = await shown()

        assert running["status"] == "running"
        assert running["progress"] == pytest.approx(1 / 3)
        assert running["eta_s"] > 0
        assert (done["status"], done["progress"], done["eta_s"]) == ("finished", 1, 0)
        assert done["gpu_seconds"] == pytest.approx(12)
        assert done["grid"]["cells"][0]["quality_score"] == 0.8

    async def test_estimates_and_the_queue_tell_before_anything_is_rendered(
        self, creator, api, pool, batch, shown
    ):
        first, second, third = batch["shots"]
        await pool.execute("update run_costs set estimate_s = 8")
        async with transaction(pool) as tx:
            await on_render_begun(UUID(first["run_id"]), 1, tx)
        api.deps.renders.hear(progressed(first, fraction=0.25, eta_s=6.0))
        api.deps.queue.hear(queue_of(second, third, starts_in_s=1000.0))

        batch = await shown()

        one, two, three = batch["grid"]["cells"]
        assert (one["progress"], one["waiting"]) == (0.25, None)
        assert 0 < one["eta_s"] <= 6
        assert (three["progress"], three["waiting"]["position"]) == (0, 2)
        assert 990 < two["eta_s"] <= 1008
        assert batch["eta_s"] == pytest.approx(max(two["eta_s"], three["eta_s"]), abs=1)
        (listed,) = (await creator.get("/api/batches")).json()["items"]
        assert listed["eta_s"] == pytest.approx(batch["eta_s"], abs=5)

    async def test_a_cell_that_ended_or_was_deleted_has_nothing_left(
        self, creator, pool, batch, shown
    ):
        done, gone, _ = batch["shots"]
        await end(pool, done)
        await end(pool, gone, RunStatus.CANCELLED)
        await creator.delete(f"/api/test-shots/{gone['id']}")

        cells = (await shown())["grid"]["cells"]

        assert [(cell["progress"], cell["eta_s"]) for cell in cells[:2]] == [(1, 0), (0, None)]

    async def test_what_was_reused_and_what_was_before_a_pause_sets_no_pace(
        self, creator, pool, batch, shown
    ):
        await end(pool, batch["shots"][0])
        await pool.execute("update test_shots set reused = true where id = $1",
                           batch["shots"][0]["id"])  # fmt: skip
        assert (await shown())["eta_s"] is None

        await pool.execute("update test_shots set reused = false")
        assert (await shown())["eta_s"] > 0

        path = f"/api/batches/{batch['id']}"
        assert (await creator.post(f"{path}/pause")).json()["eta_s"] is None
        assert (await creator.post(f"{path}/resume")).json()["eta_s"] is None

    async def test_a_cell_that_is_rendered_again_a_day_later_begins_another_clock(
        self, creator, pool, batch, shown
    ):
        for shot in batch["shots"]:
            await end(pool, shot)
        await pool.execute(
            "update test_shots set started_at = started_at - interval '1 day',"
            " rendered_at = rendered_at - interval '1 day'"
        )
        await pool.execute("update batches set going_since = going_since - interval '1 day'")
        answer = await creator.post(f"/api/batches/{batch['id']}/rerun", json={"only": "all"})
        again = answer.json()["shots"]

        assert answer.json()["eta_s"] is None
        await end(pool, again[0])

        assert (await shown())["eta_s"] < 600


def progressed(shot, **facts):
    return SegmentProgressed(
        run_id=UUID(shot["run_id"]), segment=1, render_id=new_id(), worker="w1", **facts
    )


def queue_of(*shots, starts_in_s):
    waiting = tuple(
        WaitingRun(run_id=UUID(shot["run_id"]), code="slots_busy", reason="busy",
                   position=position, starts_in_s=starts_in_s)
        for position, shot in enumerate(shots, start=1)
    )  # fmt: skip
    return QueueChanged(snapshot=new_id(), part=1, parts=1, waiting=waiting)
