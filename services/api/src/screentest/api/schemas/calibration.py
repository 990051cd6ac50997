"""Limits that somebody accepts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from screentest.common.events import Limits

_Limit = Annotated[float, Field(allow_inf_nan=False)]


class AcceptedLimits(BaseModel):
    """Where a measure warns and fails."""

    model_config = ConfigDict(extra="forbid")

    warn: _Limit
    fail: _Limit


class CalibrationRequest(BaseModel):
    """Which limits to take: `limits` of the proposal, or some of them, changed or not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"limits": {"frozen": {"warn": 0.15, "fail": 0.4}}}]},
    )

    limits: dict[str, AcceptedLimits] = Field(min_length=1, max_length=200)

    def accepted(self) -> dict[str, Limits]:
        """The same for the scene type."""
        return {name: Limits(**each.model_dump()) for name, each in self.limits.items()}
