"""Cursors: opaque, and refused when they are not ours."""

from dataclasses import dataclass

import pytest

from screentest.api.problems.general import InvalidRequest
from screentest.api.schemas.pages import Page, read_cursor, read_id, write_cursor


@dataclass
class Row:
    id: int


def test_a_position_survives_the_way_through_a_client():
    assert read_cursor(write_cursor("2026-01-01", 0.5, 42), 3) == ["2026-01-01", 0.5, 42]


@pytest.mark.parametrize("cursor", ["", "x", "é", "!!!!", write_cursor("text")])
def test_other_text_is_refused(cursor):
    with pytest.raises(InvalidRequest):
        read_id(cursor)


@pytest.mark.parametrize("position", [(), (1, 2), (True,), (1.5,), (2**63,), (-1,)])
def test_positions_of_another_shape_are_refused(position):
    with pytest.raises(InvalidRequest):
        read_id(write_cursor(*position))


def test_the_last_page_has_no_next():
    rows = [Row(3), Row(2), Row(1)]

    assert Page.of(rows, 3, "id").next is None
    assert Page.of(rows, 2, "id").items == rows[:2]
    assert read_id(Page.of(rows, 2, "id").next) == 2
