"""What is kept of what a backend made in another form."""

from zipfile import ZIP_STORED, ZipFile

import pytest

from screentest.common.originals import ORIGINAL_MEDIA_TYPES
from screentest.gpu_runner.engine.comfyui.outputs import CLIP_SUFFIXES
from screentest.gpu_runner.engine.original import keepable


@pytest.fixture
def frames(tmp_path):
    """Three files, of 3, 4 and 5 bytes."""
    files = tuple(tmp_path / f"frame-{number}.png" for number in range(3))
    for number, file in enumerate(files):
        file.write_bytes(b"x" * (3 + number))
    return files


def test_a_clip_that_is_its_own_original_has_none(tmp_path):
    assert keepable((), tmp_path / "original.zip") is None


def test_one_file_is_kept_as_it_is(tmp_path):
    webm = tmp_path / "00000.webm"
    webm.write_bytes(b"a clip")

    assert keepable((webm,), tmp_path / "original.zip") == webm
    assert list(tmp_path.iterdir()) == [webm]


def test_frames_are_packed_in_their_order_and_uncompressed(frames, tmp_path):
    packed = keepable(frames, tmp_path / "original.zip")

    with ZipFile(packed) as archive:
        assert archive.testzip() is None
        entries = archive.infolist()
        assert [entry.filename for entry in entries] == ["00000.png", "00001.png", "00002.png"]
        assert {entry.compress_type for entry in entries} == {ZIP_STORED}
        assert [archive.read(entry) for entry in entries] == [f.read_bytes() for f in frames]


def test_equal_frames_make_equal_archives(frames, tmp_path):
    first = keepable(frames, tmp_path / "first.zip")
    frames[0].touch()
    second = keepable(frames, tmp_path / "second.zip")

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("most_bytes", "is_kept"), [(12, True), (11, False)])
def test_too_many_frames_are_left_where_they_are(frames, tmp_path, most_bytes, is_kept):
    archive = tmp_path / "original.zip"

    assert (keepable(frames, archive, most_frame_bytes=most_bytes) == archive) is is_kept
    assert archive.exists() is is_kept


@pytest.mark.parametrize("suffix", [*sorted(CLIP_SUFFIXES), "zip"])
def test_every_kind_of_original_has_a_media_type(suffix):
    """Without one it could neither be stored nor shown."""
    assert suffix in ORIGINAL_MEDIA_TYPES
