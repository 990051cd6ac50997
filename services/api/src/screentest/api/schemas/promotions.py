"""What people ask of promotions."""

from pydantic import BaseModel, ConfigDict

from screentest.api.schemas.fields import Reference


class PromoteRequest(BaseModel):
    """Which scene the test shot is to begin."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scene_id": 1}]})

    scene_id: Reference
