"""The picture of the queue: put together from parts in any order, never out of date."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.waiting import STALE_S, QueuePicture
from screentest.common.events import Lane, Outlook, QueueChanged, WaitingRun
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer


def waiting(run_id: UUID, position: int = 1, starts_in_s: float | None = 30.0) -> WaitingRun:
    return WaitingRun(
        run_id=run_id,
        code="slots_busy",
        reason="every slot renders",
        position=position,
        starts_in_s=starts_in_s,
    )


def snapshot(*parts: list[WaitingRun], ident: UUID | None = None) -> list[QueueChanged]:
    ident = ident or new_id()
    return [
        QueueChanged(snapshot=ident, part=number, parts=len(parts), waiting=tuple(runs))
        for number, runs in enumerate(parts, start=1)
    ]


def test_it_tells_why_and_counts_down():
    picture, run_id = QueuePicture(), new_id()
    (part,) = snapshot([waiting(run_id, position=3)])

    assert picture.hear(part, 100.0)
    why = picture.why(run_id, 104.0)
    assert (why.code, why.reason, why.position, why.starts_in_s) == (
        "slots_busy", "every slot renders", 3, 26.0,
    )  # fmt: skip


def test_an_expected_start_that_has_passed_is_now():
    picture, run_id = QueuePicture(), new_id()
    picture.hear(snapshot([waiting(run_id, starts_in_s=1.0)])[0], 0.0)

    assert picture.why(run_id, 5.0).starts_in_s == 0.0


@given(st.permutations(range(6)), st.data())
def test_parts_may_come_in_any_order_and_more_than_once(order, data):
    runs = [new_id() for _ in range(6)]
    parts = snapshot(*[[waiting(run_id, number)] for number, run_id in enumerate(runs, start=1)])
    picture = QueuePicture()

    for count, place in enumerate(order, start=1):
        again = data.draw(st.integers(1, 2))
        completed = [picture.hear(parts[place], 0.0) for _ in range(again)]
        assert completed[0] == (count == len(parts))

    assert [picture.why(run_id, 0.0).position for run_id in runs] == [1, 2, 3, 4, 5, 6]


def test_a_snapshot_counts_only_once_it_is_whole():
    picture, run_id = QueuePicture(), new_id()
    picture.hear(snapshot([waiting(run_id)])[0], 0.0)
    first, second = snapshot([], [waiting(run_id, 2)])

    assert not picture.hear(first, 1.0)
    assert picture.why(run_id, 1.0).position == 1
    assert picture.hear(second, 1.0)
    assert picture.why(run_id, 1.0).position == 2


def test_an_older_snapshot_that_comes_late_changes_nothing():
    picture, run_id = QueuePicture(), new_id()
    (older,), (newer,) = snapshot([waiting(run_id, 9)]), snapshot([waiting(run_id, 1)])

    assert picture.hear(newer, 0.0)
    assert not picture.hear(older, 1.0)
    assert picture.why(run_id, 1.0).position == 1


def test_a_stale_picture_tells_nothing_and_gives_way_to_any_other():
    picture, run_id = QueuePicture(), new_id()
    (older,), (newer,) = snapshot([waiting(run_id, 9)]), snapshot([waiting(run_id, 1)])
    picture.hear(newer, 0.0)

    why = picture.why(run_id, STALE_S)
    assert (why.code, why.position, why.starts_in_s) == ("unknown", None, None)
    assert "not said for 10 s" in why.reason
    assert picture.said_of(run_id, STALE_S) is None
    assert picture.places(STALE_S) == {}
    assert picture.hear(older, STALE_S)
    assert picture.why(run_id, STALE_S).position == 9


def test_a_run_the_dispatcher_does_not_name_was_not_taken_in_yet():
    picture = QueuePicture()
    picture.hear(snapshot([])[0], 0.0)
    why = picture.why(new_id(), 1.0)

    assert why.code == "unknown"
    assert "not taken it in yet" in why.reason


def test_parts_that_are_lost_are_not_kept_for_ever():
    picture = QueuePicture()
    for _ in range(100):
        picture.hear(snapshot([], [])[0], 0.0)

    assert len(picture._parts) <= 5


def outlook(seconds, *, renderer=Renderer.COMFYUI, capability_class="a", lane=Lane.PREVIEW):
    return Outlook(
        renderer=renderer, capability_class=capability_class, lane=lane, starts_in_s=seconds
    )


def test_something_new_starts_where_it_can_be_rendered_first():
    picture = QueuePicture()
    comfyui = {(Renderer.COMFYUI, name) for name in "ab"}
    assert picture.starts_in_s(Lane.PREVIEW, comfyui, 0.0) is None
    said = (
        outlook(0.0, renderer=Renderer.BUILTIN),
        outlook(0.0, lane=Lane.PRODUCTION),
        outlook(0.0, capability_class="c"),
        outlook(40.0),
        outlook(60.0, capability_class="b"),
    )
    picture.hear(snapshot([])[0].model_copy(update={"outlooks": said}), 1.0)

    assert picture.starts_in_s(Lane.PREVIEW, comfyui, 9.0) == 32.0
    assert picture.starts_in_s(Lane.PREVIEW, {(Renderer.COMFYUI, "b")}, 1.0) == 60.0
    assert picture.starts_in_s(Lane.PREVIEW, set(), 1.0) is None
    assert picture.starts_in_s(Lane.PREVIEW, comfyui, 1.0 + STALE_S) is None


def test_what_nobody_can_tell_is_not_told():
    picture = QueuePicture()
    picture.hear(snapshot([])[0].model_copy(update={"outlooks": (outlook(None),)}), 0.0)

    assert picture.starts_in_s(Lane.PREVIEW, {(Renderer.COMFYUI, "a")}, 0.0) is None
