"""Characters and their source images."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, computed_field

from screentest.api.schemas.fields import Name, absent
from screentest.common.events import Artefact

_METADATA = Field(
    description="Fills the placeholders of prompt templates: `{hair}`, `{outfit.colour}`.",
    examples=[{"hair": "short red hair", "outfit": {"colour": "green"}}],
)


class NewCharacter(BaseModel):
    """A character to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Mina", "metadata": {"hair": "short red hair"}}]},
    )

    name: Name
    metadata: dict[str, JsonValue] = Field(
        default={}, description="Fills the placeholders of prompt templates."
    )


class CharacterChanges(BaseModel):
    """What is to change; what is left out stays. `metadata` is replaced as a whole."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"metadata": {"hair": "long black hair"}}]},
    )

    name: Name = absent()
    metadata: dict[str, JsonValue] = absent()


class SourceImageChanges(BaseModel):
    """What is to change of a source image."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"is_primary": True}]}
    )

    is_primary: Literal[True] = Field(
        description="Only true: to unset it, make another image primary."
    )


class SourceImage(BaseModel):
    """A picture of a character, stored byte for byte as it was uploaded."""

    id: int
    character_id: int
    key: str = Field(examples=["images/9f86d081884c7d65.png"])
    sha256: str
    size_bytes: int
    media_type: str = Field(examples=["image/png"])
    width: int = Field(description="Pixels as a person sees the picture, `orientation` applied.")
    height: int
    orientation: int = Field(
        description="EXIF orientation of the stored file, 1 (upright) to 8; renderers apply it."
    )
    is_primary: bool = Field(description="Seeds segment 1 unless another image is asked for.")
    created_at: datetime

    @computed_field  # type: ignore[prop-decorator] # pydantic's documented way
    @property
    def url(self) -> str:
        """Where the picture is."""
        return f"/api/media/{self.key}"

    @property
    def artefact(self) -> Artefact:
        """The picture as events refer to it."""
        return Artefact(
            key=self.key,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            media_type=self.media_type,
        )


class Character(BaseModel):
    """A subject of scenes."""

    id: int = Field(examples=[1])
    name: str = Field(examples=["Mina"])
    metadata: dict[str, JsonValue] = _METADATA
    images: list[SourceImage] = Field(default=[], description="The primary one first.")
    created_at: datetime
    updated_at: datetime
