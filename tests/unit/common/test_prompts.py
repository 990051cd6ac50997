"""Prompt templates."""

import pytest

from screentest.common.prompts import Piece, PieceKind, pieces, resolve, resolve_prompts
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


def test_pieces_say_where_a_text_is_from():
    assert pieces("{name} {{waves}} in {coat}, {none|hat}", FACTS) == [
        Piece(PieceKind.FILLED, "Ada"),
        Piece(PieceKind.TEXT, " "),
        Piece(PieceKind.TEXT, "{"),
        Piece(PieceKind.TEXT, "waves"),
        Piece(PieceKind.TEXT, "}"),
        Piece(PieceKind.TEXT, " in "),
        Piece(PieceKind.UNRESOLVED, "{coat}"),
        Piece(PieceKind.TEXT, ", "),
        Piece(PieceKind.FILLED, "hat"),
    ]


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{name}",
        "{{{name}}}",
        "{coat} {coat|red}{none}",
        "a {b",
        "}} { name | x } {hair.colour}",
    ],
)
def test_pieces_make_up_the_text(template):
    assert "".join(piece.text for piece in pieces(template, FACTS)) == resolve(template, FACTS)[0]
