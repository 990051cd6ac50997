"""Joining the segments of a chain into one clip.

Segment k+1 is seeded by the last frame of segment k and begins with it, so the two share a frame;
in the joined clip it appears once. Must never re-encode what can be copied.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
from av.packet import Packet
from av.video.stream import VideoStream

from screentest.media.clips import ClipInfo, decode, open_clip, probe, to_rgb
from screentest.media.encode import MP4_OPTIONS, Frame, encode
from screentest.media.layout import Layout, layout_of

_T = TypeVar("_T")


def stitch(
    clips: Sequence[Path], out: Path, *, metadata: Mapping[str, str] | None = None
) -> ClipInfo:
    """Join ``clips`` to ``out``, without the last frame of each but the final one.

    Clips of one layout without B-frames are joined by copying packets: every frame is bit-exact.
    Others are encoded again, at the size and rate of the first. Sound is left out.

    Raises:
        ValueError: there is nothing to join.
        UnreadableClip: one of the clips cannot be read to its end.
    """
    if not clips:
        raise ValueError("there are no clips to join")
    infos = [probe(clip) for clip in clips]
    try:
        layout = _common_layout(clips)
        if layout is not None:
            _copy(clips, out, int(layout.step), metadata or {})
        else:
            encode(_frames(clips, infos), out, fps=infos[0].fps, metadata=metadata)
        return probe(out)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _common_layout(clips: Sequence[Path]) -> Layout | None:
    """The layout all clips share, or None when their packets cannot stand in one stream."""
    layouts = {layout_of(clip) for clip in clips}
    return layouts.pop() if len(layouts) == 1 else None


def _copy(clips: Sequence[Path], out: Path, step: int, metadata: Mapping[str, str]) -> None:
    with (
        open_clip(clips[0]) as (_, template),
        av.open(out, "w", format="mp4", options=MP4_OPTIONS) as joined,
    ):
        joined.metadata.update(metadata)
        stream = joined.add_stream_from_template(template)
        for position, packet in enumerate(_shared_once(clips, _packets)):
            packet.pts = packet.dts = position * step
            packet.stream = stream
            joined.mux(packet)


def _packets(clip: Path) -> "Iterator[Packet[VideoStream]]":
    with open_clip(clip) as (container, stream):
        yield from (packet for packet in container.demux(stream) if packet.size)


def _frames(clips: Sequence[Path], infos: Sequence[ClipInfo]) -> Iterator[Frame]:
    """The frames of ``clips``, scaled and timed as the first clip is."""
    first, rates = infos[0], {clip: info.fps for clip, info in zip(clips, infos, strict=True)}

    def retimed(clip: Path) -> Iterator[Frame]:
        shown = Fraction(0)
        for index, frame in enumerate(decode(clip)):
            scaled = to_rgb(frame, (first.width, first.height))
            while shown < Fraction(index + 1) / rates[clip]:
                yield scaled
                shown += 1 / first.fps

    yield from _shared_once(clips, retimed)


def _shared_once(clips: Sequence[Path], read: Callable[[Path], Iterator[_T]]) -> Iterator[_T]:
    """Everything ``read`` gives for each clip, without the last item of each but the final clip."""
    for clip in clips[:-1]:
        items = read(clip)
        held = next(items, None)
        for item in items:
            if held is not None:
                yield held
            held = item
    yield from read(clips[-1])
