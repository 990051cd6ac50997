"""Prompt templates: ``{name}`` placeholders filled from a character's metadata.

Resolved once, when a shot is asked for, so that what a person saw is what is rendered.
"""

import re
from collections.abc import Iterable, Mapping

from screentest.common.recipes import Prompts

# {name}, {hair_colour}, {outfit.colour}; a doubled brace is a brace.
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{\s*([A-Za-z_][\w.-]*)\s*(?:\|([^{}]*))?\}")


def resolve(template: str, facts: Mapping[str, object]) -> tuple[str, list[str]]:
    """Fill a template in; returns the text and the names that had no value.

    ``{hair|brown}`` falls back to ``brown``. An unresolved placeholder is left as it stands.
    """
    unresolved: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        value = _look_up(facts, match[1])
        if value is None:
            value = match[2]
        if value is None:
            unresolved.append(match[1])
            return match[0]
        return str(value).strip()

    return _PLACEHOLDER.sub(fill, template), unresolved


def resolve_prompts(templates: Prompts, facts: Mapping[str, object]) -> tuple[Prompts, list[str]]:
    """Fill the templates of every position in; returns them and all names without a value."""
    texts: dict[str, str] = {}
    unresolved: list[str] = []
    for position, template in templates.model_dump(exclude_none=True).items():
        texts[position], missing = resolve(template, facts)
        unresolved += missing
    return Prompts(**texts), _once(unresolved)


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
