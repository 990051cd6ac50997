"""The strip of a scene's segments."""

from datetime import UTC, datetime

from screentest.api.domain.chains import SceneRun, Segment, strip, total_duration_s, unbroken
from screentest.common.ids import new_id
from support.shots import CLIP

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rendered(*indices):
    return [Segment(index=index, status="scored", clip=CLIP) for index in indices]


def run(status="rendering", first=1, last=4, finished_at=None):
    return SceneRun(
        run_id=new_id(),
        status=status,
        first_segment=first,
        last_segment=last,
        requested_by_id=1,
        failure=None,
        gpu_seconds_spent=None,
        cancel_requested_at=None,
        created_at=NOW,
        started_at=None,
        finished_at=finished_at,
    )


def states(segments):
    return [segment.status for segment in segments]


def test_without_a_run_everything_missing_is_planned():
    assert states(strip(rendered(1), 3, None)) == ["scored", "planned", "planned"]


def test_one_segment_renders_and_those_behind_it_wait():
    strip_now = strip(rendered(1), 5, run(first=2, last=4))

    assert states(strip_now) == ["scored", "rendering", "waiting", "waiting", "planned"]


def test_a_run_that_ended_renders_nothing():
    ended = run("failed", finished_at=NOW)

    assert states(strip(rendered(1), 2, ended)) == ["scored", "planned"]


def test_segments_beyond_the_plan_are_shown():
    assert len(strip(rendered(1, 2, 3), 2, None)) == 3


def test_a_gap_ends_what_is_unbroken():
    assert [one.index for one in unbroken(rendered(1, 2, 4))] == [1, 2]


def test_the_shared_frame_counts_once():
    assert total_duration_s(rendered(1, 2, 3)) == 3 * 2.0 - 2 / 12.5


def test_what_is_made_anew_is_shown_as_the_run_sees_it():
    stale = [one.model_copy(update={"is_stale": True}) for one in rendered(2, 3)]
    chain = rendered(1) + stale

    assert states(strip(chain, 3, run(first=2, last=3))) == ["scored", "rendering", "waiting"]
    assert states(strip(chain, 3, None)) == ["scored"] * 3
