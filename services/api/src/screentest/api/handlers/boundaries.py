"""The boundary frame of a segment, chosen by a person: shown, cut, said to the dispatcher."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from screentest.api import footage
from screentest.api.domain.chains import Segment, unbroken
from screentest.api.domain.users import User
from screentest.api.problems.catalogue import SceneNotFound
from screentest.api.problems.chains import FootageLost, FrameNotAwaited, NoSuchFrame, NothingToShow
from screentest.api.store import audit, chains, changes, planning, runs
from screentest.common import outbox
from screentest.common.db import Connection, Pool, Tx
from screentest.common.events import BoundaryChosen, ClipFacts, SegmentArtefacts
from screentest.common.objects import Objects
from screentest.media.motion import Stillness


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A segment that a run of a scene does not go on from before its boundary is chosen."""

    #: The run that awaits it; another one may have made the segment.
    run_id: UUID
    segment: Segment
    artefacts: SegmentArtefacts
    clip: ClipFacts
    #: How many of its final frames may be chosen.
    candidates: int

    @property
    def first_candidate(self) -> int:
        """The earliest frame that may be chosen, from 0."""
        return self.clip.frames - self.candidates


async def candidates(
    pool: Pool, objects: Objects, scene_id: int, index: int
) -> tuple[Awaited, list[Stillness]]:
    """The frames that may be chosen, in order.

    Raises:
        SceneNotFound, FrameNotAwaited: nothing is to be chosen.
        FootageLost: the clip is not in storage.
    """
    async with pool.acquire() as connection:
        awaited = await _awaited(connection, scene_id, index)
    try:
        return awaited, await footage.look(objects, awaited.artefacts.video, awaited.candidates)
    except (FileNotFoundError, footage.UnreadableClip) as error:
        raise FootageLost(f"Segment {index} of scene {scene_id} is lost: {error}.") from error


async def still(pool: Pool, objects: Objects, scene_id: int, index: int, frame: int) -> bytes:
    """A frame of a segment, from 0, as a WebP.

    Raises:
        NothingToShow: there is no such segment.
        NoSuchFrame: it has no such frame.
        FootageLost: the clip is not in storage.
    """
    async with pool.acquire() as connection:
        segments = await chains.fetch_segments(connection, scene_id)
    segment = next((one for one in segments if one.index == index), None)
    if segment is None:
        raise NothingToShow(f"Scene {scene_id} has no segment {index}.")
    artefacts, clip = chains.kept_files(segment)
    if frame >= clip.frames:
        raise NoSuchFrame(f"Segment {index} has the frames 0 to {clip.frames - 1}, not {frame}.")
    try:
        return await footage.still(objects, artefacts.video, frame)
    except (FileNotFoundError, IndexError, footage.UnreadableClip) as error:
        raise FootageLost(f"Segment {index} of scene {scene_id} is lost: {error}.") from error


async def choose(
    begin: Callable[[], Awaitable[Tx]],
    pool: Pool,
    objects: Objects,
    user: User,
    *,
    scene_id: int,
    index: int,
    frame: int,
) -> None:
    """Cut a segment so that it ends on ``frame``, and let its run go on from there.

    The clip is cut before ``begin`` begins the transaction; that the run still awaits this very
    clip is seen to once more when it is done.

    Raises:
        SceneNotFound, FrameNotAwaited: nothing is to be chosen.
        NoSuchFrame: the frame is none of the candidates.
        FootageLost: the clip is not in storage.
    """
    async with pool.acquire() as connection:
        before = await _awaited(connection, scene_id, index)
    if not before.first_candidate <= frame < before.clip.frames:
        raise NoSuchFrame(
            f"The boundary of segment {index} is one of the frames {before.first_candidate} to "
            f"{before.clip.frames - 1}, not {frame}: the final {before.candidates} of "
            f"{before.clip.frames}, at most half of a segment is cut off."
        )
    try:
        artefacts, clip = await footage.cut(objects, before.artefacts, before.clip, frame)
    except (FileNotFoundError, footage.UnreadableClip) as error:
        raise FootageLost(f"Segment {index} of scene {scene_id} is lost: {error}.") from error
    tx = await begin()
    await planning.lock_scene(tx, scene_id)
    now = await _awaited(tx, scene_id, index)
    if now.artefacts != before.artefacts:
        raise FrameNotAwaited(f"Segment {index} was replaced meanwhile: look at it again.")
    await _record(tx, user, scene_id, now, artefacts, clip)


async def _record(
    tx: Tx,
    user: User,
    scene_id: int,
    awaited: Awaited,
    artefacts: SegmentArtefacts,
    clip: ClipFacts,
) -> None:
    chosen = BoundaryChosen(
        run_id=awaited.run_id,
        segment=awaited.segment.index,
        render_id=awaited.segment.render_id,
        artefacts=artefacts,
        clip=clip,
        by=user.id,
    )
    await chains.record_boundary(tx, scene_id, chosen)
    await runs.set_run_status(tx, chosen.run_id, "waiting")
    after = {"segment": chosen.segment, "frame": clip.frames - 1}
    await audit.record(tx, user, "scene.boundary-chosen", scene_id, after=after)
    await outbox.add(tx, chosen)
    await changes.tell_segment(tx, scene_id, chosen.segment)
    await changes.tell_run(tx, chosen.run_id)


async def _awaited(connection: Connection, scene_id: int, index: int) -> Awaited:
    if await planning.load_scene(connection, scene_id) is None:
        raise SceneNotFound(scene_id)
    live = await runs.fetch_live_run(connection, scene_id)
    segments = unbroken(await chains.fetch_segments(connection, scene_id))
    waits = live is not None and live.status == "awaiting_frame" and len(segments) == index
    if live is None or not waits:
        raise FrameNotAwaited(
            f"Scene {scene_id} does not wait for the boundary frame of segment {index}: "
            f"chain.awaits_frame_of in GET /api/scenes/{scene_id} says for which it does, if any."
        )
    artefacts, clip = chains.kept_files(segments[-1])
    boundary = await runs.fetch_boundary(connection, live.run_id)
    return Awaited(
        run_id=live.run_id,
        segment=segments[-1],
        artefacts=artefacts,
        clip=clip,
        candidates=boundary.candidates(clip.frames),
    )
