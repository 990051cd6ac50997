"""Single frames of a clip at full size, for the few checks that need pixels.

One frame is in memory at a time, however many are asked for.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import av

from screentest.media.clips import open_clip, to_rgb
from screentest.qa.engine.picture import Rgb


def sampled(count: int, frames: int) -> list[int]:
    """Up to ``count`` indices spread evenly over a clip of ``frames``, first and last included."""
    if frames <= count:
        return list(range(frames))
    return [round(place * (frames - 1) / (count - 1)) for place in range(count)]


def read_frames(video: Path, indices: Collection[int]) -> Iterator[tuple[int, Rgb]]:
    """The frames at ``indices`` (from 0), in order, with their indices.

    Where decoding breaks off, the frames behind are left out: that is a fact other checks report.

    Raises:
        UnreadableClip: the clip cannot be opened.
    """
    last = max(indices, default=-1)
    with open_clip(video) as (container, stream):
        try:
            for index, frame in enumerate(container.decode(stream)):
                if index in indices:
                    yield index, to_rgb(frame)
                if index >= last:
                    return
        except av.FFmpegError:
            return
