"""Looking at, cutting and joining clips that are in storage. Work of a second at most, in threads.

Must never decide which frame or which clips: callers do. A cut has a key made of what it was cut
from, so that doing it twice does no harm; a scene's clip has one key, and one writer at a time.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from screentest.common.events import Artefact, ClipFacts, SegmentArtefacts
from screentest.common.objects import Objects
from screentest.media.clips import ClipInfo, UnreadableClip, read_frames
from screentest.media.join import stitch
from screentest.media.metadata import read_metadata
from screentest.media.motion import Stillness, stillness
from screentest.media.stills import last_frame, png, poster
from screentest.media.trim import trim

_STILL_WIDTH = 1280


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a clip says of how it was made; empty where it says nothing."""

    recipe: dict[str, Any]
    graph: dict[str, Any]


async def provenance(objects: Objects, video: Artefact) -> Provenance:
    """The recipe and the filled graph in a clip's tags.

    Raises:
        FileNotFoundError: the clip is not in storage.
        UnreadableClip: it cannot be opened.
    """
    with TemporaryDirectory(prefix="screentest-tags-") as folder:
        clip = await objects.download(video.key, Path(folder, "clip.mp4"))
        tags = await asyncio.to_thread(read_metadata, clip)
    recipe, graph = (json.loads(tags.get(key, "{}")) for key in ("screentest", "prompt"))
    return Provenance(recipe=recipe, graph=graph)


async def look(objects: Objects, video: Artefact, window: int) -> list[Stillness]:
    """How still and sharp each of the final ``window`` frames of a clip is.

    Raises:
        FileNotFoundError: the clip is not in storage.
        UnreadableClip: it cannot be read to its end.
    """
    with TemporaryDirectory(prefix="screentest-look-") as folder:
        clip = await objects.download(video.key, Path(folder, "clip.mp4"))
        return await asyncio.to_thread(stillness, clip, window)


async def still(objects: Objects, video: Artefact, frame: int) -> bytes:
    """A frame of a clip, from 0, as a WebP.

    Raises:
        FileNotFoundError: the clip is not in storage.
        IndexError: it has no such frame.
        UnreadableClip: it cannot be read that far.
    """
    with TemporaryDirectory(prefix="screentest-still-") as folder:
        clip = await objects.download(video.key, Path(folder, "clip.mp4"))
        return await asyncio.to_thread(_still, clip, frame)


async def cut(
    objects: Objects, artefacts: SegmentArtefacts, clip: ClipFacts, frame: int
) -> tuple[SegmentArtefacts, ClipFacts]:
    """A copy of a segment that ends on ``frame``, from 0; the segment itself where it does already.

    Raises:
        FileNotFoundError: the clip is not in storage.
        UnreadableClip: it cannot be read to its end.
        ValueError: it has no such frame.
    """
    if frame == clip.frames - 1:
        return artefacts, clip
    kept = frame + 1
    stem = str(PurePosixPath(artefacts.video.key).with_suffix("")) + f".cut{kept:04d}"
    with TemporaryDirectory(prefix="screentest-cut-") as folder:
        whole = await objects.download(artefacts.video.key, Path(folder, "whole.mp4"))
        short = Path(folder, "short.mp4")
        info = await asyncio.to_thread(trim, whole, short, kept)
        boundary = await asyncio.to_thread(lambda: png(last_frame(short)))
        files = SegmentArtefacts(
            video=await objects.put(f"{stem}.mp4", short, media_type="video/mp4"),
            last_frame=await objects.put(f"{stem}.last.png", boundary, media_type="image/png"),
            poster=artefacts.poster,
            original=artefacts.original,
        )
    return files, _facts(info)


async def join(objects: Objects, key: str, scene_id: int, videos: Sequence[Artefact]) -> None:
    """Store a scene's clips as one, shared frames once, with where it comes from in its tags.

    Raises:
        FileNotFoundError: one of them is not in storage.
        UnreadableClip: one of them cannot be read to its end.
    """
    with TemporaryDirectory(prefix="screentest-join-") as folder:
        clips = [
            await objects.download(video.key, Path(folder, f"{place}.mp4"))
            for place, video in enumerate(videos)
        ]
        out = Path(folder, "scene.mp4")
        await asyncio.to_thread(_join, clips, out, scene_id, videos)
        await objects.put(key, out, media_type="video/mp4")


def _join(clips: Sequence[Path], out: Path, scene_id: int, videos: Sequence[Artefact]) -> None:
    tags = [read_metadata(clip) for clip in clips]
    segments = [
        {"segment": index, "video_sha256": video.sha256, **json.loads(tag.get("screentest", "{}"))}
        for index, (video, tag) in enumerate(zip(videos, tags, strict=True), start=1)
    ]
    facts = {"scene_id": scene_id, "segments": segments}
    # Dropped into ComfyUI it opens as its first segment does.
    graph = {"prompt": tags[0]["prompt"]} if "prompt" in tags[0] else {}
    stitch(clips, out, metadata={**graph, "screentest": json.dumps(facts, sort_keys=True)})


def _still(clip: Path, frame: int) -> bytes:
    shown = next(islice(read_frames(clip), frame, None), None)
    if shown is None:
        raise IndexError(frame)
    return poster(shown, _STILL_WIDTH)


def _facts(info: ClipInfo) -> ClipFacts:
    return ClipFacts(
        duration_s=info.duration_s,
        fps=float(info.fps),
        frames=info.frames,
        width=info.width,
        height=info.height,
    )


__all__ = ["Provenance", "UnreadableClip", "cut", "join", "look", "provenance", "still"]
