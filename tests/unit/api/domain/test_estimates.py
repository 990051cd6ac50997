"""What estimates are made of history, and quotes of estimates."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.estimates import (
    NEWEST,
    Basis,
    Estimate,
    RenderShape,
    Sample,
    estimate,
    quantile,
    quote,
)

SHAPE = RenderShape(workflow_id=1, workflow_version=2, width=640, height=480, frames=40, steps=20)
SECONDS = st.floats(0.01, 10_000)


def samples(*seconds, shape=SHAPE, worker_class="A100"):
    return [Sample(shape=shape, gpu_seconds=s, worker_class=worker_class) for s in seconds]


def other(**changes) -> RenderShape:
    return SHAPE.model_copy(update=changes)


class TestShape:
    def test_it_is_read_from_the_parameters_of_a_plan(self):
        parameters = {
            "workflow": {"id": 1, "version": 2, "name": "w"},
            "values": {"width": 640, "height": 480.0, "frames": 40, "steps": 20, "cfg": 7},
        }

        assert RenderShape.of(parameters) == SHAPE

    @pytest.mark.parametrize("value", [None, "wide", True, 0, -3])
    def test_what_is_no_count_is_not_known(self, value):
        parameters = {"workflow": {"id": 1, "version": 2}, "values": {"width": value}}

        assert RenderShape.of(parameters) == RenderShape(workflow_id=1, workflow_version=2)


class TestEstimate:
    def test_without_history_it_is_unknown_and_not_zero(self):
        found = estimate(SHAPE, [])

        assert found == Estimate(basis=Basis.UNKNOWN, samples=0, gpu_seconds=None)
        assert found.median_s is None

    @given(st.lists(SECONDS, min_size=1, max_size=NEWEST))
    def test_median_and_p90_are_those_of_the_standard_library(self, taken):
        found = estimate(SHAPE, samples(*taken)).gpu_seconds

        assert found is not None
        assert found.median == pytest.approx(statistics.median(taken))
        if len(taken) > 1:
            inclusive = statistics.quantiles(taken, n=10, method="inclusive")
            assert found.p90 == pytest.approx(inclusive[8])

    @given(st.lists(SECONDS, min_size=1, max_size=20), st.floats(0, 1), st.floats(0, 1))
    def test_quantiles_lie_within_the_values_and_in_order(self, values, one, another):
        low, high = sorted([one, another])

        assert min(values) <= quantile(values, low) <= quantile(values, high) * (1 + 1e-12)
        assert quantile(values, high) <= max(values)

    def test_only_the_newest_count(self):
        found = estimate(SHAPE, samples(*[1.0] * NEWEST, *[1000.0] * NEWEST))

        assert found.samples == NEWEST
        assert found.gpu_seconds.p90 == 1.0

    def test_the_very_shape_counts_alone(self):
        found = estimate(SHAPE, samples(900.0, shape=other(frames=80)) + samples(10.0))

        assert (found.basis, found.samples, found.median_s) == (Basis.SAME_SHAPE, 1, 10.0)

    def test_other_sizes_are_scaled_by_pixels_frames_and_steps(self):
        history = samples(10.0, shape=other(width=320, height=240, frames=20, steps=10))
        found = estimate(SHAPE, history)

        assert (found.basis, found.median_s) == (Basis.SCALED, 10.0 * 4 * 2 * 2)

    def test_a_measure_one_of_the_two_lacks_scales_nothing(self):
        assert estimate(SHAPE, samples(10.0, shape=other(steps=None))).median_s == 10.0

    @pytest.mark.parametrize("changes", [{"workflow_version": 1}, {"workflow_id": 9}])
    def test_another_workflow_or_version_tells_nothing(self, changes):
        assert estimate(SHAPE, samples(10.0, shape=other(**changes))).basis is Basis.UNKNOWN

    def test_it_is_split_by_the_class_of_worker(self):
        history = samples(10.0, 12.0) + samples(40.0, worker_class="RTX 3060")
        found = estimate(SHAPE, history)

        assert [(one.worker_class, one.samples, one.median) for one in found.by_worker_class] == [
            ("A100", 2, 11.0),
            ("RTX 3060", 1, 40.0),
        ]
        assert found.samples == 3

    def test_a_fast_class_does_not_push_a_slow_one_out(self):
        history = samples(*[1.0] * 2 * NEWEST) + samples(*[40.0] * 3, worker_class="RTX 3060")
        found = estimate(SHAPE, history)

        assert [(one.samples, one.median) for one in found.by_worker_class] == [
            (NEWEST, 1.0),
            (3, 40.0),
        ]

    def test_a_class_that_has_only_other_sizes_is_scaled_beside_one_that_has_the_shape(self):
        history = samples(10.0) + samples(50.0, shape=other(frames=20), worker_class="RTX 3060")
        found = estimate(SHAPE, history)

        assert [(one.basis, one.median) for one in found.by_worker_class] == [
            (Basis.SAME_SHAPE, 10.0),
            (Basis.SCALED, 100.0),
        ]

    @pytest.mark.parametrize(
        ("at_work", "expected"),
        [
            ({"A100", "RTX 3060"}, (40.0, 40.0)),
            ({"A100"}, (10.0, 10.0)),
            # Nobody is there, or nobody whom anything is known of: whoever comes, it suffices.
            (set(), (40.0, 40.0)),
            ({"H100"}, (40.0, 40.0)),
        ],
    )
    def test_in_all_it_costs_what_it_costs_on_the_slowest_class_at_work(self, at_work, expected):
        history = samples(*[10.0] * NEWEST) + samples(40.0, worker_class="RTX 3060")
        found = estimate(SHAPE, history, at_work).gpu_seconds

        assert (found.median, found.p90) == expected

    def test_one_that_was_stored_before_classes_said_their_basis_can_be_read(self):
        stored = (
            '{"basis": "same_shape", "samples": 2, "gpu_seconds": {"median": 4.0, "p90": 5.0},'
            ' "by_worker_class": [{"worker_class": "A100", "samples": 2, "median": 4.0,'
            ' "p90": 5.0}]}'
        )

        (of_class,) = Estimate.model_validate_json(stored).by_worker_class

        assert (of_class.basis, of_class.median) == (Basis.UNKNOWN, 4.0)


class TestQuote:
    def test_renders_of_one_shape_are_one_line(self):
        known = estimate(SHAPE, samples(10.0, 10.0, 20.0))
        made = quote([SHAPE] * 3, {SHAPE: known}, scene_segments=30)

        (line,) = made.lines
        assert (line.renders, line.per_render) == (3, known)
        assert made.gpu_seconds.median == 30.0
        assert made.gpu_seconds.p90 == pytest.approx(3 * 18.0)
        assert made.share_of_scenes == pytest.approx(0.1)

    def test_one_unknown_render_leaves_the_sum_unknown_and_the_rest_told(self):
        strange = other(workflow_id=9)
        known = estimate(SHAPE, samples(10.0))
        made = quote([SHAPE, strange], {SHAPE: known, strange: Estimate()}, scene_segments=6)

        assert made.gpu_seconds is None
        assert (made.renders, made.unknown_renders) == (2, 1)
        assert [line.per_render.median_s for line in made.lines] == [10.0, None]

    def test_nothing_to_render_costs_nothing(self):
        made = quote([], {}, scene_segments=3)

        assert (made.renders, made.unknown_renders, made.share_of_scenes) == (0, 0, 0.0)
        assert (made.gpu_seconds.median, made.gpu_seconds.p90) == (0.0, 0.0)

    @given(st.integers(1, 50), st.integers(1, 50), SECONDS)
    def test_a_part_costs_its_share_of_the_whole(self, part, more, seconds):
        known = {SHAPE: estimate(SHAPE, samples(seconds))}
        whole = quote([SHAPE] * (part + more), known, part + more)
        some = quote([SHAPE] * part, known, part + more)

        assert some.gpu_seconds.median == pytest.approx(
            whole.gpu_seconds.median * some.share_of_scenes
        )
