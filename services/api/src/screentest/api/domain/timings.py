"""Where the seconds of a segment went."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from screentest.common.events import RenderTimings


class Timings(RenderTimings):
    """Seconds by phase; null where a phase was not measured, as nothing is of a reused render."""

    qa_s: float | None = Field(default=None, ge=0, description="Measuring the clip.")


def timings_of(render: Mapping[str, Any] | None, qa: Mapping[str, Any] | None) -> Timings | None:
    """What is known, of RenderTimings and QAScored as they were heard; None before the render."""
    if render is None:
        return None
    return Timings.model_validate({**render, "qa_s": (qa or {}).get("seconds")})


def total_timings(measured: Iterable[Timings | None]) -> Timings | None:
    """Phase by phase all of them together; None where nothing was measured."""
    phases: dict[str, float] = {}
    for one in measured:
        for phase, seconds in (one.model_dump(exclude_none=True) if one else {}).items():
            phases[phase] = phases.get(phase, 0.0) + seconds
    return Timings.model_validate(phases) if phases else None
