"""Estimates: learned from renders that are heard of, quoted before paying, said with requests."""

from uuid import UUID

import pytest

from screentest.api.handlers.progress import on_qa_scored, on_segment_rendered
from screentest.api.handlers.workers import on_worker_seen
from screentest.common.db import transaction
from screentest.common.events import (
    Lane,
    Outlook,
    QAScored,
    QueueChanged,
    RenderTimings,
    SegmentRendered,
    ShotRequested,
    WorkerSeen,
)
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from support.shots import add_catalogue, rendered, said, scored

TIMINGS = RenderTimings(queue_s=1.0, load_s=2.0, render_s=8.0, store_s=0.5)


@pytest.fixture
async def catalogue(pool):
    return await add_catalogue(pool, characters=2)


@pytest.fixture
def shoot(creator, catalogue):
    async def ask(**body):
        path = f"/api/scene-types/{catalogue.scene_type_id}/test-shot"
        asked = {"character_id": catalogue.character_ids[0], "fresh": True, **body}
        answer = await creator.post(path, json=asked)
        assert answer.status_code == 202, answer.text
        return answer.json()

    return ask


@pytest.fixture
def quote(creator):
    async def ask(**body):
        """Of renders, whatever there is."""
        body = {noun: {"fresh": True, **asked} for noun, asked in body.items()}
        answer = await creator.post("/api/estimates", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def clip_of(shot, gpu_seconds: float = 10.0, **changes) -> SegmentRendered:
    clip = rendered(UUID(shot["run_id"]), gpu_seconds=gpu_seconds)
    return clip.model_copy(update={"timings": TIMINGS, **changes})


def score_of(clip: SegmentRendered, seconds: float = 0.25) -> QAScored:
    return scored(clip.run_id, clip.render_id).model_copy(update={"seconds": seconds})


async def hear(pool, *events):
    for event in events:
        handler = on_segment_rendered if isinstance(event, SegmentRendered) else on_qa_scored
        async with transaction(pool) as tx:
            await handler(event, tx)


async def test_without_history_there_is_no_estimate(shoot, quote, pool, catalogue):
    shot = await shoot()
    body = {"scene_type_id": catalogue.scene_type_id, "character_id": catalogue.character_ids[0]}
    offer = await quote(shot=body)

    assert shot["estimate"] == {
        "basis": "unknown",
        "samples": 0,
        "gpu_seconds": None,
        "by_worker_class": [],
    }
    assert (offer["renders"], offer["unknown_renders"], offer["gpu_seconds"]) == (1, 1, None)
    assert (await said(pool, ShotRequested))[-1].estimate_s is None


async def test_renders_that_are_accepted_are_learned_from(shoot, quote, pool, catalogue):
    async with transaction(pool) as tx:
        worker = WorkerSeen(worker="w1", renderer=Renderer.COMFYUI, device="RTX 4090")
        await on_worker_seen(worker, tx)
    for seconds in (10.0, 20.0, 12.0):
        await hear(pool, clip_of(await shoot(), seconds))

    shot = await shoot()
    body = {"scene_type_id": catalogue.scene_type_id, "character_id": catalogue.character_ids[0]}
    offer = await quote(shot=body)

    assert shot["estimate"]["basis"] == "same_shape"
    assert shot["estimate"]["samples"] == 3
    assert shot["estimate"]["gpu_seconds"]["median"] == 12.0
    (of_class,) = shot["estimate"]["by_worker_class"]
    assert (of_class["worker_class"], of_class["samples"]) == ("RTX 4090", 3)
    assert (await said(pool, ShotRequested))[-1].estimate_s == 12.0
    assert offer["gpu_seconds"] == pytest.approx({"median": 12.0, "p90": 18.4})
    assert offer["share_of_scenes"] == pytest.approx(1 / 3)


async def test_the_render_says_on_what_it_was_made_whoever_was_seen_meanwhile(
    shoot, quote, pool, catalogue
):
    """The report of a worker may be missed, or be of what it renders on by now."""
    async with transaction(pool) as tx:
        worker = WorkerSeen(worker="w1", renderer=Renderer.COMFYUI, device="RTX 4090")
        await on_worker_seen(worker, tx)
    await hear(pool, clip_of(await shoot(), 10.0, device="A100", worker="never seen"))
    await hear(pool, clip_of(await shoot(), 90.0))

    (line,) = (await quote(shot={"scene_id": catalogue.scene_ids[0]}))["lines"]
    classes = [
        (one["worker_class"], one["median"]) for one in line["per_render"]["by_worker_class"]
    ]
    assert classes == [("A100", 10.0), ("RTX 4090", 90.0)]


async def test_many_renders_of_a_fast_class_leave_those_of_a_slow_one(
    shoot, quote, pool, catalogue
):
    """What is reserved is what it may cost wherever it is rendered."""
    await hear(pool, clip_of(await shoot(), 100.0, device="RTX 3060"))
    await hear(pool, clip_of(await shoot(), 10.0, device="A100"))
    await pool.execute(
        "insert into render_samples (render_id, workflow_id, workflow_version, width, height,"
        " frames, steps, worker_class, gpu_seconds) select gen_random_uuid(), workflow_id,"
        " workflow_version, width, height, frames, steps, worker_class, gpu_seconds"
        " from render_samples, generate_series(1, 60) where worker_class = 'A100'"
    )

    offer = await quote(shot={"scene_id": catalogue.scene_ids[0]})
    (line,) = offer["lines"]
    assert [one["samples"] for one in line["per_render"]["by_worker_class"]] == [50, 1]
    assert offer["gpu_seconds"]["median"] == 100.0
    shot = await shoot()
    assert (await said(pool, ShotRequested))[-1].estimate_s == 100.0
    assert shot["estimate"]["gpu_seconds"]["median"] == 100.0


async def test_a_render_is_learned_from_once_and_a_reused_one_never(shoot, pool):
    first, second, third = await shoot(), await shoot(), await shoot()
    clip = clip_of(first, 10.0)
    late = clip_of(first, 500.0)
    await hear(pool, clip, clip, late, clip_of(second, 0.0, reused=True))
    await hear(pool, score_of(clip))

    rows = await pool.fetch("select * from render_samples")
    assert [(row["render_id"], row["gpu_seconds"]) for row in rows] == [(clip.render_id, 10.0)]
    assert (rows[0]["queue_s"], rows[0]["load_s"], rows[0]["render_s"]) == (1.0, 2.0, 8.0)
    assert (rows[0]["store_s"], rows[0]["qa_s"]) == (0.5, 0.25)
    assert third["estimate"]["samples"] == 0


@pytest.mark.parametrize("is_score_first", [True, False])
async def test_a_shot_says_where_its_seconds_went(creator, shoot, pool, is_score_first):
    shot = await shoot()
    path = f"/api/test-shots/{shot['id']}"
    clip = clip_of(shot)
    events = [clip, score_of(clip)]
    assert shot["timings"] is None
    await hear(pool, *(reversed(events) if is_score_first else events))

    assert (await creator.get(path)).json()["timings"] == {
        "queue_s": 1.0,
        "load_s": 2.0,
        "render_s": 8.0,
        "store_s": 0.5,
        "idle_gap_s": None,
        "qa_s": 0.25,
    }
    assert await pool.fetchval("select qa_s from render_samples") == 0.25


async def test_a_batch_and_a_scene_say_where_the_seconds_of_all_their_renders_went(
    creator, pool, catalogue
):
    body = {"scene_type_id": catalogue.scene_type_id, "character_ids": catalogue.character_ids}
    batch = (await creator.post("/api/test-shots/batch", json=body)).json()
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    await creator.post(f"{scene}/generate")
    run_id = (await said(pool, ShotRequested))[-1].run_id
    assert batch["timings"] is None
    clips = [clip_of(shot) for shot in batch["shots"]]
    clips += [clip_of({"run_id": str(run_id)}, segment=segment) for segment in (1, 2)]
    await hear(pool, *clips)
    for clip in clips:
        score = score_of(clip).model_copy(update={"segment": clip.segment})
        await hear(pool, score)

    both = {
        "queue_s": 2.0,
        "load_s": 4.0,
        "render_s": 16.0,
        "store_s": 1.0,
        "idle_gap_s": None,
        "qa_s": 0.5,
    }
    assert (await creator.get(f"/api/batches/{batch['id']}")).json()["timings"] == both
    chain = (await creator.get(scene)).json()["chain"]
    assert chain["timings"] == both
    assert [one["timings"]["render_s"] for one in chain["segments"][:2]] == [8.0, 8.0]
    assert chain["segments"][2]["timings"] is None


async def test_more_frames_are_scaled_and_more_steps_as_well(shoot, quote, pool, catalogue):
    await hear(pool, clip_of(await shoot(), 10.0))
    of = {"scene_type_id": catalogue.scene_type_id, "character_id": catalogue.character_ids[0]}

    longer = await quote(shot={**of, "values": {"frames": 50}})
    finer = await quote(shot={**of, "values": {"steps": 60}})

    assert longer["lines"][0]["per_render"]["basis"] == "scaled"
    assert longer["gpu_seconds"]["median"] == 20.0
    assert finer["gpu_seconds"]["median"] == 30.0


async def test_another_version_of_the_workflow_starts_anew(admin, shoot, pool, catalogue):
    await hear(pool, clip_of(await shoot(), 10.0))
    await pool.execute("update workflows set version = version + 1")

    assert (await shoot())["estimate"]["basis"] == "unknown"


async def test_a_batch_and_a_scene_are_quoted_as_they_would_be_asked_for(
    creator, shoot, quote, pool, catalogue
):
    await hear(pool, clip_of(await shoot(), 10.0))
    batch = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "variations": [{"name": "soft", "values": {"cfg": 4}}, {"values": {"steps": 40}}],
    }
    of_batch = await quote(batch=batch)
    of_scene = await quote(scene={"scene_id": catalogue.scene_ids[0]})
    of_part = await quote(scene={"scene_id": catalogue.scene_ids[0], "up_to_segment": 2})

    assert of_batch["renders"] == 4
    assert of_batch["gpu_seconds"]["median"] == 60.0
    assert sorted(line["renders"] for line in of_batch["lines"]) == [2, 2]
    assert of_batch["share_of_scenes"] == pytest.approx(1 / 3)
    assert (of_scene["renders"], of_scene["gpu_seconds"]["median"]) == (3, 30.0)
    assert (of_part["renders"], of_part["share_of_scenes"]) == (2, pytest.approx(2 / 3))

    await creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/generate")
    run = (await said(pool, ShotRequested))[-1]
    assert run.estimate_s == 10.0
    async with transaction(pool) as tx:
        await on_segment_rendered(rendered(run.run_id, gpu_seconds=14.0), tx)
    assert (await quote(scene={"scene_id": catalogue.scene_ids[0]}))["renders"] == 2
    assert await pool.fetchval("select count(*) from render_samples") == 2
    scene = (await creator.get(f"/api/scenes/{catalogue.scene_ids[0]}")).json()
    assert scene["chain"]["run"]["estimate"]["gpu_seconds"]["median"] == 10.0


async def test_a_dry_run_has_the_estimates_of_its_cells(creator, shoot, pool, catalogue):
    await hear(pool, clip_of(await shoot(), 10.0))
    body = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": [{"kind": "slot", "slot": "steps", "values": [20, 40]}],
        "dry_run": True,
    }
    preview = (await creator.post("/api/test-shots/batch", json=body)).json()

    assert [cell["estimate_s"] for cell in preview["cells"]] == [10.0, 20.0, 10.0, 20.0]
    assert preview["estimate_s"] == preview["quote"]["gpu_seconds"]["median"] == 60.0


async def test_a_scene_test_shot_is_quoted_by_its_scene(quote, catalogue):
    offer = await quote(shot={"scene_id": catalogue.scene_ids[0]})

    assert offer["renders"] == 1


async def test_an_offer_says_whether_the_budget_allows_it(admin, quote, catalogue):
    await admin.put("/api/budgets/global", json={"gpu_seconds_per_day": 100})
    shot = await quote(shot={"scene_id": catalogue.scene_ids[0]})
    scene = await quote(scene={"scene_id": catalogue.scene_ids[0]})

    assert (shot["budget_left_s"], shot["is_within_budget"]) == (100.0, True)
    assert scene["is_within_budget"] is False


async def test_an_offer_says_when_it_would_start(api, quote, pool, catalogue):
    """By the worker that can render it, in its lane: what others wait for is of no interest."""
    shot = {"shot": {"scene_id": catalogue.scene_ids[0]}}
    scene = {"scene": {"scene_id": catalogue.scene_ids[0]}}
    assert (await quote(**shot))["starts_in_s"] is None

    def outlook(seconds, capability_class, lane=Lane.PREVIEW):
        return Outlook(
            renderer=Renderer.COMFYUI,
            capability_class=capability_class,
            lane=lane,
            starts_in_s=seconds,
        )

    outlooks = (outlook(0, "bare"), outlook(600, "able"), outlook(900, "able", Lane.PRODUCTION))
    api.deps.queue.hear(
        QueueChanged(snapshot=new_id(), part=1, parts=1, waiting=(), outlooks=outlooks)
    )
    assert (await quote(**shot))["starts_in_s"] is None, "no worker was ever seen"
    bare = WorkerSeen(
        worker="w1", renderer=Renderer.COMFYUI, capability_class="bare", nodes=("Unknown",)
    )
    able = WorkerSeen(worker="w2", renderer=Renderer.COMFYUI, capability_class="able")
    async with transaction(pool) as tx:
        await on_worker_seen(bare, tx)
    assert (await quote(**shot))["starts_in_s"] is None, "nobody can render it"
    async with transaction(pool) as tx:
        await on_worker_seen(able, tx)
    assert 590 < (await quote(**shot))["starts_in_s"] <= 600
    assert 890 < (await quote(**scene))["starts_in_s"] <= 900


async def test_quoting_asks_for_nothing(quote, pool, catalogue):
    await quote(scene={"scene_id": catalogue.scene_ids[0]})
    await quote(batch={"scene_type_id": catalogue.scene_type_id, "character_ids": [1]})

    for table in ("outbox", "test_shots", "scene_runs", "scene_recipes", "run_costs", "batches"):
        assert await pool.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"shot": {"scene_id": 1}, "scene": {"scene_id": 1}}, 422),
        ({"shot": {"scene_type_id": 1}}, 422),
        ({"shot": {"scene_id": 1, "scene_type_id": 1, "character_id": 1}}, 422),
        ({"shot": {"scene_id": 999}}, 404),
        ({"scene": {"scene_id": 999}}, 404),
        ({"shot": {"scene_type_id": 999, "character_id": 1}}, 404),
        ({"shot": {"scene_type_id": 1, "character_id": 999}}, 404),
        ({"shot": {"scene_id": 1, "values": {"cfg": 1000}}}, 422),
    ],
)
async def test_what_could_not_be_asked_for_has_no_estimate(creator, catalogue, body, status):
    answer = await creator.post("/api/estimates", json=body)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_everybody_who_reads_may_ask(viewer, catalogue):
    answer = await viewer.post("/api/estimates", json={"shot": {"scene_id": 1}})

    assert answer.status_code == 200
