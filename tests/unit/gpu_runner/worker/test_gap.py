"""How long the backend stood idle, by a clock that the test turns."""

import pytest

from screentest.gpu_runner.worker.gap import IdleGap


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_gap_is_what_the_next_render_waits_for_a_backend_that_is_free(clock):
    gap = IdleGap(clock)
    with gap.rendering(wanted_at=clock.now):
        wanted_at = clock.now + 10
        clock.now += 30
    clock.now += 0.75
    with gap.rendering(wanted_at):
        clock.now += 30

    assert gap.latest_s == 0.75


def test_first_render_has_no_gap(clock):
    gap = IdleGap(clock)
    clock.now += 5
    with gap.rendering(wanted_at=clock.now - 1):
        clock.now += 30

    assert gap.latest_s is None


def test_waiting_for_work_is_no_gap(clock):
    gap = IdleGap(clock)
    with gap.rendering(wanted_at=clock.now):
        clock.now += 30
    clock.now += 3600
    wanted_at = clock.now
    clock.now += 0.25  # claimed, seed image fetched
    with gap.rendering(wanted_at):
        pass

    assert gap.latest_s == 0.25


def test_backend_that_is_not_to_work_does_not_idle(clock):
    gap = IdleGap(clock)
    with gap.rendering(wanted_at=clock.now):
        clock.now += 30
    wanted_at = clock.now
    gap.pause()
    clock.now += 3600
    with gap.rendering(wanted_at):
        clock.now += 1

    assert gap.latest_s is None


def test_render_that_failed_counts_as_a_render(clock):
    gap = IdleGap(clock)
    with pytest.raises(ZeroDivisionError), gap.rendering(wanted_at=clock.now):
        raise ZeroDivisionError
    wanted_at = clock.now
    clock.now += 1
    with gap.rendering(wanted_at):
        pass

    assert gap.latest_s == 1
