"""What is kept of a rendered clip: the tagged clip, its lossless last frame, a poster, its facts.

Blocking: call it in a thread. Must never re-encode, and never scale the last frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.clips import ClipInfo, UnreadableClip, decode, probe, to_rgb
from screentest.media.metadata import write_metadata
from screentest.media.stills import png, poster


@dataclass(frozen=True, kw_only=True)
class ClipArtefacts:
    """The files of one segment."""

    #: MP4 with its provenance in its tags.
    video: Path
    #: PNG of exactly the last frame's pixels.
    last_frame: bytes
    #: WebP of the frame in the middle: the first one looks the same for every shot of a character.
    poster: bytes
    info: ClipInfo


def make_artefacts(clip: Path, out: Path, tags: Mapping[str, str]) -> ClipArtefacts:
    """Make the artefacts of ``clip``; the tagged copy is written to ``out``.

    Equal clips and tags give equal bytes. The clip is decoded once, to its end, which proves that
    it is whole.

    Raises:
        RenderFailed: ``broken_output``: the backend's file is no clip that can be read.
    """
    try:
        info = probe(clip)
        middle = last = None
        for index, frame in enumerate(decode(clip)):
            if index == info.frames // 2:
                middle = frame
            last = frame
        write_metadata(clip, out, tags)
    except UnreadableClip as error:
        raise RenderFailed(
            "broken_output", f"The rendered clip cannot be used: {error}", retryable=True
        ) from error
    assert last is not None, "probe refuses a clip without frames"
    return ClipArtefacts(
        video=out,
        last_frame=png(to_rgb(last)),
        poster=poster(to_rgb(middle or last)),
        info=info,
    )
