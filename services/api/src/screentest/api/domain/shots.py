"""Test shots, and in which state one is, from what has been heard of it in whatever order.

Messages arrive late, twice and out of order; a state that is derived from facts does not care.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from screentest.api.domain.estimates import Estimate
from screentest.api.domain.reviews import Review
from screentest.api.domain.timings import Timings
from screentest.api.domain.waiting import Waiting
from screentest.common.events import ClipFacts, RunStatus, SegmentArtefacts, Verdict
from screentest.common.recipes import Frozen


class ShotStatus(StrEnum):
    """The states of a test shot."""

    WAITING = "waiting"
    RENDERING = "rendering"
    #: The clip is there; its score is not.
    RENDERED = "rendered"
    SCORED = "scored"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({ShotStatus.SCORED, ShotStatus.FAILED, ShotStatus.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class ShotFacts:
    """What has been heard of a test shot."""

    status: ShotStatus
    is_rendered: bool
    #: A score of the very render that is kept.
    is_scored: bool
    #: How the run ended, once that is known.
    ended: RunStatus | None = None
    #: The last attempt failed and the next has not begun.
    awaits_retry: bool = False


def status_of(facts: ShotFacts) -> ShotStatus:
    """The state that follows from the facts. A terminal state is never left."""
    if facts.status in TERMINAL:
        return facts.status
    match facts.ended:
        case RunStatus.CANCELLED:
            return ShotStatus.CANCELLED
        case RunStatus.FAILED:
            return ShotStatus.FAILED
    if facts.is_rendered:
        return ShotStatus.SCORED if facts.is_scored else ShotStatus.RENDERED
    return ShotStatus.WAITING if facts.awaits_retry else facts.status


class Named(Frozen):
    """A catalogue row by its id, with the name people know it by."""

    id: int
    name: str


class Shot(Frozen):
    """A test shot. Paths are storage keys: read them at ``/api/media/{key}``."""

    id: int
    status: ShotStatus
    scene_type: Named
    character: Named
    workflow_id: int | None
    scene_id: int | None = Field(description="The scene it was asked for from.")
    batch_id: int | None
    label: str = Field(description="Name of the variation it is a cell of.")
    parameters: dict[str, Any] = Field(
        description="Everything that decided the pixels: workflow version, values, LoRAs, seed, "
        "prompts; `prompt` is the one segment 1 was rendered with."
    )
    recipe_hash: str
    seed_image_path: str
    output_video_path: str | None
    last_frame_path: str | None
    poster_path: str | None
    duration_secs: float | None
    quality_score: float | None = Field(description="0..1; 1 is flawless.")
    verdict: Verdict | None
    qa: dict[str, Any] | None = Field(description="Every check with its value and limits.")
    is_promoted: bool
    promoted_to_scene_id: int | None
    created_by_id: int
    created_at: datetime
    updated_at: datetime
    run_id: UUID
    artefacts: SegmentArtefacts | None = Field(description="The files, with their SHA-256.")
    clip: ClipFacts | None
    worker: str | None
    reused: bool
    gpu_seconds: float | None = Field(description="Of the render that is kept.")
    gpu_seconds_spent: float | None = Field(description="Of all attempts, failed ones included.")
    failure: dict[str, Any] | None
    cancel_requested_at: datetime | None
    started_at: datetime | None
    rendered_at: datetime | None
    finished_at: datetime | None
    timings: Timings | None = Field(
        default=None, description="Where the seconds of the render that is kept went."
    )
    estimate: Estimate | None = Field(
        default=None, description="What it was expected to cost when it was asked for."
    )
    review: Review | None = Field(
        default=None, description="What people think of it; null while nobody has said anything."
    )
    strength: float | None = Field(
        default=None,
        description="By blind votes: natural logarithm of its odds against an average test shot of "
        "its scene type; null while nobody has compared it.",
    )
    waiting: Waiting | None = Field(
        default=None, description="Why it waits, and until when; null when it does not."
    )
