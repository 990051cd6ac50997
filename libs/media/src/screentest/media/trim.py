"""Ending a clip earlier: its first frames, copied where the encoding allows, else encoded again.

Must never change a frame that it copies.
"""

from itertools import islice
from pathlib import Path

import av

from screentest.media.clips import ClipInfo, open_clip, probe, read_frames
from screentest.media.encode import MP4_OPTIONS, encode
from screentest.media.layout import layout_of
from screentest.media.metadata import read_metadata


def trim(path: Path, out: Path, frames: int) -> ClipInfo:
    """Write the first ``frames`` frames of the clip at ``path`` to ``out``, with its tags.

    In a clip without B-frames the packets are the frames in their order: what is kept is copied and
    every frame of it is bit-exact. Others are encoded again. Equal input gives equal bytes. Sound
    is left out.

    Raises:
        ValueError: the clip has fewer frames than that, or none are to be kept.
        UnreadableClip: it cannot be read to its end.
    """
    info = probe(path)
    if not 1 <= frames <= info.frames:
        raise ValueError(f"{path.name} has {info.frames} frames: it cannot be cut to {frames}")
    try:
        if layout_of(path) is not None:
            _copy(path, out, frames)
        else:
            kept = islice(read_frames(path), frames)
            encode(kept, out, fps=info.fps, metadata=read_metadata(path))
        return probe(out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _copy(path: Path, out: Path, frames: int) -> None:
    tags = read_metadata(path)
    with (
        open_clip(path) as (container, source),
        av.open(out, "w", format="mp4", options=MP4_OPTIONS) as cut,
    ):
        cut.metadata.update(tags)
        stream = cut.add_stream_from_template(source)
        packets = (packet for packet in container.demux(source) if packet.size)
        for packet in islice(packets, frames):
            packet.stream = stream
            cut.mux(packet)
