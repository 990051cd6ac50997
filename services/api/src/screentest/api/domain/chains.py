"""What is there of a scene: its segments, and the run that makes more of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from screentest.api.domain.estimates import Estimate
from screentest.api.domain.timings import Timings
from screentest.api.domain.waiting import Waiting
from screentest.common.events import ClipFacts, SegmentArtefacts, Verdict
from screentest.common.recipes import Frozen


class Segment(Frozen):
    """One segment of the strip. Those still to be made have a status and nothing else."""

    index: int
    status: Literal["planned", "waiting", "rendering", "rendered", "scored"]
    is_stale: bool = Field(
        default=False,
        description="The chain is made anew from here or from before: it is out of date, and kept "
        "until it is replaced.",
    )
    source: Literal["run", "promotion"] | None = None
    run_id: UUID | None = None
    test_shot_id: int | None = Field(default=None, description="What it was promoted from.")
    artefacts: SegmentArtefacts | None = None
    clip: ClipFacts | None = None
    is_boundary_chosen: bool = Field(
        default=False, description="Somebody chose the frame it ends on (boundary mode `manual`)."
    )
    trimmed_frames: int = Field(
        default=0, description="Cut off its end, so that it ends on its boundary frame."
    )
    render_id: UUID | None = Field(
        default=None, description="Null where it is planned, or was promoted."
    )
    recipe_hash: str | None = None
    seed_image_sha256: str | None = None
    worker: str | None = None
    gpu_seconds: float | None = None
    reused: bool = Field(
        default=False, description="Taken from an identical render; nothing was rendered."
    )
    quality_score: float | None = None
    verdict: Verdict | None = None
    qa: dict[str, Any] | None = None
    rendered_at: datetime | None = None
    timings: Timings | None = Field(default=None, description="Where its seconds went.")


RunState = Literal[
    "waiting",
    "rendering",
    "awaiting_qa",
    "awaiting_frame",
    "completed",
    "failed",
    "cancelled",
    "halted_by_qa",
]


class SceneRun(Frozen):
    """One run of a scene's chain."""

    run_id: UUID
    status: RunState
    first_segment: int
    last_segment: int
    requested_by_id: int
    failure: dict[str, Any] | None
    gpu_seconds_spent: float | None
    gpu_seconds_saved: float = Field(
        default=0,
        description="Not spent because QA halted it: planned segments left, times what the last "
        "one cost.",
    )
    cancel_requested_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    estimate: Estimate | None = Field(
        default=None, description="What one of its segments was expected to cost."
    )
    waiting: Waiting | None = Field(
        default=None, description="Why it waits, and until when; null when it does not."
    )


class Chain(Frozen):
    """The strip of a scene's segments, and how far its latest run is."""

    planned_segments: int = Field(description="How many segments the whole scene has.")
    rendered_segments: int = Field(description="Those that are not stale.")
    duration_s: float = Field(description="Seconds the rendered segments last together.")
    gpu_seconds: float = Field(description="What the rendered segments cost this scene.")
    timings: Timings | None = Field(
        default=None,
        description="Where the seconds of its segments went, all together; a promoted segment's "
        "were its test shot's.",
    )
    parameters: dict[str, Any] | None = Field(
        description="With what the chain goes on; null until it is begun."
    )
    segments: list[Segment]
    awaits_frame_of: int | None = Field(
        default=None,
        description="Index of the segment whose boundary frame somebody has to choose.",
    )
    run: SceneRun | None = Field(description="The latest run.")


def unbroken(segments: Sequence[Segment]) -> list[Segment]:
    """The segments 1, 2, ... up to the first one that is missing or stale.

    ``segments`` are in the order of their indices.
    """
    fresh = (one for one in segments if not one.is_stale)
    return [one for place, one in enumerate(fresh, start=1) if one.index == place]


def total_duration_s(segments: Sequence[Segment]) -> float:
    """Seconds rendered segments last together; the frame two neighbours share is seen once."""
    clips = [segment.clip for segment in segments if segment.clip is not None]
    return sum(clip.duration_s for clip in clips) - sum(1 / clip.fps for clip in clips[1:])


def strip(rendered: Sequence[Segment], planned: int, run: SceneRun | None) -> list[Segment]:
    """Every segment of the scene: those that are rendered, and those still to be made.

    A stale one is shown as it is, and as the run that makes it anew sees it.
    """
    by_index = {segment.index: segment for segment in rendered}
    next_up = len(unbroken(rendered)) + 1
    length = max([planned, *by_index])

    def shown(index: int) -> Segment:
        segment, status = by_index.get(index), _awaited(index, next_up, run)
        if segment is None:
            return Segment(index=index, status=status)
        if not segment.is_stale or status == "planned":
            return segment
        return segment.model_copy(update={"status": status})

    return [shown(index) for index in range(1, length + 1)]


def _awaited(
    index: int, next_up: int, run: SceneRun | None
) -> Literal["planned", "waiting", "rendering"]:
    if run is None or run.finished_at or not run.first_segment <= index <= run.last_segment:
        return "planned"
    return "rendering" if index == next_up and run.status == "rendering" else "waiting"
