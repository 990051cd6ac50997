"""Presets: what a test shot changes of its scene type, kept under a name."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from screentest.api.schemas.fields import Name, absent
from screentest.api.schemas.shots import ShotOverrides

_EXAMPLE: dict[str, Any] = {
    "name": "soft light",
    "overrides": {"values": {"cfg": 4.5}, "seed": 42, "prompts": {}},
}


class NewPreset(BaseModel):
    """A preset to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    name: Name
    overrides: ShotOverrides


class PresetChanges(BaseModel):
    """What is to change; what is left out stays. `overrides` are replaced as a whole."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "softer light"}]}
    )

    name: Name = absent()
    overrides: ShotOverrides = absent()


class Preset(BaseModel):
    """A named set of overrides, kept with the scene type for everybody."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": 1, "scene_type_id": 1, **_EXAMPLE}]}
    )

    id: int
    scene_type_id: int
    name: str
    overrides: ShotOverrides
    created_by_id: int | None
    created_at: datetime
    updated_at: datetime
