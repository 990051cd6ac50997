"""Axes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from screentest.api.domain.sweeps import SweepError
from screentest.api.handlers.matrices import sweep_of
from screentest.api.problems.batches import BatchTooLarge
from screentest.api.schemas.axes import SweepAxis
from screentest.api.schemas.batches import BatchRequest
from screentest.api.schemas.points import MAX_POINTS, Range

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
            {"start": True, "stop": 3},
            {"start": "0", "stop": 3},
        ],
    )
    def test_one_that_never_ends_is_refused(self, given):
        with pytest.raises(ValidationError):
            Range(**given)


class TestLabels:
    def test_a_value_that_is_listed_twice_is_one(self):
        assert labels_of(kind="slot", slot="cfg", values=[4, 6, 4.0, 6.5]) == ["4", "6", "6.5"]

    def test_values_that_look_alike_are_written_out(self):
        values = [1, "1", True, 0.1, 0.10000000001]
        labels = labels_of(kind="slot", slot="x", values=values)

        assert labels == ["1", '"1"', "true", "0.1", "0.10000000001"]

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

    def test_loras_of_the_two_models_are_varied_apart(self):
        high = {"kind": "lora", "names": ["film.pt"], "weights": [0.5, 1], "target": "high"}
        asked = BatchRequest(
            scene_type_id=1, character_ids=[1], axes=[high, high | {"target": "low"}]
        )

        assert labels_of(**high) == ["film high 0.5", "film high 1"]
        assert [name for name, _ in asked.sizes] == ["character", "lora high", "lora low"]
        second = list(asked.sweep().cells())[1]
        assert second.label == "film high 0.5 · film low 1"
        assert [(one.weight, one.target) for one in second.overrides.loras] == [
            (0.5, "high"),
            (1, "low"),
        ]

    def test_two_files_of_one_name_keep_their_folders(self):
        assert labels_of(kind="lora", names=["a/x.pt", "b/x.pt"]) == ["a/x.pt 1", "b/x.pt 1"]


class TestSize:
    """How many points there are, told without making them."""

    @pytest.mark.parametrize(
        "axis",
        [
            {"kind": "slot", "slot": "cfg", "values": [4, 4.0, True, 1, "1"]},
            {"kind": "slot", "slot": "cfg", "values": {"start": 0, "stop": 1, "step": 0.1}},
            {"kind": "seed", "values": [7, 7, 8]},
            {"kind": "lora", "names": ["a", "b", "a"], "weights": [1, 1.0, 2], "baseline": True},
            {"kind": "lora", "names": ["a"], "weights": {"start": 0, "stop": 1, "step": 0.25}},
            {"kind": "prompt", "variants": [{"label": "a"}, {"label": "b"}]},
            {"kind": "workflow", "workflows": [{"id": 1}, {"id": 1}, {"id": 1, "version": 2}]},
        ],
    )
    def test_it_is_that_of_the_axis(self, axis):
        made = AXIS.validate_python(axis)

        assert made.size == len(made.axis().points)

    def test_of_a_request_is_that_of_its_sweep(self):
        asked = BatchRequest(
            scene_type_id=1,
            character_ids=[3, 3, 4],
            variations=[{"name": "a"}, {"name": "b"}],
            axes=[{"kind": "seed", "values": [1, 2, 3]}],
            baseline={},
        )

        assert asked.sizes == [("character", 2), ("variation", 2), ("seed", 3)]
        assert asked.cells == asked.sweep().size == 14

    def test_a_huge_request_is_refused_before_anything_is_made_of_it(self, monkeypatch):
        names = [f"{number}.pt" for number in range(MAX_POINTS)]
        weights = {"start": 0.0001, "stop": 1, "step": 0.0001}
        asked = BatchRequest(
            scene_type_id=1,
            character_ids=list(range(1, 1001)),
            axes=[{"kind": "lora", "names": names, "weights": weights}],
        )

        def made(*_: object) -> None:
            pytest.fail("a point was made")

        monkeypatch.setattr("screentest.api.schemas.axes._lora_point", made)
        monkeypatch.setattr(Range, "numbers", made)
        with pytest.raises(BatchTooLarge) as refused:
            sweep_of(asked, max_cells=500)

        assert refused.value.extensions["axes"] == [
            {"name": "character", "size": 1000},
            {"name": "lora", "size": 100_000_000},
        ]
        assert "1000 of character x 100000000 of lora" in refused.value.detail

    @pytest.mark.parametrize("field", ["character_ids", "variations"])
    def test_lists_have_an_end(self, field):
        one = {"character_ids": 1, "variations": {}}[field]
        with pytest.raises(ValidationError, match="at most 10000"):
            BatchRequest(**{"scene_type_id": 1, "character_ids": [1], field: [one] * 10_001})


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
