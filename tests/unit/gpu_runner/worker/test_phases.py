"""Where the time of a segment went, by a clock that the test turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.gpu_runner.worker.phases import Phase, Phases


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def seconds_of(timings):
    return [timings.queue_s, timings.load_s, timings.render_s, timings.store_s]


@given(
    waited_s=st.floats(0, 1e5),
    turns=st.lists(st.tuples(st.sampled_from(Phase), st.floats(0, 1e4)), max_size=12),
)
def test_phases_add_up_whatever_their_order(waited_s, turns):
    clock = Clock()
    phases = Phases(clock.now - waited_s, clock)
    for phase, lasts_s in turns:
        phases.enter(phase)
        clock.now += lasts_s
    timings = phases.timings(idle_gap_s=None)

    asked_s = sum(lasts_s for _, lasts_s in turns)
    assert sum(s or 0 for s in seconds_of(timings)) == pytest.approx(waited_s + asked_s)


def test_a_segment_waits_twice_before_it_renders():
    clock = Clock()
    phases = Phases(90.0, clock)
    for phase in (Phase.LOAD, Phase.QUEUE, Phase.RENDER, Phase.STORE):
        clock.now += 1
        phases.enter(phase)
    clock.now += 5

    assert seconds_of(phases.timings(idle_gap_s=0.5)) == [12, 1, 1, 5]
    assert phases.wanted_at == 90


def test_time_goes_on_while_the_result_is_recorded_again():
    clock = Clock()
    phases = Phases(100.0, clock)
    phases.enter(Phase.STORE)
    clock.now += 1
    first = phases.timings(idle_gap_s=None)
    clock.now += 1

    assert (first.store_s, phases.timings(idle_gap_s=None).store_s) == (1, 2)


def test_unknown_waiting_is_not_measured():
    clock = Clock()
    phases = Phases(None, clock)
    phases.enter(Phase.LOAD)

    assert phases.timings(idle_gap_s=None).queue_s is None
