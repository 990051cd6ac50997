"""When cells of a batch will have their clips, and when the batch will end."""

import pytest

from screentest.api.domain.etas import OpenCell, Pace, batch_eta_s
from screentest.api.domain.shots import ShotStatus
from screentest.api.domain.waiting import Waiting
from screentest.common.events import WaitingCode

NO_PACE = Pace(rendered=0, elapsed_s=3600)
PACE = Pace(rendered=4, elapsed_s=20)


def waiting(starts_in_s: float | None, estimate_s: float | None = 5, code="slots_busy") -> OpenCell:
    said = Waiting(code=code, reason="x", position=1, starts_in_s=starts_in_s)
    return OpenCell(status=ShotStatus.WAITING, waiting=said, estimate_s=estimate_s)


def rendering(**known: float) -> OpenCell:
    return OpenCell(status=ShotStatus.RENDERING, **known)


class TestCell:
    @pytest.mark.parametrize(
        ("cell", "eta_s"),
        [
            (waiting(10), 15),
            (waiting(10, None), None),
            (waiting(None), None),
            (rendering(left_s=3, estimate_s=60), 3),
            (rendering(estimate_s=60, rendering_s=20), 40),
            (rendering(estimate_s=60, rendering_s=61), None),
            (rendering(rendering_s=20), None),
            (OpenCell(status=ShotStatus.RENDERED), 0),
        ],
    )
    def test_it_is_what_is_known_of_the_queue_and_the_render(self, cell, eta_s):
        assert cell.eta_s == eta_s

    def test_progress_is_the_workers_word_until_the_clip_is_there(self):
        assert rendering(fraction=0.25).progress == 0.25
        assert OpenCell(status=ShotStatus.RENDERED).progress == 1
        assert waiting(1).progress == 0


class TestBatch:
    def test_it_ends_with_its_last_cell(self):
        assert batch_eta_s([waiting(10), rendering(left_s=3)], NO_PACE, is_paused=False) == 15

    def test_where_a_cell_is_not_known_the_pace_tells(self):
        cells = [waiting(None), waiting(None, code=WaitingCode.UNKNOWN), rendering(left_s=3)]

        assert batch_eta_s(cells, PACE, is_paused=False) == 15
        assert batch_eta_s(cells, NO_PACE, is_paused=False) is None

    @pytest.mark.parametrize("code", ["no_worker", "missing_model", "lane_paused", "batch_paused"])
    def test_nobody_knows_when_what_it_lacks_will_come(self, code):
        cells = [waiting(None, code=code), waiting(10)]

        assert batch_eta_s(cells, PACE, is_paused=False) is None

    def test_a_paused_batch_ends_never(self):
        assert batch_eta_s([waiting(10)], PACE, is_paused=True) is None

    def test_nothing_is_left_of_a_batch_without_open_cells(self):
        assert batch_eta_s([], NO_PACE, is_paused=False) == 0
