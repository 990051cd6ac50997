"""Whether the packets of a clip can be cut and joined: how its stream is laid out.

Must never decode: everything it says is in the container.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from screentest.media.clips import open_clip


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What must agree between clips whose packets shall stand in one stream."""

    codec: str
    #: H.264 parameter sets: two clips of other encoder settings differ here, and only here.
    extradata: bytes | None
    width: int
    height: int
    pixel_format: str | None
    #: Duration of a frame in units of `time_base`.
    step: Fraction
    #: Seconds.
    time_base: Fraction


def layout_of(path: Path) -> Layout | None:
    """The clip's layout, or None when its packets cannot be cut and joined in any case.

    Raises:
        UnreadableClip: it cannot be opened or read to its end.
    """
    with open_clip(path) as (container, stream):
        fps, time_base = stream.average_rate, stream.time_base
        if "mp4" not in container.format.name.split(",") or not fps or not time_base:
            return None
        context = stream.codec_context
        layout = Layout(
            codec=context.name,
            extradata=context.extradata,
            width=stream.width,
            height=stream.height,
            pixel_format=stream.pix_fmt,
            step=1 / (fps * time_base),
            time_base=time_base,
        )
        times = [packet.pts for packet in container.demux(stream) if packet.size]
    # Packets out of display order mean B-frames: the last packet is then not the last frame.
    evenly = all(
        early is not None and late is not None and late - early == layout.step
        for early, late in pairwise(times)
    )
    return layout if evenly else None
