import numpy as np
import pytest

from screentest.media import join
from screentest.media.clips import UnreadableClip, probe, read_frames
from screentest.media.join import stitch
from screentest.media.layout import layout_of
from screentest.media.metadata import read_metadata


@pytest.fixture
def no_encoding(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("this join must copy packets")

    monkeypatch.setattr(join, "encode", refuse)


@pytest.mark.usefixtures("no_encoding")
def test_a_chain_is_joined_bit_exactly_and_shared_frames_appear_once(clip, tmp_path):
    segments = [clip(f"{k}.mp4", frames=6, start=5 * k) for k in range(3)]
    info = stitch(segments, tmp_path / "scene.mp4", metadata={"title": "Scene 1"})
    joined = list(read_frames(tmp_path / "scene.mp4"))
    separate = [list(read_frames(segment)) for segment in segments]
    expected = [*separate[0][:-1], *separate[1][:-1], *separate[2]]

    assert (info.frames, info.fps) == (16, 16)
    for one, other in zip(joined, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    assert read_metadata(tmp_path / "scene.mp4")["title"] == "Scene 1"


@pytest.mark.usefixtures("no_encoding")
def test_equal_clips_join_to_equal_bytes(clip, tmp_path):
    segments = [clip("a.mp4"), clip("b.mp4", start=7)]
    stitch(segments, tmp_path / "one.mp4")
    stitch(segments, tmp_path / "two.mp4")

    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.usefixtures("no_encoding")
def test_one_clip_stays_as_it_is_and_may_be_joined_to_itself(clip, tmp_path):
    assert stitch([clip(frames=6)], tmp_path / "single.mp4").frames == 6
    assert stitch([clip(frames=6)] * 3, tmp_path / "thrice.mp4").frames == 16


@pytest.mark.parametrize(
    "other",
    [{"crf": 30, "preset": "medium"}, {"size": (128, 80)}],
    ids=["other encoder settings", "other size"],
)
def test_clips_that_cannot_share_a_stream_are_encoded_again(clip, tmp_path, scene, other):
    segments = [clip("a.mp4", frames=6), clip("b.mp4", frames=6, start=5, **other)]
    info = stitch(segments, tmp_path / "scene.mp4")
    joined = list(read_frames(tmp_path / "scene.mp4"))

    assert (info.width, info.height, info.frames) == (96, 64, 11)
    for index, (shown, meant) in enumerate(zip(joined, scene(11), strict=True)):
        if index < 6 or "size" not in other:
            assert np.abs(shown.astype(int) - meant).mean() < 6, f"frame {index} is another picture"


def test_a_clip_of_another_rate_keeps_its_speed(clip, tmp_path):
    """Half a second at 16 and half a second at 32 frames a second are one second at 16."""
    segments = [clip("a.mp4", frames=8), clip("b.mp4", frames=16, fps=32)]
    info = stitch(segments, tmp_path / "scene.mp4")

    assert (info.fps, info.frames) == (16, 15)


def test_b_frames_are_never_cut_by_packets(tmp_path, clip, monkeypatch, scene):
    """With B-frames the last packet is not the last frame; copying would lose the wrong one."""
    from screentest.media import encode as encoding

    plain = clip("plain.mp4")
    original = encoding._add_stream

    def with_b_frames(*args):
        stream = original(*args)
        stream.codec_context.options = stream.codec_context.options | {"bf": "3"}
        return stream

    monkeypatch.setattr(encoding, "_add_stream", with_b_frames)
    segments = [clip("a.mp4", frames=9), clip("b.mp4", frames=9, start=8)]
    monkeypatch.undo()

    assert layout_of(plain) is not None
    assert layout_of(segments[0]) is None
    assert stitch(segments, tmp_path / "scene.mp4").frames == 17
    joined = list(read_frames(tmp_path / "scene.mp4"))
    for shown, meant in zip(joined, scene(17), strict=True):
        assert np.abs(shown.astype(int) - meant).mean() < 6


def test_nothing_and_a_broken_clip_are_refused(clip, tmp_path):
    broken = clip("broken.mp4", frames=30)
    broken.write_bytes(broken.read_bytes()[:-300])

    with pytest.raises(ValueError, match="no clips"):
        stitch([], tmp_path / "scene.mp4")
    with pytest.raises(UnreadableClip, match=r"broken\.mp4"):
        stitch([clip(), broken], tmp_path / "scene.mp4")
    assert not (tmp_path / "scene.mp4").exists()
    assert probe(clip()).frames == 8
