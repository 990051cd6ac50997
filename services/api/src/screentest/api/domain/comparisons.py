"""Two test shots side by side, and the parameters that differ between them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from screentest.api.domain.shots import Shot
from screentest.common.recipes import Frozen


class Difference(Frozen):
    """A parameter that the sides do not share."""

    name: str = Field(examples=["cfg"])
    a: Any = Field(examples=[4.0])
    b: Any = Field(examples=[9.0])


class Comparison(Frozen):
    """Two test shots of one scene type with one character."""

    id: int
    name: str
    a: Shot | None = Field(description="Null once it was deleted.")
    b: Shot | None = Field(description="Null once it was deleted.")
    differs: list[Difference]
    created_by_id: int
    created_at: datetime


_FOLLOW_FROM_OTHERS = (
    "prompt",
    "templates",
    "planned_segments",
    "segment_duration_s",
    "frames_rounded",
    "seed_image_sha256",
)


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Difference]:
    """The parameters of two plans that are not equal, by name; None where a side has none.

    What follows from other parameters (the prompt that was taken, the length) is left out.
    """
    flat_a, flat_b = _flat(a), _flat(b)
    names = dict.fromkeys([*flat_a, *flat_b])
    return [
        Difference(name=name, a=flat_a.get(name), b=flat_b.get(name))
        for name in names
        if flat_a.get(name) != flat_b.get(name)
    ]


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters by one name each, as axes name them."""
    said_once = {name for name in parameters if name not in _FOLLOW_FROM_OTHERS}
    flat = {name: parameters[name] for name in said_once - {"values", "prompts"}}
    for name, value in parameters["values"].items():
        # Filled in from seed, prompts and LoRAs, which say it themselves.
        if name not in flat and name != "prompt" and not name.startswith("lora_"):
            flat[name] = value
    texts = {f"prompts.{name}": text for name, text in parameters["prompts"].items()}
    return dict(sorted((flat | texts).items()))
