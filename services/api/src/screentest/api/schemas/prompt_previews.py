"""Prompts as they would be rendered, before anything is asked for or saved."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from screentest.api.schemas.fields import PromptText, Reference
from screentest.api.schemas.scene_types import PromptTemplates
from screentest.common.prompts import PieceKind
from screentest.common.recipes import Prompts

MAX_CHECKED = 1000

_TEMPLATES: dict[str, Any] = {
    "prompts": {"start": "{name}, {hair|brown} hair, steps out of a doorway"},
    "negative_prompt": "text, watermark",
}


class PreviewPromptsRequest(BaseModel):
    """With whom to fill the templates in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"character_id": 1}]})

    character_id: Reference


class PreviewTemplatesRequest(BaseModel):
    """Templates that need not be saved, and with whom to fill them in."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{**_TEMPLATES, "character_id": 1, "check_character_ids": [2, 3]}]
        },
    )

    prompts: PromptTemplates = PromptTemplates()
    negative_prompt: PromptText = ""
    character_id: Reference | None = Field(
        default=None, description="Without one: with nobody, so that only fallbacks have a value."
    )
    check_character_ids: Annotated[list[Reference], Field(max_length=MAX_CHECKED)] = Field(
        default=[], description="Others of whom `lacking` says who has not all values."
    )


class PromptPiece(BaseModel):
    """A part of a prompt as it would be rendered."""

    kind: PieceKind
    text: str


class PromptPreview(BaseModel):
    """The prompts as they would be rendered."""

    prompts: Prompts
    negative_prompt: str
    unresolved: list[str] = Field(
        description="Placeholders the character has no value for; a shot would be refused.",
        examples=[["outfit"]],
    )


class Lacking(BaseModel):
    """A character that has not all values."""

    character_id: int
    name: str
    unresolved: list[str] = Field(examples=[["outfit"]])


class TemplatesPreview(PromptPreview):
    """The same for templates that need not be saved, and with whom else they would be refused."""

    pieces: dict[str, list[PromptPiece]] = Field(
        description="Position, or `negative_prompt` -> its text, told apart by where it is from.",
        examples=[
            {"start": [{"kind": "filled", "text": "Mina"}, {"kind": "text", "text": " walks"}]}
        ],
    )
    lacking: list[Lacking] = Field(
        description="Those of `check_character_ids` that lack a value, in the order given."
    )
