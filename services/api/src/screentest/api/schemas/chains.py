"""What people ask of a scene's chain."""

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Fresh


class GenerateRequest(BaseModel):
    """How far to go on with a scene."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"up_to_segment": 3}]}
    )

    up_to_segment: int | None = Field(
        default=None, ge=1, description="Index of the last segment; without it the whole scene."
    )
    fresh: Fresh = False
