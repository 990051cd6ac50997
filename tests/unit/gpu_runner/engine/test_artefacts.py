"""What is kept of a clip."""

import io

import numpy as np
import pytest
from PIL import Image

from screentest.common.events import Boundary, BoundaryMode
from screentest.gpu_runner.engine.artefacts import make_artefacts
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.clips import read_frames
from screentest.media.encode import encode
from screentest.media.metadata import read_metadata

TAGS = {"prompt": '{"1": {}}', "screentest": '{"seed": 7}'}


LAST = Boundary()


def calm(window: int) -> Boundary:
    return Boundary(mode=BoundaryMode.CALMEST, window=window)


@pytest.fixture
def clip(tmp_path):
    """Nine grey frames, each lighter than the one before."""
    path = tmp_path / "clip.mp4"
    shades = range(10, 190, 20)
    encode((np.full((48, 64, 3), shade, np.uint8) for shade in shades), path, fps=8)
    return path


def test_last_frame_is_lossless(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS, LAST)
    *_, last = read_frames(made.video)

    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made.last_frame))), last)


def test_poster_shows_the_middle(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS, LAST)
    middle = list(read_frames(clip))[4]
    poster = np.asarray(Image.open(io.BytesIO(made.poster)).convert("RGB"))

    assert abs(int(poster.mean()) - int(middle.mean())) <= 2


def test_frames_are_not_encoded_again(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS, LAST)

    pairs = zip(read_frames(clip), read_frames(made.video), strict=True)
    assert all(np.array_equal(before, after) for before, after in pairs)
    assert made.info.frames == 9


def test_backend_s_own_tags_are_kept_and_ours_win(clip, tmp_path):
    tagged = tmp_path / "tagged.mp4"
    from screentest.media.metadata import write_metadata

    write_metadata(clip, tagged, {"prompt": "the server's", "workflow": "the editor's"})
    made = make_artefacts(tagged, tmp_path / "out.mp4", TAGS, LAST)

    assert read_metadata(made.video) == TAGS | {"workflow": "the editor's"}


def test_equal_clips_give_equal_bytes(clip, tmp_path):
    one = make_artefacts(clip, tmp_path / "one.mp4", TAGS, LAST)
    other = make_artefacts(clip, tmp_path / "other.mp4", TAGS, LAST)

    assert one.video.read_bytes() == other.video.read_bytes()
    assert (one.last_frame, one.poster) == (other.last_frame, other.poster)


@pytest.fixture
def calm_end(tmp_path):
    """Shades that rise, stand still at frame 5, and rise again."""
    path = tmp_path / "calm.mp4"
    shades = (10, 30, 50, 70, 90, 90, 90, 130, 170)
    encode((np.full((48, 64, 3), shade, np.uint8) for shade in shades), path, fps=8)
    return path


def test_a_clip_that_ends_calmly_is_cut_and_its_boundary_is_the_last_it_shows(calm_end, tmp_path):
    made = make_artefacts(calm_end, tmp_path / "out.mp4", TAGS, calm(6))
    kept, whole = list(read_frames(made.video)), list(read_frames(calm_end))

    assert (made.info.frames, made.trimmed_frames, len(kept)) == (6, 3, 6)
    assert all(np.array_equal(one, other) for one, other in zip(kept, whole, strict=False))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made.last_frame))), kept[-1])
    assert read_metadata(made.video) == TAGS


def test_a_clip_that_is_calmest_at_its_end_is_kept_whole(tmp_path):
    still = tmp_path / "still.mp4"
    encode([np.full((48, 64, 3), 90, np.uint8)] * 6, still, fps=8)

    whole = make_artefacts(still, tmp_path / "whole.mp4", TAGS, LAST)
    ending = make_artefacts(still, tmp_path / "out.mp4", TAGS, calm(4))

    assert (ending.info.frames, ending.trimmed_frames) == (6, 0)
    assert ending.video.read_bytes() == whole.video.read_bytes()


def test_a_window_longer_than_the_clip_leaves_half_of_it(tmp_path):
    """It stands still at its beginning and moves ever after: what the window would choose."""
    early = tmp_path / "early.mp4"
    shades = (90, 90, 90, 90, 110, 130, 150, 170, 190)
    encode((np.full((48, 64, 3), shade, np.uint8) for shade in shades), early, fps=8)

    made = make_artefacts(early, tmp_path / "out.mp4", TAGS, calm(240))

    assert made.info.frames >= 5
    assert made.info.frames + made.trimmed_frames == 9


@pytest.mark.parametrize("boundary", [LAST, calm(4)])
@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[: len(data) // 2]])
def test_damaged_clip_is_a_failure_that_may_pass(clip, tmp_path, damage, boundary):
    clip.write_bytes(damage(clip.read_bytes()))

    with pytest.raises(RenderFailed) as failure:
        make_artefacts(clip, tmp_path / "out.mp4", TAGS, boundary)
    assert (failure.value.code, failure.value.retryable) == ("broken_output", True)
