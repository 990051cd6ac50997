"""All SQL of the qa service."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.common.db import Tx
from screentest.qa.domain import ClipScore

_ADD_SCORE = """
insert into scores (run_id, segment, render_id, score, verdict, measurements,
                    video_key, video_sha256, seed_image_sha256, measuring_s)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
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


async def add_score(tx: Tx, render: ScoredRender, score: ClipScore) -> bool:
    """Store a score; False when the render has one already, which then stays as it is."""
    measurements: list[dict[str, Any]] = [each.to_json() for each in score.measurements]
    added = await tx.fetchval(
        _ADD_SCORE,
        render.run_id,
        render.segment,
        render.render_id,
        score.score,
        score.verdict.value,
        measurements,
        render.video_key,
        render.video_sha256,
        render.seed_image_sha256,
        render.measuring_s,
    )
    return bool(added)
