"""All SQL of the qa service."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from screentest.common.db import Tx
from screentest.common.events import Artefact, Limits, RescoreRequested
from screentest.qa.domain import ClipScore, Measurement

_ADD_SCORE = """
insert into scores (run_id, segment, render_id, score, verdict, measurements, measured, limits,
                    stills, video_key, video_sha256, seed_image_sha256, measuring_s)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (run_id, segment, render_id) do nothing
returning true
"""


@dataclass(frozen=True, kw_only=True)
class ScoredRender:
    """A render and what it was scored by."""

    run_id: UUID
    segment: int
    render_id: UUID
    video_key: str
    video_sha256: str
    seed_image_sha256: str
    #: Wall seconds of decoding and measuring.
    measuring_s: float
    #: What was measured, with the default limits.
    measured: tuple[Measurement, ...]
    #: The scene type's own limits, which it was judged by.
    limits: Mapping[str, Limits] = field(default_factory=dict)
    #: Measure -> the picture of the frame that decided it.
    stills: Mapping[str, Artefact] = field(default_factory=dict)


async def add_score(tx: Tx, render: ScoredRender, score: ClipScore) -> bool:
    """Store a score; False when the render has one already, which then stays as it is."""
    added = await tx.fetchval(
        _ADD_SCORE,
        render.run_id,
        render.segment,
        render.render_id,
        score.score,
        score.verdict.value,
        _plain(score.measurements),
        _plain(render.measured),
        _plain_limits(render.limits),
        {name: still.model_dump(mode="json") for name, still in render.stills.items()},
        render.video_key,
        render.video_sha256,
        render.seed_image_sha256,
        render.measuring_s,
    )
    return bool(added)


_LOCK_SCORE = """
select coalesce(measured, measurements) as measured, stills, measuring_s, rescore_id
from scores where run_id = $1 and segment = $2 and render_id = $3 for update
"""


@dataclass(frozen=True, kw_only=True)
class MeasuredRender:
    """What is known of a render that was measured before."""

    measured: tuple[Measurement, ...]
    stills: dict[str, Artefact]
    measuring_s: float
    #: The request it was last judged again for.
    rescore_id: UUID | None


async def lock_score(tx: Tx, event: RescoreRequested) -> MeasuredRender | None:
    """What was measured of a render; None when nothing ever was."""
    row = await tx.fetchrow(_LOCK_SCORE, event.run_id, event.segment, event.render_id)
    if row is None:
        return None
    return MeasuredRender(
        measured=tuple(Measurement.from_json(each) for each in row["measured"]),
        stills={name: Artefact.model_validate(each) for name, each in row["stills"].items()},
        measuring_s=row["measuring_s"],
        rescore_id=row["rescore_id"],
    )


# The score that is replaced is kept: somebody may have acted upon it.
_REPLACE_SCORE = """
with earlier as (
    insert into earlier_scores (run_id, segment, render_id, replaced_by, score, verdict,
                                measurements, limits, judged_at)
    select run_id, segment, render_id, $4, score, verdict, measurements, limits, judged_at
    from scores where run_id = $1 and segment = $2 and render_id = $3)
update scores set
    measured = coalesce(measured, measurements), rescore_id = $4, score = $5, verdict = $6,
    measurements = $7, limits = $8, judged_at = now()
where run_id = $1 and segment = $2 and render_id = $3
"""


async def replace_score(tx: Tx, event: RescoreRequested, score: ClipScore) -> None:
    """Store what a locked render comes to by other limits; what it came to before is kept."""
    await tx.execute(
        _REPLACE_SCORE,
        event.run_id,
        event.segment,
        event.render_id,
        event.rescore_id,
        score.score,
        score.verdict.value,
        _plain(score.measurements),
        _plain_limits(event.qa.limits),
    )


def _plain(measurements: Iterable[Measurement]) -> list[dict[str, Any]]:
    return [each.to_json() for each in measurements]


def _plain_limits(limits: Mapping[str, Limits]) -> dict[str, Any]:
    return {name: each.model_dump() for name, each in limits.items()}
