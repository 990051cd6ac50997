"""What somebody may want to know the cost of: the same bodies that ask for it."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from screentest.api.schemas.batches import BatchRequest
from screentest.api.schemas.fields import Fresh, Reference
from screentest.api.schemas.shots import ShotOverrides, ShotRequest


class QuotedShot(ShotRequest):
    """A test shot of a scene, or of a scene type with a character."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scene_type_id": 1, "character_id": 1}, {"scene_id": 1}]}
    )

    scene_id: Reference | None = None
    scene_type_id: Reference | None = None
    character_id: Reference | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        of_type = (self.scene_type_id is not None, self.character_id is not None)
        if of_type != (self.scene_id is None,) * 2:
            raise ValueError("give scene_id, or scene_type_id and character_id")
        return self


class QuotedScene(BaseModel):
    """The segments a scene lacks; with `from_segment` those that are made anew from there on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scene_id": 1}, {"scene_id": 1, "from_segment": 2}]},
    )

    scene_id: Reference
    up_to_segment: int | None = Field(default=None, ge=1)
    fresh: Fresh = False
    from_segment: int | None = Field(
        default=None, ge=1, description="As `POST /api/scenes/{id}/regenerate` has it."
    )
    overrides: ShotOverrides = Field(
        default=ShotOverrides(), description="What is to differ when it is made anew."
    )

    @model_validator(mode="after")
    def _is_one_request(self) -> Self:
        if self.from_segment is not None and self.up_to_segment is not None:
            raise ValueError(
                "give from_segment or up_to_segment: what is made anew goes to the end"
            )
        if self.from_segment is None and self.overrides != ShotOverrides():
            raise ValueError("overrides need from_segment: a chain goes on with its own recipe")
        return self


class QuoteRequest(BaseModel):
    """Exactly one of a test shot, a batch and a scene."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"shot": {"scene_type_id": 1, "character_id": 1, "values": {"steps": 30}}},
                {"batch": {"scene_type_id": 1, "character_ids": [1, 2]}},
                {"scene": {"scene_id": 1}},
                {"scene": {"scene_id": 1, "from_segment": 2, "overrides": {"seed": 7}}},
            ]
        },
    )

    shot: QuotedShot | None = None
    batch: BatchRequest | None = None
    scene: QuotedScene | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(one is not None for one in (self.shot, self.batch, self.scene)) != 1:
            raise ValueError("give exactly one of shot, batch and scene")
        return self
