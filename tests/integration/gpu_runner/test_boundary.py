"""Clips that end on their boundary frame."""

import io

import numpy as np
import pytest
from PIL import Image

from screentest.common.events import Boundary, BoundaryMode, SegmentRendered
from screentest.media.clips import probe, read_frames
from screentest.media.encode import encode
from support.staged_backend import StagedBackend

FPS = 8
#: They rise, stand still at frame 5, and rise again: frame 5 is the calmest, three before the end.
SHADES = (10, 30, 50, 70, 90, 90, 90, 130, 170)
CALMEST = 5


@pytest.fixture
def rising(tmp_path) -> StagedBackend:
    """A backend whose clip is calm before its end."""
    path = tmp_path / "rising.mp4"
    encode((np.full((48, 64, 3), shade, np.uint8) for shade in SHADES), path, fps=FPS)
    backend = StagedBackend(path)
    backend.finish.set()
    return backend


async def rendered(dispatcher, runner_of, rising, request) -> SegmentRendered:
    async with runner_of(rising):
        await dispatcher.say(request)
        result = await dispatcher.end(request)
    assert isinstance(result, SegmentRendered)
    return result


async def stored(objects, result, tmp_path):
    """The facts and frames of the stored clip, and the stored boundary frame."""
    video = await objects.download(result.artefacts.video.key, tmp_path / "stored.mp4")
    picture = await objects.get(result.artefacts.last_frame.key)
    return probe(video), list(read_frames(video)), np.asarray(Image.open(io.BytesIO(picture)))


async def test_calmest_clip_ends_on_its_calmest_frame(
    dispatcher, runner_of, rising, request_of, objects, tmp_path
):
    """What is said, what is stored and the seed of the next segment are of one and the same end."""
    request = request_of(boundary=Boundary(mode=BoundaryMode.CALMEST, window=5))
    result = await rendered(dispatcher, runner_of, rising, request)
    info, frames, boundary = await stored(objects, result, tmp_path)

    assert result.trimmed_frames == len(SHADES) - 1 - CALMEST
    assert result.clip.frames == info.frames == len(frames) == CALMEST + 1
    assert result.clip.duration_s == info.duration_s == (CALMEST + 1) / FPS
    assert np.array_equal(boundary, frames[-1])
    assert np.array_equal(boundary, list(read_frames(rising._clip))[CALMEST])


@pytest.mark.parametrize("mode", [BoundaryMode.LAST, BoundaryMode.MANUAL])
async def test_other_clips_are_kept_whole(
    dispatcher, runner_of, rising, request_of, objects, tmp_path, mode
):
    """Of a boundary that a person chooses the whole clip is shown."""
    request = request_of(boundary=Boundary(mode=mode, window=5))
    result = await rendered(dispatcher, runner_of, rising, request)
    info, frames, boundary = await stored(objects, result, tmp_path)

    assert result.trimmed_frames == 0
    assert result.clip.frames == info.frames == len(SHADES)
    assert np.array_equal(boundary, frames[-1])
