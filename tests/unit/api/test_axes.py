"""Axes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from screentest.api.domain.sweeps import SweepError
from screentest.api.schemas.axes import MAX_POINTS, Range, SweepAxis
from screentest.api.schemas.batches import BatchRequest

AXIS = TypeAdapter(SweepAxis)


def labels_of(**axis):
    return [point.label for point in AXIS.validate_python(axis).axis().points]


class TestRange:
    @pytest.mark.parametrize(
        ("start", "stop", "step", "numbers"),
        [
            (4, 8, 2, [4, 6, 8]),
            (4, 9, 2, [4, 6, 8]),
            (0.1, 0.5, 0.1, [0.1, 0.2, 0.3, 0.4, 0.5]),
            (3, 1, -1, [3, 2, 1]),
            (5, 5, 1, [5]),
        ],
    )
    def test_both_ends_are_in_it_where_steps_meet_them(self, start, stop, step, numbers):
        assert Range(start=start, stop=stop, step=step).numbers() == numbers

    @given(
        start=st.integers(-1000, 1000),
        count=st.integers(1, 200),
        hundredths=st.integers(1, 500),
    )
    def test_it_does_not_drift(self, start, count, hundredths):
        step = hundredths / 100
        made = Range(start=start, stop=(start * 100 + (count - 1) * hundredths) / 100, step=step)

        assert made.count == len(made.numbers()) == count
        assert made.numbers() == [(start * 100 + k * hundredths) / 100 for k in range(count)]

    @pytest.mark.parametrize(
        "given",
        [
            {"start": 1, "stop": 2, "step": 0},
            {"start": 1, "stop": 2, "step": -1},
            {"start": 0, "stop": MAX_POINTS, "step": 1},
            {"start": 0, "stop": float("inf")},
            {"start": 0, "stop": 10**400},
            {"start": 0, "stop": 1, "step": 1e-300},
        ],
    )
    def test_one_that_never_ends_is_refused(self, given):
        with pytest.raises(ValidationError):
            Range(**given)


class TestLabels:
    def test_a_value_that_is_listed_twice_is_one(self):
        assert labels_of(kind="slot", slot="cfg", values=[4, 6, 4.0, 6.5]) == ["4", "6", "6.5"]

    def test_large_seeds_are_written_out(self):
        assert labels_of(kind="seed", values=[2**52]) == [str(2**52)]

    def test_loras_are_called_by_their_files_and_weights(self):
        axis = {"kind": "lora", "names": ["a/film.safetensors", "b\\grain.pt"], "weights": [0.5, 1]}

        assert labels_of(**axis, baseline=True) == [
            "no LoRA",
            "film 0.5",
            "film 1",
            "grain 0.5",
            "grain 1",
        ]

    def test_two_files_of_one_name_keep_their_folders(self):
        assert labels_of(kind="lora", names=["a/x.pt", "b/x.pt"]) == ["a/x.pt 1", "b/x.pt 1"]


class TestBatchRequest:
    def request(self, **more):
        return BatchRequest(scene_type_id=1, character_ids=[3, 3, 4], **more)

    def test_variations_are_an_axis(self):
        sweep = self.request(
            variations=[{"name": "soft", "values": {"cfg": 4}}, {"name": "", "seed": "random"}]
        ).sweep()

        assert [cell.label for cell in sweep.cells()] == ["soft", "", "soft", ""]
        assert [point.label for point in sweep.axes[0].points] == ["soft", "#2"]

    def test_without_any_every_character_has_one_cell(self):
        assert [cell.character_id for cell in self.request().sweep().cells()] == [3, 4]

    def test_a_variation_and_an_axis_that_set_the_same_are_refused(self):
        asked = self.request(
            variations=[{"values": {"cfg": 4}}],
            axes=[{"kind": "slot", "slot": "cfg", "values": [1, 2]}],
        )

        with pytest.raises(SweepError, match="both vary cfg"):
            asked.sweep()
