"""Scenes: a scene type with a character."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.domain.chains import Chain
from screentest.api.schemas.fields import Name, Reference, absent


class NewScene(BaseModel):
    """A scene to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "Mina in the rain", "scene_type_id": 1, "character_id": 1}]
        },
    )

    name: Name
    scene_type_id: Reference
    character_id: Reference
    source_image_id: Reference | None = Field(
        default=None, description="Null: the character's primary image."
    )


class SceneChanges(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Mina in the rain, take two"}]}
    )

    name: Name = absent()
    source_image_id: Reference | None = absent()


class Scene(BaseModel):
    """A scene type with a character: a chain of segments."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Mina in the rain"])
    scene_type_id: int
    character_id: int
    source_image_id: int | None = Field(description="Null: the character's primary image.")
    status: str = Field(
        description="draft, generating, completed, failed, cancelled or halted_by_qa.",
        examples=["draft"],
    )
    created_by_id: int | None
    created_at: datetime
    updated_at: datetime


class SceneWithChain(Scene):
    """A scene and what there is of it."""

    chain: Chain
