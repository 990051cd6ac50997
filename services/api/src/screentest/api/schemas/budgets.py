"""Budgets as administrators set them."""

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.domain.budgets import UNKNOWN_RENDER_S


class NewBudget(BaseModel):
    """Seconds of GPU a UTC day."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"gpu_seconds_per_day": 14400}]}
    )

    gpu_seconds_per_day: float = Field(
        ge=0, le=1e9, allow_inf_nan=False, description="0 lets nothing be rendered."
    )
    unknown_render_s: float = Field(
        default=UNKNOWN_RENDER_S,
        ge=0,
        le=1e6,
        allow_inf_nan=False,
        description="What a segment without an estimate is counted with while it is to come. With "
        "0 it is not counted, and may be asked for while anything is left.",
    )
