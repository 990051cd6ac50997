import numpy as np
import pytest

from screentest.media.contact_sheet import Cell, contact_sheet

GREEN = (63, 185, 110)


def _cells(scene, count):
    return [
        Cell(frame=frame, title=f"Shot {k}", lines=["cfg 6", "score 0.9"], accent=GREEN)
        for k, frame in enumerate(scene(count), start=1)
    ]


def test_cells_stand_in_an_aligned_grid(scene):
    """Equal cells look equal wherever they stand: the second row repeats the first, moved down."""
    cells = _cells(scene, 1) * 4
    sheet = np.asarray(contact_sheet(cells, 2, "Test shots"))
    single = np.asarray(contact_sheet(cells[:1], 2, "Test shots"))
    two_columns = np.asarray(contact_sheet(cells[:2], 2, "Test shots"))
    step = sheet.shape[0] - two_columns.shape[0]

    assert sheet.shape[1] == two_columns.shape[1] > single.shape[1]
    assert step > 0
    np.testing.assert_array_equal(sheet[120 : 120 + step // 2], sheet[120 + step :][: step // 2])


def test_the_verdict_shows_as_a_dot_of_its_colour(scene):
    plain = [Cell(frame=cell.frame, title=cell.title) for cell in _cells(scene, 2)]

    def dots(cells):
        pixels = np.asarray(contact_sheet(cells, 2, "Test shots"))
        return int((pixels == GREEN).all(axis=-1).sum())

    assert dots(_cells(scene, 2)) > 150
    assert dots(plain) == 0


def test_long_words_and_letters_the_font_lacks_stay_inside_their_cell(scene):
    cell = Cell(frame=scene(1)[0], title="Wörld of 猫 " * 30, lines=["→ a line " * 40])
    sheet = np.asarray(contact_sheet([cell], 3, "Über " * 100))

    # The margins at both sides stay as empty as the corner of the sheet.
    assert (sheet[:, :39] == sheet[0, 0]).all()
    assert (sheet[:, -39:] == sheet[0, 0]).all()


@pytest.mark.parametrize(("count", "columns"), [(0, 3), (3, 0)])
def test_a_sheet_of_nothing_is_refused(scene, count, columns):
    with pytest.raises(ValueError, match="at least one cell"):
        contact_sheet(_cells(scene, count), columns, "Test shots")
