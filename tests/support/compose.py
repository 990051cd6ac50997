"""Reads docker-compose.yml as `docker compose config` does, as far as ours goes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"

#: ${NAME}, ${NAME:-default}, ${NAME:?what to do}; a default may be {}.
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>(?:[^{}]|\{\})*))?\}")


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """The text with values, else defaults, in the place of variables.

    Raises:
        LookupError: a variable that must have a value has none.
    """

    def value(match: re.Match[str]) -> str:
        given = variables.get(match["name"])
        if given:
            return given
        if match["kind"] == "?" or match["kind"] is None:
            raise LookupError(f"{match['name']}: {match['text'] or 'no value'}")
        return match["text"]

    return VARIABLE.sub(value, text)


def compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """The file with variables filled in and anchors resolved."""

    def fill(part: Any) -> Any:
        match part:
            case str():
                filled = interpolate(part, variables)
                return int(filled) if filled != part and filled.isdecimal() else filled
            case dict():
                return {key: fill(value) for key, value in part.items()}
            case list():
                return [fill(value) for value in part]
        return part

    filled: dict[str, Any] = fill(yaml.safe_load(FILE.read_text()))
    return filled


def example() -> dict[str, str]:
    """Every variable of .env.example: those in comments, too."""
    pairs = re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE)
    return dict(pairs)


def filled_example() -> dict[str, str]:
    """.env.example as scripts/dotenv.sh fills it, with passwords that one can tell apart."""
    lines = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE)
    return {name: text or f"secret-{name.lower().replace('_', '-')}" for name, text in lines}
