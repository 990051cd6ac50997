"""Prompt templates: ``{name}`` placeholders filled from a character's metadata.

Resolved once, when a shot is asked for, so that what a person saw is what is rendered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from screentest.common.recipes import Prompts

# {name}, {hair_colour}, {outfit.colour}; a doubled brace is a brace.
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{\s*([A-Za-z_][\w.-]*)\s*(?:\|([^{}]*))?\}")


class PieceKind(StrEnum):
    """What a piece of a filled-in prompt was."""

    TEXT = "text"
    """It stands in the template."""
    FILLED = "filled"
    """What a placeholder became."""
    UNRESOLVED = "unresolved"
    """A placeholder without a value, as it stands in the template."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a filled-in prompt."""

    kind: PieceKind
    text: str


def pieces(template: str, facts: Mapping[str, object]) -> list[Piece]:
    """A filled-in template in pieces: joined, their texts are what `resolve` returns."""
    found: list[Piece] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        if match.start() > end:
            found.append(Piece(PieceKind.TEXT, template[end : match.start()]))
        end = match.end()
        text = _value(match, facts)
        if match[1] is None:  # A doubled brace.
            found.append(Piece(PieceKind.TEXT, match[0][0]))
        elif text is None:
            found.append(Piece(PieceKind.UNRESOLVED, match[0]))
        else:
            found.append(Piece(PieceKind.FILLED, text))
    if end < len(template):
        found.append(Piece(PieceKind.TEXT, template[end:]))
    return found


def resolve(template: str, facts: Mapping[str, object]) -> tuple[str, list[str]]:
    """Fill a template in; returns the text and the names that had no value.

    ``{hair|brown}`` falls back to ``brown``. An unresolved placeholder is left as it stands.
    """
    unresolved: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        text = _value(match, facts)
        if text is None:
            unresolved.append(match[1])
            return match[0]
        return text

    return _PLACEHOLDER.sub(fill, template), unresolved


def resolve_prompts(templates: Prompts, facts: Mapping[str, object]) -> tuple[Prompts, list[str]]:
    """Fill the templates of every position in; returns them and all names without a value."""
    texts: dict[str, str] = {}
    unresolved: list[str] = []
    for position, template in templates.model_dump(exclude_none=True).items():
        texts[position], missing = resolve(template, facts)
        unresolved += missing
    return Prompts(**texts), _once(unresolved)


def _value(match: re.Match[str], facts: Mapping[str, object]) -> str | None:
    """What a placeholder becomes: the fact it names, else its fallback."""
    if match[1] is None:
        return None
    value = _look_up(facts, match[1])
    if value is None:
        value = match[2]
    return None if value is None else str(value).strip()


def _look_up(facts: Mapping[str, object], name: str) -> object | None:
    if name in facts:
        return _scalar(facts[name])
    value: object = facts
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return _scalar(value)


def _scalar(value: object) -> object | None:
    """Text for a value that reads as text: lists are joined, objects are no text."""
    match value:
        case None | "" | Mapping():
            return None
        case list() | tuple():
            return ", ".join(str(item) for item in value) or None
    return value


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
