"""How far renders are, as far as this process has heard."""

from screentest.api.rendering import STALE_S, RenderProgress, Renders
from screentest.common.events import SegmentProgressed
from screentest.common.ids import new_id


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def report(run_id, fraction: float, eta_s: float | None = None) -> SegmentProgressed:
    return SegmentProgressed(
        run_id=run_id, segment=1, render_id=new_id(), worker="w1", fraction=fraction, eta_s=eta_s
    )


def test_the_last_report_counts_and_what_is_left_passes():
    clock, run_id = Clock(), new_id()
    renders = Renders(clock)
    renders.hear(report(run_id, 0.1, 30))
    renders.hear(report(run_id, 0.5, 20))
    clock.now_s = 5

    assert renders.of(run_id) == RenderProgress(fraction=0.5, left_s=15)
    assert renders.of(new_id()) is None


def test_a_worker_that_fell_silent_is_not_believed():
    clock, run_id = Clock(), new_id()
    renders = Renders(clock)
    renders.hear(report(run_id, 0.5))
    clock.now_s = STALE_S

    assert renders.of(run_id) is None


def test_only_the_newest_are_remembered():
    renders = Renders(Clock())
    runs = [new_id() for _ in range(5000)]
    for run_id in runs:
        renders.hear(report(run_id, 0.5))

    assert renders.of(runs[0]) is None
    assert renders.of(runs[-1]) is not None
