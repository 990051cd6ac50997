"""Where the seconds of a segment went."""

from collections.abc import Mapping
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
