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


def test_gap_is_what_bookkeeping_takes_between_two_renders(clock):
    gap = IdleGap(clock)
    with gap.rendering():
        clock.now += 30
    clock.now += 0.5  # stored and committed
    with gap.waiting():
        clock.now += 3600
    clock.now += 0.25  # claimed, seed image fetched
    with gap.rendering():
        clock.now += 30

    assert gap.latest_s == 0.75


def test_first_render_has_no_gap(clock):
    gap = IdleGap(clock)
    with gap.waiting():
        clock.now += 5
    with gap.rendering():
        clock.now += 30

    assert gap.latest_s is None


def test_waiting_before_one_render_does_not_shorten_the_next_gap(clock):
    gap = IdleGap(clock)
    for _ in range(2):
        with gap.waiting():
            clock.now += 5
        clock.now += 1
        with gap.rendering():
            clock.now += 30
    clock.now += 2
    with gap.rendering():
        pass

    assert gap.latest_s == 2


def test_render_that_failed_counts_as_a_render(clock):
    gap = IdleGap(clock)
    with pytest.raises(ZeroDivisionError), gap.rendering():
        raise ZeroDivisionError
    clock.now += 1
    with gap.rendering():
        pass

    assert gap.latest_s == 1
