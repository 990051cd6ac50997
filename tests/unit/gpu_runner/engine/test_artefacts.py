"""What is kept of a clip."""

import io

import numpy as np
import pytest
from PIL import Image

from screentest.gpu_runner.engine.artefacts import make_artefacts
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.clips import read_frames
from screentest.media.encode import encode
from screentest.media.metadata import read_metadata

TAGS = {"prompt": '{"1": {}}', "screentest": '{"seed": 7}'}


@pytest.fixture
def clip(tmp_path):
    """Nine grey frames, each lighter than the one before."""
    path = tmp_path / "clip.mp4"
    shades = range(10, 190, 20)
    encode((np.full((48, 64, 3), shade, np.uint8) for shade in shades), path, fps=8)
    return path


def test_last_frame_is_lossless(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS)
    *_, last = read_frames(made.video)

    assert np.array_equal(np.asarray(Image.open(io.BytesIO(made.last_frame))), last)


def test_poster_shows_the_middle(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS)
    middle = list(read_frames(clip))[4]
    poster = np.asarray(Image.open(io.BytesIO(made.poster)).convert("RGB"))

    assert abs(int(poster.mean()) - int(middle.mean())) <= 2


def test_frames_are_not_encoded_again(clip, tmp_path):
    made = make_artefacts(clip, tmp_path / "out.mp4", TAGS)

    pairs = zip(read_frames(clip), read_frames(made.video), strict=True)
    assert all(np.array_equal(before, after) for before, after in pairs)
    assert made.info.frames == 9


def test_backend_s_own_tags_are_kept_and_ours_win(clip, tmp_path):
    tagged = tmp_path / "tagged.mp4"
    from screentest.media.metadata import write_metadata

    write_metadata(clip, tagged, {"prompt": "the server's", "workflow": "the editor's"})
    made = make_artefacts(tagged, tmp_path / "out.mp4", TAGS)

    assert read_metadata(made.video) == TAGS | {"workflow": "the editor's"}


def test_equal_clips_give_equal_bytes(clip, tmp_path):
    one = make_artefacts(clip, tmp_path / "one.mp4", TAGS)
    other = make_artefacts(clip, tmp_path / "other.mp4", TAGS)

    assert one.video.read_bytes() == other.video.read_bytes()
    assert (one.last_frame, one.poster) == (other.last_frame, other.poster)


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[: len(data) // 2]])
def test_damaged_clip_is_a_failure_that_may_pass(clip, tmp_path, damage):
    clip.write_bytes(damage(clip.read_bytes()))

    with pytest.raises(RenderFailed) as failure:
        make_artefacts(clip, tmp_path / "out.mp4", TAGS)
    assert (failure.value.code, failure.value.retryable) == ("broken_output", True)
