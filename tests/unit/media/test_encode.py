import subprocess
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from screentest.media.clips import probe, read_frames
from screentest.media.encode import UnencodableFrames, encode

_ENCODE_ELSEWHERE = """
import sys
from pathlib import Path
import numpy as np
from screentest.media.encode import encode
encode(np.load(sys.argv[1]), Path(sys.argv[2]), fps=16, metadata={"prompt": "a cat"})
"""


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_equal_frames_give_equal_bytes_in_this_process_and_in_another(tmp_path):
    rng = np.random.default_rng(7)
    noise = rng.integers(-12, 12, (12, 96, 128, 3))
    frames = np.clip(128 + noise, 0, 255).astype(np.uint8)
    np.save(tmp_path / "frames.npy", frames)
    digests = set()
    for repeat in range(4):
        encode(frames, tmp_path / f"{repeat}.mp4", fps=16, metadata={"prompt": "a cat"})
        digests.add(digest(tmp_path / f"{repeat}.mp4"))
    command = [sys.executable, "-c", _ENCODE_ELSEWHERE, "frames.npy", "elsewhere.mp4"]
    subprocess.run(command, cwd=tmp_path, check=True)
    digests.add(digest(tmp_path / "elsewhere.mp4"))

    assert len(digests) == 1


def test_a_clip_keeps_its_pictures_colours_and_rate(tmp_path, scene):
    frames = scene(10)
    encode(iter(frames), tmp_path / "clip.mp4", fps=Fraction(24000, 1001), crf=8)
    info = probe(tmp_path / "clip.mp4")
    decoded = list(read_frames(tmp_path / "clip.mp4"))

    assert (info.width, info.height, info.frames) == (96, 64, 10)
    assert info.fps == Fraction(24000, 1001)
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert info.duration_s == pytest.approx(10 * 1001 / 24000)
    for before, after in zip(frames, decoded, strict=True):
        # Tagging BT.709 without converting (or the reverse) shifts channels by 5 and more.
        assert np.abs(before.astype(int) - after).mean() < 3
        assert np.abs((before.astype(int) - after).mean(axis=(0, 1))).max() < 2


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        ([], "no frames"),
        ([np.zeros((63, 96, 3), np.uint8)], "96x63 cannot be encoded"),
        ([np.zeros((64, 95, 3), np.uint8)], "95x64 cannot be encoded"),
        ([np.zeros((0, 96, 3), np.uint8)], "no picture in it"),
        ([np.zeros((64, 96), np.uint8)], "height x width x 3"),
        ([np.zeros((64, 96, 3), np.float32)], "float32"),
        ([np.zeros((64, 96, 3), np.uint8), np.zeros((64, 98, 3), np.uint8)], "frame 1 is 98x64"),
    ],
)
def test_frames_that_cannot_become_a_clip_are_refused_with_a_sentence(tmp_path, frames, sentence):
    with pytest.raises(UnencodableFrames, match=sentence):
        encode(frames, tmp_path / "clip.mp4", fps=16)

    assert not (tmp_path / "clip.mp4").exists()


def test_a_frame_source_that_fails_leaves_no_half_clip(tmp_path, scene):
    def breaking():
        yield from scene(3)
        raise RuntimeError("the renderer died")

    with pytest.raises(RuntimeError, match="renderer died"):
        encode(breaking(), tmp_path / "clip.mp4", fps=16)

    assert not (tmp_path / "clip.mp4").exists()
