"""A score on demand: what was measured is judged by other limits, and the earlier score is kept."""

import pytest

from screentest.common.db import transaction
from screentest.common.events import Artefact, Limits, QAPolicy, QAScored, RescoreRequested, Verdict
from screentest.common.ids import new_id
from screentest.qa import domain, store
from screentest.qa.domain import LimitOverride, Measurement, judge, with_limits
from screentest.qa.handlers import on_rescore_requested

STILL = Artefact(key="qa/x/frozen.webp", sha256="a" * 64, size_bytes=9, media_type="image/webp")
FROZEN = Measurement(
    name="frozen",
    check="frozen",
    unit="share of frames",
    value=0.15,
    limits=domain.Limits(ideal=0, warn=0.1, fail=0.2),
    frame=17,
    note="6 frames in a row do not move",
)
LAX = {"frozen": Limits(warn=0.5, fail=0.8)}
STRICT = {"frozen": Limits(warn=0.01, fail=0.02)}


@pytest.fixture
async def pool(pool_of):
    return await pool_of("qa")


async def measure(pool, limits=None) -> RescoreRequested:
    """Store the score of a render; returns a request to judge it again by the defaults."""
    limits = limits or {}
    ids = {"run_id": new_id(), "segment": 2, "render_id": new_id()}
    render = store.ScoredRender(
        **ids,
        video_key="renders/x.mp4",
        video_sha256="b" * 64,
        seed_image_sha256="c" * 64,
        measuring_s=0.25,
        measured=(FROZEN,),
        limits=limits,
        stills={"frozen": STILL},
    )
    overrides = {name: LimitOverride(warn=one.warn, fail=one.fail) for name, one in limits.items()}
    async with transaction(pool) as tx:
        await store.add_score(tx, render, judge(with_limits(render.measured, overrides)))
    return RescoreRequested(rescore_id=new_id(), **ids)


def by(asked: RescoreRequested, limits, rescore_id=None) -> RescoreRequested:
    changes = {"qa": QAPolicy(limits=limits), "rescore_id": rescore_id or new_id()}
    return asked.model_copy(update=changes)


async def handle(pool, *events) -> list[QAScored]:
    """What is said in answer, in order."""
    for event in events:
        async with transaction(pool) as tx:
            await on_rescore_requested(event, tx)
    rows = await pool.fetch("select body from outbox order by position")
    return [QAScored.model_validate(row["body"]) for row in rows]


async def test_other_limits_give_another_verdict_of_the_same_value(pool):
    asked = by(await measure(pool), STRICT)

    (scored,) = await handle(pool, asked)

    assert (scored.run_id, scored.segment, scored.render_id) == (
        asked.run_id,
        asked.segment,
        asked.render_id,
    )
    assert (scored.rescored, scored.rescore_id) == (True, asked.rescore_id)
    assert scored.verdict is Verdict.FAIL
    assert scored.decided_by == ("frozen",)
    (check,) = scored.checks
    assert (check.value, check.warn, check.fail, check.frame) == (0.15, 0.01, 0.02, 17)
    assert check.still == STILL


async def test_the_defaults_come_back_when_the_scene_type_has_no_limits_any_more(pool):
    asked = await measure(pool, STRICT)
    assert await pool.fetchval("select verdict from scores") == "fail"

    (scored,) = await handle(pool, by(asked, {}))

    assert scored.verdict is Verdict.WARN
    assert (scored.checks[0].warn, scored.checks[0].fail) == (0.1, 0.2)
    assert await pool.fetchval("select verdict from scores") == "warn"


async def test_the_earlier_score_stays_explainable(pool):
    asked = by(await measure(pool, STRICT), LAX)
    await handle(pool, asked)

    now = await pool.fetchrow("select * from scores")
    assert (now["verdict"], now["limits"]["frozen"]["fail"]) == ("pass", 0.8)
    before = await pool.fetchrow("select * from earlier_scores")
    assert (before["verdict"], before["replaced_by"]) == ("fail", asked.rescore_id)
    assert before["limits"] == {"frozen": {"warn": 0.01, "fail": 0.02}}
    again = judge(Measurement.from_json(each) for each in before["measurements"])
    assert again.score == before["score"]


async def test_what_was_never_measured_is_not_scored(pool):
    unknown = RescoreRequested(rescore_id=new_id(), run_id=new_id(), segment=1, render_id=new_id())

    assert await handle(pool, unknown) == []
    assert await pool.fetchval("select count(*) from scores") == 0


async def test_of_two_requests_the_later_one_counts_in_either_order(pool):
    asked = await measure(pool)
    first, second = new_id(), new_id()
    assert first < second

    said = await handle(pool, by(asked, LAX, second), by(asked, STRICT, first))

    assert [one.rescore_id for one in said] == [second]
    assert await pool.fetchval("select verdict from scores") == "pass"


async def test_a_score_of_before_limits_were_kept_is_judged_by_what_it_was_measured_with(pool):
    asked = await measure(pool)
    await pool.execute("update scores set measured = null")

    (scored,) = await handle(pool, by(asked, STRICT))

    assert scored.verdict is Verdict.FAIL
    measured = await pool.fetchval("select measured from scores")
    assert measured[0]["limits"] == {"ideal": 0, "warn": 0.1, "fail": 0.2}
