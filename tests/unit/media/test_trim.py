import numpy as np
import pytest

from screentest.media import trim as trimming
from screentest.media.clips import UnreadableClip, read_frames
from screentest.media.join import stitch
from screentest.media.layout import layout_of
from screentest.media.metadata import read_metadata, write_metadata
from screentest.media.trim import trim


@pytest.fixture
def with_b_frames(clip, monkeypatch):
    """A clip whose last packet is not its last frame, as other encoders make them."""
    from screentest.media import encode as encoding

    original = encoding._add_stream

    def add_stream(*args):
        stream = original(*args)
        stream.codec_context.options = stream.codec_context.options | {"bf": "3"}
        return stream

    monkeypatch.setattr(encoding, "_add_stream", add_stream)
    made = clip("b-frames.mp4", frames=14)
    monkeypatch.undo()
    assert layout_of(made) is None
    return made


@pytest.fixture
def no_encoding(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("this cut must copy packets")

    monkeypatch.setattr(trimming, "encode", refuse)


@pytest.mark.usefixtures("no_encoding")
@pytest.mark.parametrize("kept", [1, 5, 30, 40])
def test_kept_frames_are_bit_exact(clip, tmp_path, kept):
    """40 frames hold more than one key frame."""
    whole = clip(frames=40)

    info = trim(whole, tmp_path / "cut.mp4", kept)

    before, after = list(read_frames(whole)), list(read_frames(tmp_path / "cut.mp4"))
    assert (info.frames, info.fps, info.duration_s) == (kept, 16, kept / 16)
    assert len(after) == kept
    for one, other in zip(after, before, strict=False):
        np.testing.assert_array_equal(one, other)


def test_b_frames_are_encoded_again_and_the_end_is_the_frame_asked_for(
    with_b_frames, tmp_path, scene
):
    info = trim(with_b_frames, tmp_path / "cut.mp4", 6)
    cut = list(read_frames(tmp_path / "cut.mp4"))

    assert (info.frames, len(cut)) == (6, 6)
    assert layout_of(tmp_path / "cut.mp4") is not None
    for shown, meant in zip(cut, scene(6), strict=True):
        assert np.abs(shown.astype(int) - meant).mean() < 6


@pytest.mark.usefixtures("no_encoding")
def test_a_cut_clip_keeps_its_tags_and_joins_its_neighbours(clip, tmp_path):
    tagged = tmp_path / "tagged.mp4"
    write_metadata(clip(frames=9), tagged, {"prompt": "{}"})

    trim(tagged, tmp_path / "cut.mp4", 5)

    assert read_metadata(tmp_path / "cut.mp4") == {"prompt": "{}"}
    joined = stitch([tmp_path / "cut.mp4", clip("b.mp4", start=4)], tmp_path / "scene.mp4")
    assert joined.frames == 12


def test_equal_clips_are_cut_to_equal_bytes(clip, with_b_frames, tmp_path):
    for whole in (clip(), with_b_frames):
        for name in ("one.mp4", "two.mp4"):
            trim(whole, tmp_path / name, 5)

        assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("kept", [0, 9])
def test_frames_that_are_not_there_are_refused(clip, tmp_path, kept):
    with pytest.raises(ValueError, match=f"8 frames: it cannot be cut to {kept}"):
        trim(clip(frames=8), tmp_path / "cut.mp4", kept)


def test_a_broken_clip_leaves_nothing(clip, tmp_path):
    broken = clip("broken.mp4", frames=30)
    broken.write_bytes(broken.read_bytes()[:-300])

    with pytest.raises(UnreadableClip, match=r"broken\.mp4"):
        trim(broken, tmp_path / "cut.mp4", 20)
    assert not (tmp_path / "cut.mp4").exists()
