"""What is kept of a rendered clip: the tagged clip, its lossless last frame, a poster, its facts.

Blocking: call it in a thread. Must never scale the last frame, nor re-encode what can be copied.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from screentest.common.events import Boundary, BoundaryMode
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.clips import ClipInfo, UnreadableClip, decode, probe, to_rgb
from screentest.media.metadata import write_metadata
from screentest.media.motion import calmest
from screentest.media.stills import png, poster
from screentest.media.trim import trim

#: A person waits for the end of a test shot; more than two would slow down the next render.
_DECODING_THREADS = 2


@dataclass(frozen=True, kw_only=True)
class ClipArtefacts:
    """The files of one segment."""

    #: MP4 with its provenance in its tags.
    video: Path
    #: PNG of exactly the pixels of its last frame, the boundary.
    last_frame: bytes
    #: WebP of the frame in the middle: the first one looks the same for every shot of a character.
    poster: bytes
    info: ClipInfo
    #: Frames cut off the end of what was rendered.
    trimmed_frames: int = 0


def make_artefacts(
    clip: Path, out: Path, tags: Mapping[str, str], boundary: Boundary
) -> ClipArtefacts:
    """Make the artefacts of ``clip``; the tagged copy is written to ``out``.

    Equal clips and tags give equal bytes. What is kept is decoded once, to its end, which proves
    that it is whole; tags and poster are made beside it.

    Args:
        clip: what the backend rendered.
        out: the file to write.
        tags: the clip's provenance.
        boundary: on which frame the clip ends. One that a person chooses is cut when they have
            chosen: they see the whole clip.

    Raises:
        RenderFailed: ``broken_output``: the backend's file is no clip that can be read.
    """
    try:
        rendered = clip
        if boundary.mode is BoundaryMode.CALMEST:
            clip = _end_calmly(clip, out.with_name(f"{out.stem}.calm.mp4"), boundary)
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="artefacts") as beside:
            tagging = beside.submit(write_metadata, clip, out, tags)
            info = probe(clip)
            showing: Future[bytes] | None = None
            last = None
            for index, frame in enumerate(decode(clip, threads=_DECODING_THREADS)):
                if index == info.frames // 2:
                    showing = beside.submit(poster, to_rgb(frame))
                last = frame
            assert last is not None, "decode refuses a clip without frames"
            last_frame = png(to_rgb(last))
            tagging.result()
        trimmed_frames = probe(rendered).frames - info.frames if clip != rendered else 0
    except UnreadableClip as error:
        raise RenderFailed(
            "broken_output", f"The rendered clip cannot be used: {error}", retryable=True
        ) from error
    return ClipArtefacts(
        video=out,
        last_frame=last_frame,
        poster=showing.result() if showing else poster(to_rgb(last)),
        info=info,
        trimmed_frames=trimmed_frames,
    )


def _end_calmly(clip: Path, cut: Path, boundary: Boundary) -> Path:
    """``clip`` up to the calmest of its candidates: itself when that is its last frame."""
    frames = probe(clip).frames
    kept = calmest(clip, boundary.candidates(frames)) + 1
    if kept == frames:
        return clip
    trim(clip, cut, kept)
    return cut
