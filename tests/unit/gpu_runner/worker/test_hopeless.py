"""When a render is given up for its previews, and when it is not."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image

from screentest.gpu_runner.engine.backend import Progress
from screentest.gpu_runner.engine.glimpses import Glimpse
from screentest.gpu_runner.worker.hopeless import Finding, Hopeless, PreviewWatch, Sight, Streak

PHOTO = Glimpse(mean=120, p99=220, texture=0.85)
NIGHT = Glimpse(mean=10, p99=200, texture=0.9)
GRAVEL = Glimpse(mean=120, p99=220, texture=0.5)
BLACK = Glimpse(mean=2, p99=5, texture=None)
NOISE = Glimpse(mean=128, p99=200, texture=0.1)


def see(seed, *previews):
    """What comes of previews, each with its fraction; the first finding."""
    streak = Streak(seed)
    for preview, fraction in previews:
        if finding := streak.see(preview, fraction):
            return finding
    return None


class TestBlack:
    def test_three_in_a_row_after_a_third(self):
        finding = see(PHOTO, (BLACK, 0.3), (BLACK, 0.35), (BLACK, 0.4), (BLACK, 0.5))

        assert finding == Finding(sight=Sight.BLACK, fraction=0.4)

    def test_not_before_a_third(self):
        early = [(BLACK, 0.05 * step) for step in range(7)]

        assert see(PHOTO, *early) is None
        assert see(PHOTO, *early, (BLACK, 0.34)).fraction == 0.34

    def test_one_that_shows_something_begins_the_count_anew(self):
        assert see(PHOTO, (BLACK, 0.4), (BLACK, 0.5), (PHOTO, 0.6), (BLACK, 0.7)) is None
        assert see(PHOTO, (BLACK, 0.4), (BLACK, 0.5), (None, 0.6), (BLACK, 0.7)) is None

    def test_the_same_moment_shown_again_is_no_second_preview(self):
        assert see(PHOTO, (BLACK, 0.5), (BLACK, 0.5), (BLACK, 0.5), (BLACK, 0.5)) is None

    @pytest.mark.parametrize("seed", [NIGHT, BLACK])
    def test_what_begins_dark_may_be_black(self, seed):
        assert see(seed, *[(BLACK, 0.1 * step) for step in range(11)]) is None


class TestNoise:
    def test_counts_from_two_thirds_on(self):
        early = [(NOISE, 0.05 * step) for step in range(13)]  # to 0.6

        assert see(PHOTO, *early) is None
        assert see(PHOTO, *early, (NOISE, 0.7), (NOISE, 0.8)) is None
        assert see(PHOTO, *early, (NOISE, 0.7), (NOISE, 0.8), (NOISE, 0.9)) == Finding(
            sight=Sight.NOISE, fraction=0.9
        )

    def test_what_begins_rough_may_look_like_noise(self):
        assert see(GRAVEL, *[(NOISE, 0.1 * step) for step in range(11)]) is None

    def test_black_and_noise_are_not_added_up(self):
        assert see(PHOTO, (BLACK, 0.7), (NOISE, 0.75), (BLACK, 0.8), (NOISE, 0.9)) is None


def test_what_is_saved_is_the_rest_at_the_pace_it_had():
    hopeless = Hopeless(Finding(sight=Sight.BLACK, fraction=0.4), spent_s=20.0)

    assert hopeless.gpu_seconds_saved == pytest.approx(30.0)
    assert (hopeless.code, hopeless.retryable) == ("hopeless", False)
    assert "3 previews in a row are black, the last at 40%" in hopeless.message


def png(level: int) -> bytes:
    buffer = io.BytesIO()
    row = np.linspace(0, level, 64).astype(np.uint8)
    Image.fromarray(np.dstack([np.tile(row, (48, 1))] * 3)).save(buffer, "PNG")
    return buffer.getvalue()


class TestWatch:
    @staticmethod
    async def shown(task, watch, preview, start, end):
        """Show a preview again and again, each a little further on, until something is found."""
        fraction = start
        while not task.done() and fraction < end:
            watch.report(Progress(fraction=fraction, preview=preview))
            watch.report(Progress(fraction=fraction))  # says nothing of the one before
            fraction += 0.0001
            await asyncio.sleep(0.001)

    async def test_finds_what_is_hopeless_and_not_what_has_hope(self, tmp_path):
        seed = tmp_path / "seed.png"
        seed.write_bytes(png(200))
        watch = PreviewWatch(seed)
        task = asyncio.create_task(watch.finding())

        await self.shown(task, watch, png(200), 0.4, 0.41)
        await self.shown(task, watch, b"no picture", 0.41, 0.42)
        assert not task.done()
        await self.shown(task, watch, png(0), 0.5, 1)

        finding = await task
        assert (finding.sight, finding.fraction > 0.5) == (Sight.BLACK, True)

    async def test_without_a_seed_to_compare_with_nothing_is_hopeless(self, tmp_path):
        seed = tmp_path / "seed.png"
        seed.write_bytes(b"no picture")
        watch = PreviewWatch(seed)
        task = asyncio.create_task(watch.finding())

        await self.shown(task, watch, png(0), 0.5, 0.51)

        assert not task.done()
        task.cancel()
