"""The algebra of axes: how many cells, which, in which order."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from screentest.api.domain.catalogue import Overrides
from screentest.api.domain.sweeps import Axis, Point, Sweep, SweepError, combine
from screentest.common.recipes import Lora, Prompts


def slot_axis(name: str, values: Sequence[int], kind: str = "slot") -> Axis:
    points = [
        Point(
            label=str(value),
            phrase=f"{name} {value}",
            overrides=Overrides(values={name: value}),
            differs={name: value},
        )
        for value in values
    ]
    return Axis(name=name, kind=kind, points=tuple(points))


@st.composite
def sweeps(draw: st.DrawFn) -> Sweep:
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=4))
    values = st.lists(st.integers(0, 99), min_size=1, max_size=4, unique=True)
    axes = tuple(slot_axis(name, draw(values)) for name in names)
    return Sweep(
        character_ids=tuple(
            draw(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))
        ),
        axes=axes,
        baseline=Overrides() if axes and draw(st.booleans()) else None,
    )


class TestProduct:
    @given(sweeps())
    def test_its_size_is_the_product_of_its_axes(self, sweep):
        combinations = math.prod(len(axis.points) for axis in sweep.axes)
        baselines = 1 if sweep.baseline else 0

        cells = list(sweep.cells())

        assert len(cells) == sweep.size == len(sweep.character_ids) * (combinations + baselines)

    @given(sweeps())
    def test_every_combination_comes_once_and_in_order(self, sweep):
        cells = list(sweep.cells())

        assert [cell.index for cell in cells] == list(range(len(cells)))
        assert len({cell.at for cell in cells}) == len(cells)
        placed = [cell.at for cell in cells if None not in cell.at]
        assert placed == sorted(placed)
        assert cells == list(sweep.cells())

    @given(sweeps())
    def test_a_cell_asks_for_what_stands_at_its_place(self, sweep):
        for cell in sweep.cells():
            character, *places = cell.at
            assert sweep.character_ids[character] == cell.character_id
            expected = {
                axis.name: axis.points[place].overrides.values[axis.name]
                for axis, place in zip(sweep.axes, places, strict=True)
                if place is not None
            }
            assert cell.overrides.values == cell.differs == expected

    @given(sweeps(), st.integers(100, 199))
    def test_a_longer_axis_keeps_the_cells_it_had(self, sweep, value):
        assume(sweep.axes)
        first, *others = sweep.axes
        longer = Axis(
            name=first.name,
            kind=first.kind,
            points=(*slot_axis(first.name, [value]).points, *first.points),
        )
        grown = Sweep(
            character_ids=sweep.character_ids, axes=(longer, *others), baseline=sweep.baseline
        )

        assert _identities(sweep) < _identities(grown)


def _identities(sweep: Sweep) -> set[tuple[int, str, str]]:
    return {(cell.character_id, cell.key, cell.label) for cell in sweep.cells()}


class TestBaseline:
    def test_it_comes_first_for_every_character_and_varies_nothing(self):
        sweep = Sweep(
            character_ids=(7, 8),
            axes=(slot_axis("cfg", [1, 2]),),
            base=Overrides(values={"steps": 9}),
            baseline=Overrides(seed=4),
        )

        cells = list(sweep.cells())

        assert [cell.at for cell in cells] == [(0, None), (0, 0), (0, 1), (1, None), (1, 0), (1, 1)]
        assert cells[0].label == "baseline"
        assert cells[0].overrides == Overrides(values={"steps": 9}, seed=4)
        assert cells[1].overrides.seed is None

    def test_without_axes_it_would_be_the_batch_itself(self):
        with pytest.raises(SweepError, match="baseline"):
            Sweep(character_ids=(1,), axes=(), baseline=Overrides())


class TestContradictions:
    @pytest.mark.parametrize(
        ("axes", "says"),
        [
            ([slot_axis("cfg", [1]), slot_axis("cfg", [2])], 'two axes are called "cfg"'),
            ([slot_axis("cfg", [])], "no values"),
            ([slot_axis("cfg", [1, 1])], 'two values called "1"'),
            ([slot_axis("character", [1])], 'two axes are called "character"'),
        ],
    )
    def test_are_said_in_a_sentence(self, axes, says):
        with pytest.raises(SweepError, match=says):
            Sweep(character_ids=(1,), axes=tuple(axes))

    def test_one_parameter_is_varied_on_one_axis(self):
        other = Axis(name="other", kind="slot", points=slot_axis("cfg", [3]).points)

        with pytest.raises(SweepError, match='"cfg" and "other" both vary cfg'):
            Sweep(character_ids=(1,), axes=(slot_axis("cfg", [1]), other))


def lora_axis(name: str, kind: str = "lora") -> Axis:
    lora = Lora(name=name)
    point = Point(
        label=name,
        phrase=name,
        overrides=Overrides(loras=(lora,)),
        differs={"loras": [lora.model_dump()]},
    )
    return Axis(name=name, kind=kind, points=(point,))


class TestLoraStacks:
    def names(self, **sweep) -> list[list[str]]:
        cells = Sweep(character_ids=(1,), **sweep).cells()
        return [[lora.name for lora in cell.overrides.loras or ()] for cell in cells]

    def test_lora_axes_make_one_stack(self):
        axes = (lora_axis("a"), slot_axis("cfg", [1]), lora_axis("b"))

        assert self.names(axes=axes) == [["a", "b"]]
        (cell,) = Sweep(character_ids=(1,), axes=axes).cells()
        assert [one["name"] for one in cell.differs["loras"]] == ["a", "b"]

    def test_an_axis_replaces_the_stack_of_the_base(self):
        base = Overrides(loras=(Lora(name="base"),))

        assert self.names(axes=(lora_axis("a"),), base=base) == [["a"]]
        assert self.names(axes=(lora_axis("a", "variation"),), base=base) == [["a"]]
        assert self.names(axes=(slot_axis("cfg", [1]),), base=base) == [["base"]]

    def test_so_does_a_baseline(self):
        base, baseline = (Overrides(loras=(Lora(name=name),)) for name in ("base", "other"))

        found = self.names(axes=(slot_axis("cfg", [1]),), base=base, baseline=baseline)

        assert found == [["other"], ["base"]]

    def test_a_variation_and_a_lora_axis_contradict_each_other(self):
        axes = (lora_axis("a", "variation"), lora_axis("b"))

        with pytest.raises(SweepError, match='"a" and "b" both vary loras'):
            Sweep(character_ids=(1,), axes=axes)


def test_what_is_not_said_over_stays_as_it_was():
    under = Overrides(
        values={"cfg": 1, "steps": 2},
        loras=(Lora(name="a"),),
        seed=3,
        prompts=Prompts(start="s", full="f"),
        negative_prompt="n",
    )

    assert combine(under, Overrides()) == under
    assert combine(under, Overrides(values={"cfg": 9}, prompts=Prompts(start="t"))) == Overrides(
        values={"cfg": 9, "steps": 2},
        loras=(Lora(name="a"),),
        seed=3,
        prompts=Prompts(start="t", full="f"),
        negative_prompt="n",
    )
