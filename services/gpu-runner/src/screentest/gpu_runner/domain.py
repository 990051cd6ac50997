"""What a render may become, where its files go, and what is said of its end. Pure.

One rule above all: every RenderRequested ends in exactly one SegmentRendered or SegmentFailed.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID

from screentest.common.canonical import Json, canonical_sha256
from screentest.common.events import (
    ClipFacts,
    ExpectedClip,
    FailureDetail,
    RenderRequested,
    RenderTimings,
    SegmentArtefacts,
    SegmentFailed,
    SegmentRendered,
)
from screentest.common.leases import Lease
from screentest.common.recipes import Recipe

#: A render that has outlived so many workers is what kills them.
MOST_LOST_WORKERS = 3
#: An event has at most 64 kB, and a traceback's end says most.
_MESSAGE_CHARACTERS = 8000


class Status(StrEnum):
    """Where a render stands; all but the first are final."""

    RENDERING = "rendering"
    RENDERED = "rendered"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A render this worker has, until its lease is lost."""

    request: RenderRequested
    lease: Lease
    #: W3C trace context of the request; the result carries it on.
    traceparent: str | None = None
    #: When its segment began to wait, by this process's monotonic clock; None where nobody knows.
    wanted_at: float | None = None
    #: Seconds of GPU that earlier claims spent on it in vain.
    lost_gpu_seconds: float = 0.0
    #: What the worker renders on, as it names it.
    device: str = ""


@dataclass(frozen=True, kw_only=True)
class RenderedSegment:
    """A render that succeeded and is stored."""

    artefacts: SegmentArtefacts
    clip: ClipFacts
    gpu_seconds: float
    #: Of those, spent for an earlier claim and not lost after all.
    salvaged_seconds: float = 0.0
    timings: RenderTimings = field(default_factory=RenderTimings)
    #: Frames cut off the end, so that the clip ends on its boundary frame.
    trimmed_frames: int = 0


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a render came to nothing."""

    code: str
    message: str
    retryable: bool
    gpu_seconds: float = 0.0
    detail: FailureDetail | None = None
    #: Not spent, because it was stopped before its end.
    gpu_seconds_saved: float = 0.0


@dataclass(frozen=True)
class ArtefactKeys:
    """Where the files of a render are stored."""

    video: str
    last_frame: str
    poster: str
    #: Without the extension, which is the backend's.
    original: str


CANCELLED = Failure(code="cancelled", message="The render was cancelled.", retryable=False)
RECALLED = Failure(
    code="recalled",
    message="The render was called back before it had begun: it waits again.",
    retryable=True,
)
WORKER_LOST = Failure(
    code="worker_lost",
    message=f"{MOST_LOST_WORKERS + 1} workers in a row were lost while they rendered this segment.",
    retryable=False,
)


def called_back(code: str) -> Failure:
    """Why a render ended that was called back before its request came."""
    return RECALLED if code == RECALLED.code else CANCELLED


def lease_name(render_id: UUID) -> str:
    """What a worker leases to render it."""
    return str(render_id)


def artefact_keys(request: RenderRequested, token: int) -> ArtefactKeys:
    """Where a claim stores its files; every claim has its own, so that a late one harms nobody."""
    folder = PurePosixPath("renders", str(request.run_id), f"{request.segment:03d}")
    name = f"{request.render_id}" if token == 1 else f"{request.render_id}-{token}"
    path = folder / name
    return ArtefactKeys(
        f"{path}.mp4", f"{path}.last.png", f"{path}.poster.webp", f"{path}.original"
    )


def provenance(recipe: Recipe, recipe_hash: str) -> dict[str, str]:
    """The tags a clip carries: equal recipes give equal tags.

    `prompt` holds the filled graph, the key and form ComfyUI itself writes and opens a clip by;
    `screentest` holds the rest of the recipe. `workflow` is the editor's layout, which an API
    graph does not have: ComfyUI would prefer it to `prompt` and fail to draw it.
    """
    facts = recipe.model_dump(mode="json", exclude={"graph", "slots"})
    return {
        "prompt": json.dumps(recipe.graph, sort_keys=True),
        "screentest": json.dumps({"recipe_hash": recipe_hash, **facts}, sort_keys=True),
    }


def eta_s(fraction: float, elapsed_s: float) -> float | None:
    """Seconds until the render ends if it goes on as it began; None while that is a guess."""
    if fraction < 0.05:  # noqa: PLR2004 - loading a model takes long and says nothing of the rest
        return None
    return round(elapsed_s * (1 - fraction) / fraction, 1)


def rendered(claim: Claim, segment: RenderedSegment) -> SegmentRendered:
    """The event that says it is done."""
    request = claim.request
    return SegmentRendered(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        attempt=request.attempt,
        recipe_hash=request.recipe_hash,
        artefacts=segment.artefacts,
        clip=segment.clip,
        expected=ExpectedClip.of(request.recipe.values),
        seed_image=request.seed_image,
        reference_image=request.reference_image,
        qa=request.qa,
        gpu_seconds=segment.gpu_seconds,
        lost_gpu_seconds=max(0.0, claim.lost_gpu_seconds - segment.salvaged_seconds),
        worker=claim.lease.owner,
        device=claim.device,
        timings=segment.timings,
        trimmed_frames=segment.trimmed_frames,
    )


def failed(
    request: RenderRequested, failure: Failure, *, worker: str, lost_gpu_seconds: float = 0.0
) -> SegmentFailed:
    """The event that says why not."""
    return SegmentFailed(
        run_id=request.run_id,
        segment=request.segment,
        render_id=request.render_id,
        attempt=request.attempt,
        worker=worker,
        code=failure.code,
        message=failure.message[-_MESSAGE_CHARACTERS:],
        detail=failure.detail,
        retryable=failure.retryable,
        gpu_seconds=max(0.0, failure.gpu_seconds),
        lost_gpu_seconds=lost_gpu_seconds,
        gpu_seconds_saved=failure.gpu_seconds_saved,
    )


def capability_class(
    *, models: Mapping[str, Collection[str]], nodes: Collection[str], vram_bytes: int
) -> str:
    """Workers that report the same are of one class; empty for those that report nothing.

    Memory counts in whole GiB: two cards of one kind differ by what their drivers keep.
    """
    if not (models or nodes or vram_bytes):
        return ""
    facts: Json = {
        "models": {folder: sorted(names) for folder, names in models.items()},
        "nodes": sorted(nodes),
        "vram_gib": round(vram_bytes / 2**30),
    }
    return canonical_sha256(facts)[:10]
