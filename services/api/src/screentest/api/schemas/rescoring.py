"""What is to be judged again."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Reference


class RescoreRequest(BaseModel):
    """Which test shots to judge again; without any, all test shots and segments of the type."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})

    shot_ids: Annotated[list[Reference], Field(min_length=1, max_length=5000)] | None = None
