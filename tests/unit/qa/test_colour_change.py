"""How the colours of the same things changed: what one number each must and must not say."""

import numpy as np
import pytest

from screentest.qa.engine.colour_change import ColourChange, colour_change


@pytest.fixture
def cells() -> np.ndarray:
    """A picture's colours, CIELAB: L around 50, (a, b) around (4, 10)."""
    rng = np.random.default_rng(1)
    return (rng.normal(size=(400, 3)) * (15, 9, 12) + (50, 4, 10)).astype(np.float32)


def _turned(cells: np.ndarray, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = cells[:, 1:].mean(axis=0)
    return np.column_stack([cells[:, 0], (cells[:, 1:] - middle) @ matrix + middle])


def test_nothing_changed(cells):
    found = colour_change(cells, cells)

    assert found == ColourChange(shift=(0, 0, 0), contrast=0, turn=pytest.approx(0, abs=1e-6))


def test_a_tint_moves_the_mean_and_turns_no_hue(cells):
    found = colour_change(cells, cells + np.float32((-6, 8, -3)))

    assert found.shift == pytest.approx((-6, 8, -3), abs=1e-3)
    assert found.contrast == pytest.approx(0, abs=1e-3)
    assert found.turn == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("degrees", [-40, 25, 100])
def test_hues_that_turn(cells, degrees):
    found = colour_change(cells, _turned(cells, degrees))

    assert found.turn == pytest.approx(degrees, abs=2)


def test_contrast_that_grows(cells):
    harder = cells.copy()
    harder[:, 0] = 50 + 1.5 * (cells[:, 0] - 50)

    assert colour_change(cells, harder).contrast == pytest.approx(np.log(1.5), abs=0.05)


def test_a_grey_picture_has_no_hues_to_turn(cells):
    grey = cells * np.float32((1, 0.02, 0.02))

    assert colour_change(grey, _turned(grey, 90)).turn == 0


def test_a_thing_that_comes_into_the_picture_changes_nothing(cells):
    """A fifth of the cells may show something else."""
    now = cells.copy()
    now[:60] = (90, 60, -60)

    found = colour_change(cells, now)

    assert np.abs(found.shift).max() < 2.5
    assert abs(found.turn) < 2


def test_one_change_after_another_adds_up(cells):
    brighter = cells + np.float32((5, 0, 0))

    steps = [colour_change(cells, brighter), colour_change(brighter, _turned(brighter, 30))]

    assert steps[1].after(steps[0]).shift[0] == pytest.approx(5, abs=0.5)
    assert steps[1].after(steps[0]).turn == pytest.approx(30, abs=2)
