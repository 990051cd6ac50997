"""Usage over time: what was heard of renders, counted by the day and hour."""

from datetime import UTC, datetime, timedelta

import pytest

from screentest.api.handlers.progress import (
    on_run_finished,
    on_segment_failed,
    on_segment_rendered,
)
from screentest.common.events import RenderTimings, RunStatus, ShotRequested
from support.shots import failed, finished, hear, rendered, said


async def usage(client, **query):
    answer = await client.get("/api/stats/usage", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def took(run_id, queue_s, render_s):
    timings = RenderTimings(queue_s=queue_s, render_s=render_s)
    return rendered(run_id).model_copy(update={"gpu_seconds": render_s, "timings": timings})


async def test_spending_renders_and_failures_are_counted_by_lane_and_reason(
    creator, pool, catalogue
):
    scene = f"/api/scenes/{catalogue.scene_ids[0]}"
    for queue_s, render_s in ((1.0, 3.0), (2.0, 4.0), (9.0, 50.0)):
        shot = (await creator.post(f"{scene}/test-shot", json={"fresh": True})).json()
        await hear(pool, on_segment_rendered, took(shot["run_id"], queue_s, render_s))
    failing = failed(shot["run_id"])
    for _ in range(2):
        await hear(pool, on_segment_failed, failing)
    await creator.post(f"{scene}/generate")
    asked = (await said(pool, ShotRequested))[-1]
    await hear(pool, on_segment_rendered, took(asked.run_id, 2.0, 7.0))
    halted = finished(asked, RunStatus.HALTED_BY_QA)
    halted = halted.model_copy(update={"gpu_seconds": 7.0, "gpu_seconds_saved": 14.0})
    await hear(pool, on_run_finished, halted)

    found = await usage(creator)
    total = found["total"]

    # 58: 3 + 4 + 50 of the renders, and 1 of the attempt that failed.
    assert total["spent"] == {"preview": 58.0, "production": 7.0}
    assert (total["renders"], total["median_queue_s"], total["median_render_s"]) == (4, 2.0, 5.5)
    assert total["failures"] == [{"code": "out_of_memory", "attempts": 1, "gpu_seconds": 1.0}]
    assert total["saved"]["halt"] == {"gpu_seconds": 14.0, "times": 1}
    assert sum(one["spent"]["preview"] for one in found["buckets"]) == 58.0


async def test_time_is_cut_into_buckets_with_an_end(creator, pool, catalogue):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for hours in (0, 1, 30):
        shot = (await creator.post(
            f"/api/scenes/{catalogue.scene_ids[0]}/test-shot", json={"fresh": True}
        )).json()  # fmt: skip
        event = took(shot["run_id"], 1.0, 4.0)
        await hear(pool, on_segment_rendered, event)
        for table in ("gpu_spending", "render_samples"):
            await pool.execute(
                f"update {table} set at = $2 where render_id = $1",
                event.render_id,
                noon + timedelta(hours=hours),
            )
    days = await usage(creator, since=noon.isoformat(), until="2026-03-03T18:00:00Z")
    hours = await usage(
        creator, since=noon.isoformat(), until="2026-03-02T14:00:00Z", bucket="hour"
    )

    assert [one["spent"]["preview"] for one in days["buckets"]] == [8.0, 0.0]
    assert days["since"] == "2026-03-02T00:00:00Z"
    assert [one["renders"] for one in hours["buckets"]] == [1, 1]
    assert [one["start"] for one in hours["buckets"]] == [
        "2026-03-02T12:00:00Z",
        "2026-03-02T13:00:00Z",
    ]


async def test_without_a_time_it_is_the_last_days_and_nothing_is_nothing(viewer):
    found = await usage(viewer)

    assert len(found["buckets"]) in {30, 31}
    assert found["total"]["renders"] == 0
    assert found["total"]["median_queue_s"] is None
    assert found["total"]["failures"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"since": "2016-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"},
        {"until": "0001-01-01T00:00:00Z"},
        {"since": "2026-03-02T00:00:00"},
        {"bucket": "week"},
    ],
)
async def test_a_time_that_makes_no_buckets_is_refused(viewer, query):
    answer = await viewer.get("/api/stats/usage", params=query)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("query.")
