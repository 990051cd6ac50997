from fractions import Fraction

import av
import numpy as np
import pytest

from screentest.media.clips import UnreadableClip, probe, read_frames
from screentest.media.encode import encode
from screentest.media.stills import last_frame, png


def test_a_whole_clip_is_probed_and_read(clip):
    path = clip(frames=9, fps=24)

    assert probe(path).frames == len(list(read_frames(path))) == 9
    assert probe(path).fps == Fraction(24)


@pytest.mark.parametrize("lost_bytes", [10, 900])
@pytest.mark.parametrize("read", [probe, last_frame, lambda path: list(read_frames(path))])
def test_a_clip_that_lost_its_tail_is_unreadable(clip, read, lost_bytes):
    path = clip(frames=40)
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost_bytes])

    with pytest.raises(UnreadableClip, match=r"clip\.mp4"):
        read(path)


def test_a_clip_that_lost_its_head_is_unreadable(clip):
    path = clip()
    path.write_bytes(path.read_bytes()[700:])

    with pytest.raises(UnreadableClip, match="cannot be read"):
        probe(path)


def test_bit_rot_is_found_although_the_decoder_hides_it(tmp_path):
    """A flipped byte raises nothing in FFmpeg: it conceals the damage and marks the frame."""
    rng = np.random.default_rng(1)
    frames = rng.integers(0, 255, (6, 128, 128, 3), dtype=np.uint8)
    path = tmp_path / "rotten.mp4"
    encode(frames, path, fps=16)
    rotten = bytearray(path.read_bytes())
    for position in range(len(rotten) // 3, len(rotten) - 400, 1500):
        rotten[position] ^= 0xFF
    path.write_bytes(rotten)

    with pytest.raises(UnreadableClip, match=r"corrupt at frame|cannot be read"):
        list(read_frames(path))


def test_a_picture_is_not_a_clip_although_ffmpeg_opens_it(tmp_path, scene):
    path = tmp_path / "still.mp4"
    path.write_bytes(png(scene(1)[0]))

    with pytest.raises(UnreadableClip, match="not an MP4 or WebM"):
        probe(path)


def test_a_file_with_sound_only_says_so(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 8000
        container.mux(stream.encode(silence))
        container.mux(stream.encode(None))

    with pytest.raises(UnreadableClip, match="no video in it"):
        probe(path)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(UnreadableClip, match="there is no clip at"):
        probe(tmp_path / "nowhere.mp4")
