"""Where a waiting run stands towards identical renders: take one, share one, or have its own.

An identical render has the same recipe hash and the same cut. `stand` is asked again whenever
something may have changed; it depends on nothing but the facts it is given, so that it may be asked
at any time, any number of times.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from screentest.common.events import (
    BoundaryMode,
    ExpectedClip,
    RenderRequested,
    RenderTimings,
    SegmentRendered,
)
from screentest.dispatcher.domain.run import Release, Run

_ANY_RENDER = UUID(int=0)


class Reuse(StrEnum):
    """What becomes of a waiting run's segment."""

    #: Not decided yet; held back until it is.
    NEW = "new"
    #: It is rendered for this run as soon as a slot is free.
    OPEN = "open"
    #: A finished render was found; held back while its files are looked for in storage.
    CHECK = "check"
    #: Held back until the render of another run ends, whose result it takes.
    SHARES = "shares"
    #: As `OPEN`: nobody could tell in time whether the files of the finished render are there.
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A waiting run, and what there is of its recipe."""

    run_id: UUID
    reuse: Reuse
    #: It wants a render of its own.
    fresh: bool
    #: An identical render that is out.
    live_render_id: UUID | None
    #: An identical render has finished, its files are not known to be lost, and no model it was
    #: made with is known to have been replaced.
    is_finished: bool
    #: Storage has not answered for too long, counted from the first look that failed.
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What becomes of a waiting run."""

    reuse: Reuse
    shares_render_id: UUID | None = None


def stand(run: Standing) -> Stand:
    """Take what is finished, else share what is being rendered, else be rendered."""
    if run.fresh:
        return Stand(reuse=Reuse.OPEN)
    declined = run.reuse is Reuse.DECLINED or (run.reuse is Reuse.CHECK and run.overdue)
    if run.is_finished and not declined:
        return Stand(reuse=Reuse.CHECK)
    if run.live_render_id is not None:
        return Stand(reuse=Reuse.SHARES, shares_render_id=run.live_render_id)
    return Stand(reuse=Reuse.DECLINED if declined else Reuse.OPEN)


def reuse_key(request: RenderRequested) -> str:
    """What renders have in common that can stand in for each other.

    The boundary belongs to it: it decides where the clip is cut.
    """
    boundary = request.boundary
    if boundary.mode is BoundaryMode.LAST:
        return request.recipe_hash
    return f"{request.recipe_hash}/{boundary.mode}/{boundary.window}"


def key_of(run: Run) -> str | None:
    """The reuse key of the segment that a waiting run is at; None when it cannot be rendered."""
    match run.release(_ANY_RENDER):
        case Release(request=request):
            return reuse_key(request)
        case _:
            return None


def reused(request: RenderRequested, original: SegmentRendered, *, pays: bool) -> SegmentRendered:
    """The result of a request that nobody has to render: the files of an identical render.

    With ``pays`` the render was left to this run by one that had ended: it costs what it took, and
    nothing is saved by it.
    What qa measures by is the request's own: equal pixels may be asked for in other words.
    """
    return original.model_copy(
        update={
            "run_id": request.run_id,
            "segment": request.segment,
            "render_id": request.render_id,
            "attempt": request.attempt,
            "seed_image": request.seed_image,
            "reference_image": request.reference_image,
            "expected": ExpectedClip.of(request.recipe.values),
            "qa": request.qa,
            "gpu_seconds": original.gpu_seconds if pays else 0.0,
            "lost_gpu_seconds": original.lost_gpu_seconds if pays else 0.0,
            "gpu_seconds_saved": 0.0 if pays else original.gpu_seconds,
            "reused": True,
            "taken_from": original.render_id,
            "timings": RenderTimings(),
        }
    )
