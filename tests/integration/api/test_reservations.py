"""What is quoted is what is reserved: of elastic scenes, of parts, of what is rendered already."""

from uuid import UUID

import pytest

from screentest.api.handlers.progress import (
    on_qa_scored,
    on_render_begun,
    on_run_finished,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.common.db import transaction
from screentest.common.events import RunStatus, ShotRequested
from support.shots import add_catalogue, failed, finished, hear, rendered, said, scored
from support.sweeps import end

UNKNOWN_S = 60.0


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
def quoted(creator):
    """Seconds and renders that are quoted."""

    async def ask(**body):
        answer = await creator.post("/api/estimates", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["renders"]

    return ask


@pytest.fixture
def reserved(creator):
    """Renders that are reserved for runs that have not ended."""

    async def ask():
        own = (await creator.get("/api/budgets/me")).json()["own"]
        return own["reserved_s"] / UNKNOWN_S

    return ask


async def make(pool, run, *segments):
    """Let segments of a scene's run be rendered, and the run fail after them."""
    for segment in segments:
        await hear(pool, on_segment_rendered, rendered(run.run_id, segment=segment))
    await hear(pool, on_run_finished, finished(run, RunStatus.FAILED, segments=len(segments)))
    await pool.execute("delete from render_samples")


def sweep(catalogue, *cfg, **more):
    return {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": [{"kind": "slot", "slot": "cfg", "values": list(cfg)}],
        **more,
    }


BATCH = "/api/test-shots/batch"


class TestScenes:
    @pytest.mark.parametrize("mode", ["last", "calmest"])
    @pytest.mark.parametrize("window", [12, 20, 24])
    async def test_an_elastic_scene_reserves_what_is_planned_and_quoted(
        self, creator, pool, catalogue, quoted, reserved, mode, window
    ):
        await pool.execute(
            "update scene_types set duration_tolerance_s = 1, boundary = $1",
            {"mode": mode, "window": window},
        )
        scene = catalogue.scene_ids[0]
        renders = await quoted(scene={"scene_id": scene})
        await creator.post(f"/api/scenes/{scene}/generate")

        assert renders == await reserved() == 3

    @pytest.mark.parametrize("up_to", [None, 2, 3])
    @pytest.mark.parametrize("tolerance", [0.0, 1.0])
    async def test_what_a_scene_has_is_neither_quoted_nor_reserved(
        self, creator, pool, catalogue, quoted, reserved, up_to, tolerance
    ):
        await pool.execute("update scene_types set duration_tolerance_s = $1", tolerance)
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/scenes/{scene}/generate")
        await make(pool, (await said(pool, ShotRequested))[-1], 1)

        part = {} if up_to is None else {"up_to_segment": up_to}
        renders = await quoted(scene={"scene_id": scene, **part})
        await creator.post(f"/api/scenes/{scene}/generate", json=part)

        assert renders == await reserved() == (up_to or 3) - 1

    async def test_a_complete_scene_costs_nothing_and_that_is_known(self, creator, pool, catalogue):
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/scenes/{scene}/generate")
        run = (await said(pool, ShotRequested))[-1]
        for segment in (1, 2, 3):
            await hear(pool, on_segment_rendered, rendered(run.run_id, segment=segment))
        await hear(pool, on_run_finished, finished(run, segments=3))

        offer = (await creator.post("/api/estimates", json={"scene": {"scene_id": scene}})).json()

        assert (offer["renders"], offer["unknown_renders"]) == (0, 0)
        assert offer["gpu_seconds"] == {"median": 0.0, "p90": 0.0}
        assert offer["is_within_budget"] is True

    @pytest.mark.parametrize("from_segment", [1, 2, 3])
    async def test_a_scene_made_anew_is_quoted_from_there_on(
        self, creator, pool, catalogue, quoted, reserved, from_segment
    ):
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/scenes/{scene}/generate")
        await make(pool, (await said(pool, ShotRequested))[-1], 1, 2, 3)

        body = {"from_segment": from_segment, "overrides": {"values": {"steps": 40}}}
        renders = await quoted(scene={"scene_id": scene, **body})
        answer = await creator.post(f"/api/scenes/{scene}/regenerate", json=body)

        assert answer.status_code == 202, answer.text
        assert renders == await reserved() == 4 - from_segment

    async def test_what_differs_decides_what_it_costs(self, creator, pool, catalogue):
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/scenes/{scene}/generate")
        run = (await said(pool, ShotRequested))[-1]
        for segment in (1, 2, 3):
            clip = rendered(run.run_id, segment=segment, gpu_seconds=10.0)
            await hear(pool, on_segment_rendered, clip)

        body = {"from_segment": 2, "overrides": {"values": {"steps": 40}}}
        body = {"scene": {"scene_id": scene, **body}}
        offer = (await creator.post("/api/estimates", json=body)).json()

        assert offer["gpu_seconds"]["median"] == 40.0

    async def test_a_segment_that_is_not_there_cannot_be_made_anew(self, creator, catalogue):
        body = {"scene": {"scene_id": catalogue.scene_ids[0], "from_segment": 1}}
        answer = await creator.post("/api/estimates", json=body)

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/segment-not-made")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"from_segment": 2, "up_to_segment": 3},
            {"overrides": {"seed": 1}},
        ],
    )
    async def test_a_quote_is_of_one_request(self, creator, catalogue, wrong):
        body = {"scene": {"scene_id": catalogue.scene_ids[0], **wrong}}

        assert (await creator.post("/api/estimates", json=body)).status_code == 422


class TestReuse:
    async def test_a_finished_sweep_is_posted_again_though_nothing_is_left(
        self, admin, creator, pool, catalogue, quoted
    ):
        done = (await creator.post(BATCH, json=sweep(catalogue, 4, 5))).json()
        for shot in done["shots"]:
            await end(pool, shot)
        await pool.execute("delete from render_samples")
        await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": 1})

        assert await quoted(batch=sweep(catalogue, 4, 5)) == 0
        again = await creator.post(BATCH, json=sweep(catalogue, 4, 5))
        more = await creator.post(BATCH, json=sweep(catalogue, 4, 5, 6))
        fresh = await creator.post(BATCH, json=sweep(catalogue, 4, 5, fresh=True))

        assert again.status_code == 202, again.text
        assert [one.status_code for one in (more, fresh)] == [402, 402]
        assert more.json()["wanted_s"] == 2 * UNKNOWN_S

    @pytest.mark.parametrize("fresh", [False, True])
    async def test_a_batch_reserves_what_its_dry_run_quotes(
        self, creator, pool, catalogue, reserved, fresh
    ):
        """One cell is scored, one under way, two are new, and two of those are the same."""
        first = sweep(catalogue, 4, 5, character_ids=catalogue.character_ids[:1])
        done = (await creator.post(BATCH, json=first)).json()
        await end(pool, done["shots"][0])
        await pool.execute("delete from render_samples")
        before = await reserved()

        body = sweep(catalogue, 4, 5, 6, character_ids=catalogue.character_ids[:1], fresh=fresh)
        dry = (await creator.post(BATCH, json={**body, "dry_run": True})).json()
        await creator.post(BATCH, json=body)

        assert before == 1
        assert dry["quote"]["renders"] == dry["to_render"] == await reserved() - before
        assert dry["to_render"] == (3 if fresh else 1)

    async def test_a_batch_to_lay_out_anew_is_quoted_for_the_cells_it_lacks(
        self, creator, pool, catalogue, quoted, reserved
    ):
        done = (await creator.post(BATCH, json=sweep(catalogue, 4, 5))).json()
        for shot in done["shots"]:
            await end(pool, shot)
        await pool.execute("delete from render_samples")

        body = sweep(catalogue, 4, 5, 6, batch_id=done["id"])
        renders = await quoted(batch=body)
        answer = await creator.post(BATCH, json=body)

        assert answer.status_code == 202, answer.text
        assert renders == await reserved() == 2

    async def test_a_batch_that_is_not_there_is_not_quoted(self, creator, catalogue):
        body = {"batch": sweep(catalogue, 4, batch_id=999)}

        assert (await creator.post("/api/estimates", json=body)).status_code == 404

    async def test_a_scene_takes_its_test_shot_as_its_first_segment(
        self, creator, pool, catalogue, quoted, reserved
    ):
        scene = catalogue.scene_ids[0]
        shot = (await creator.post(f"/api/scenes/{scene}/test-shot")).json()
        await end(pool, shot)
        await pool.execute("delete from render_samples")

        renders = await quoted(scene={"scene_id": scene})
        await creator.post(f"/api/scenes/{scene}/generate")

        assert renders == await reserved() == 2
        run = (await said(pool, ShotRequested))[-1]
        reused = {"reused": True, "gpu_seconds": 0.0, "gpu_seconds_saved": 3.0}
        clip = rendered(run.run_id).model_copy(update=reused)
        await hear(pool, on_segment_rendered, clip)
        assert await reserved() == 2, "the segments behind it are still to come"

    @pytest.mark.parametrize("how", ["begun", "failed"])
    async def test_what_is_rendered_after_all_is_reserved_for(
        self, creator, pool, catalogue, reserved, how
    ):
        """It shared the render of another, which was cancelled or whose files are lost."""
        path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"
        await creator.post(path)
        second = (await creator.post(path)).json()
        assert await reserved() == 1

        run_id = UUID(second["run_id"])
        if how == "begun":
            async with transaction(pool) as tx:
                await on_render_begun(run_id, 1, tx)
        else:
            await hear(pool, on_segment_failed, failed(run_id))

        assert await reserved() == 2
        await hear(pool, on_segment_rendered, rendered(run_id))
        assert await reserved() == 1

    async def test_what_was_cancelled_is_nothing_to_wait_for(
        self, creator, pool, catalogue, reserved
    ):
        path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"
        first = (await creator.post(path)).json()
        await creator.post(f"/api/test-shots/{first['id']}/cancel")
        await creator.post(path)

        assert await reserved() == 2


class TestRefused:
    """The door is the same for everything that renders, and nothing comes through by half."""

    @pytest.fixture
    async def is_untouched(self, pool):
        """Whether no row and no event was stored since."""
        tables = (
            "outbox", "run_costs", "test_shots", "batches", "batch_cells", "comparisons",
            "scene_runs", "audit", "live_events",
        )  # fmt: skip

        async def content():
            stored = {name: await pool.fetchval(f"select count(*) from {name}") for name in tables}
            stored["segments"] = await pool.fetch(
                "select index, stale_by from scene_segments order by index"
            )
            stored["recipes"] = await pool.fetch("select recipe_hash from scene_recipes")
            stored["scenes"] = await pool.fetch("select id, status from scenes order by id")
            return stored

        return content

    async def test_of_a_scene_made_anew(self, admin, creator, pool, catalogue, is_untouched):
        scene = catalogue.scene_ids[0]
        await creator.post(f"/api/scenes/{scene}/generate")
        await make(pool, (await said(pool, ShotRequested))[-1], 1, 2, 3)
        await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": 50})
        before = await is_untouched()

        answer = await creator.post(f"/api/scenes/{scene}/regenerate", json={"from_segment": 2})

        assert (answer.status_code, answer.json()["wanted_s"]) == (402, 2 * UNKNOWN_S)
        assert await is_untouched() == before

    async def test_of_cells_rendered_again(self, admin, creator, pool, catalogue, is_untouched):
        batch = (await creator.post(BATCH, json=sweep(catalogue, 4, 5))).json()
        for shot in batch["shots"]:
            await end(pool, shot, RunStatus.FAILED)
        await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": 100})
        before = await is_untouched()

        answer = await creator.post(f"/api/batches/{batch['id']}/rerun")

        assert (answer.status_code, answer.json()["wanted_s"]) == (402, 4 * UNKNOWN_S)
        assert await is_untouched() == before

    async def test_of_a_comparison(self, admin, creator, catalogue, is_untouched):
        await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": 100})
        before = await is_untouched()

        answer = await creator.post(
            "/api/test-shots/ab",
            json={
                "scene_type_id": catalogue.scene_type_id,
                "character_id": catalogue.character_ids[0],
                "a": {"values": {"cfg": 4}},
                "b": {"values": {"cfg": 8}},
            },
        )

        assert (answer.status_code, answer.json()["wanted_s"]) == (402, 2 * UNKNOWN_S)
        assert await is_untouched() == before


async def test_scored_is_what_is_taken_from(creator, pool, catalogue, reserved):
    """A clip that is there and not yet measured is taken as well."""
    path = f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"
    shot = (await creator.post(path)).json()
    clip = rendered(UUID(shot["run_id"])).model_copy(update={"recipe_hash": shot["recipe_hash"]})
    await hear(pool, on_segment_rendered, clip)
    await creator.post(path)
    assert await reserved() == 0

    await hear(pool, on_qa_scored, scored(clip.run_id, clip.render_id))
    await creator.post(path)
    assert await reserved() == 0
