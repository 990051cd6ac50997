"""Prompt templates."""

import pytest

from screentest.common.prompts import resolve, resolve_prompts
from screentest.common.recipes import Prompts

FACTS = {
    "name": "Ada",
    "hair": {"colour": "brown"},
    "props": ["hat", "cane"],
    "age": 36,
    "none": "",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{name} waves", "Ada waves"),
        ("{ name } waves", "Ada waves"),
        ("{hair.colour} hair", "brown hair"),
        ("with {props}", "with hat, cane"),
        ("aged {age}", "aged 36"),
        ("{coat|a red coat}", "a red coat"),
        ("{none|nothing}", "nothing"),
        ("{{name}}", "{name}"),
        ("no placeholder", "no placeholder"),
    ],
)
def test_placeholders_are_filled(template, text):
    assert resolve(template, FACTS) == (text, [])


@pytest.mark.parametrize("template", ["{coat}", "{none}", "{hair}", "{hair.length}"])
def test_placeholder_without_a_value_is_named_and_left(template):
    assert resolve(template, FACTS) == (template, [template.strip("{}")])


def test_value_is_not_a_template():
    """A character named {age} must not pull in another fact."""
    assert resolve("{name}", {"name": "{age}", "age": 3}) == ("{age}", [])


def test_every_position_is_resolved_and_each_missing_name_told_once():
    prompts, missing = resolve_prompts(
        Prompts(start="{name} in {coat}", continuation="{coat} of {name}, {mood}"), FACTS
    )

    assert prompts == Prompts(start="Ada in {coat}", continuation="{coat} of Ada, {mood}")
    assert missing == ["coat", "mood"]
