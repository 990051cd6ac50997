"""Batches as people ask for them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import Reference
from screentest.api.schemas.shots import ShotOverrides


class Variation(ShotOverrides):
    """One set of parameters, with a name to tell it by."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "strong", "values": {"cfg": 9}, "seed": 42}]}
    )

    name: Annotated[str, Field(max_length=120)] = ""


class BatchRequest(BaseModel):
    """Every character with every variation: one test shot each."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "cfg against LoRA",
                    "scene_type_id": 1,
                    "character_ids": [1, 2, 3],
                    "variations": [
                        {"name": "soft", "values": {"cfg": 4.0}, "seed": 42},
                        {"name": "strong", "values": {"cfg": 9.0}, "seed": 42},
                    ],
                }
            ]
        },
    )

    name: Annotated[str, Field(max_length=120)] = ""
    scene_type_id: Reference
    character_ids: list[Reference] = Field(min_length=1)
    variations: list[Variation] = Field(
        default=[Variation()], min_length=1, description="Without any: the scene type as it is."
    )
