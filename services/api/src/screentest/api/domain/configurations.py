"""What test shots of different characters and seeds have in common: how they were made."""

from collections.abc import Mapping
from typing import Any

from screentest.common.canonical import canonical_sha256

#: Values that follow from the seed, the prompts and the LoRA stack.
_FILLED_IN = ("seed", "prompt", "negative_prompt")
_SHOWN_CHARACTERS = 60


def configuration_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a shot's parameters that is neither its character's nor its seed.

    Shots that were asked for before templates were kept have their prompts instead, in which their
    character is named.
    """
    texts = parameters.get("templates") or {
        **parameters.get("prompts", {}),
        "negative_prompt": parameters.get("negative_prompt", ""),
    }
    return {
        "workflow": parameters.get("workflow", {}),
        "values": {
            name: value
            for name, value in parameters.get("values", {}).items()
            if name not in _FILLED_IN and not name.startswith("lora_")
        },
        "loras": parameters.get("loras", []),
        "templates": texts,
    }


def key_of(configuration: Mapping[str, Any]) -> str:
    """The same for equal configurations, whatever their workflow was called then."""
    workflow = {k: v for k, v in configuration["workflow"].items() if k != "name"}
    return canonical_sha256({**configuration, "workflow": workflow})[:16]


def names_apart(configurations: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """A name for each: what it has that not all of them have, else its workflow's name."""
    flat = {key: _flat(one) for key, one in configurations.items()}
    parts = list(dict.fromkeys(part for one in flat.values() for part in one))
    apart = [part for part in parts if len({one.get(part) for one in flat.values()}) > 1]
    return {
        key: ", ".join(one[part] for part in apart if part in one)
        or str(configurations[key]["workflow"].get("name", key))
        for key, one in flat.items()
    }


def _flat(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Each part as people read it; ``cfg 6.5``."""
    workflow = configuration["workflow"]
    stack = " + ".join(f"{one['name']} {one['weight']:g}" for one in configuration["loras"])
    return {
        "workflow": f"{workflow.get('name', 'workflow')} v{workflow.get('version', 1)}",
        "loras": stack or "no LoRA",
        **{f"values.{name}": f"{name} {one}" for name, one in configuration["values"].items()},
        **{
            f"templates.{name}": f"{name.replace('_', ' ')} “{_short(text)}”"
            for name, text in configuration["templates"].items()
        },
    }


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
