"""Contact sheets: one frame of every shot, with its parameters and score, on one picture.

Must never decide anything: what the words are and which colour the dot has is the caller's.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import cast
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from screentest.media.encode import Frame
from screentest.media.stills import cover

Rgb = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One shot on the sheet."""

    #: Height x width x 3 uint8 RGB.
    frame: Frame
    #: What it is: a character's name, a shot's number.
    title: str
    #: Parameters and score, a line each.
    lines: Sequence[str] = ()
    #: Colour of the dot beside the title, for the verdict; None draws none.
    accent: Rgb | None = None


_BACKGROUND: Rgb = (15, 17, 21)
_CARD: Rgb = (26, 29, 36)
_BRIGHT: Rgb = (240, 242, 246)
_MUTED: Rgb = (150, 158, 172)
_RULE: Rgb = (44, 49, 60)

#: Everything in pixels.
_PICTURE_WIDTH = 416
_MARGIN = 40
_GAP = 24
_PADDING = 16
_RADIUS = 10
_HEADING_SIZE, _TITLE_SIZE, _LINE_SIZE = 34, 21, 16
_HEADER_HEIGHT = 84
_TITLE_HEIGHT, _LINE_HEIGHT = 32, 23
_DOT = 14
#: Shapes are drawn this much larger and scaled down: Pillow draws no smooth edges.
_SMOOTHING = 4


def contact_sheet(cells: Sequence[Cell], columns: int, title: str) -> Image.Image:
    """The sheet, at most ``columns`` cells wide, under ``title``.

    Every picture gets the shape of the first one. A line too long for its cell ends in dots;
    letters that the bundled font lacks lose their accents, or become question marks.

    Raises:
        ValueError: there are no cells or no columns.
    """
    if not cells or columns < 1:
        raise ValueError("a contact sheet needs at least one cell and one column")
    columns = min(columns, len(cells))
    rows = -(-len(cells) // columns)
    tall, wide = cells[0].frame.shape[:2]
    picture = (_PICTURE_WIDTH, round(_PICTURE_WIDTH * tall / wide))
    lines = max(len(cell.lines) for cell in cells)
    card = (picture[0], picture[1] + 2 * _PADDING + _TITLE_HEIGHT + lines * _LINE_HEIGHT)
    sheet = Image.new(
        "RGB",
        (
            2 * _MARGIN + columns * (card[0] + _GAP) - _GAP,
            _MARGIN // 2 + _HEADER_HEIGHT + rows * (card[1] + _GAP) - _GAP + _MARGIN,
        ),
        _BACKGROUND,
    )
    _draw_header(sheet, title, len(cells))
    for index, cell in enumerate(cells):
        row, column = divmod(index, columns)
        left = _MARGIN + column * (card[0] + _GAP)
        top = _MARGIN // 2 + _HEADER_HEIGHT + row * (card[1] + _GAP)
        sheet.paste(_draw_card(cell, card, picture), (left, top), _rounded(card))
    return sheet


def _draw_header(sheet: Image.Image, title: str, count: int) -> None:
    draw = ImageDraw.Draw(sheet)
    baseline = _MARGIN // 2 + 52
    right = sheet.width - _MARGIN
    shots = "1 shot" if count == 1 else f"{count} shots"
    draw.text((right, baseline), shots, _MUTED, _font(_LINE_SIZE), anchor="rs")
    room = right - _MARGIN - _GAP - int(_font(_LINE_SIZE).getlength(shots))
    heading = _fitted(title, _HEADING_SIZE, room)
    draw.text((_MARGIN, baseline), heading, _BRIGHT, _font(_HEADING_SIZE), anchor="ls")
    draw.line((_MARGIN, baseline + 16, right, baseline + 16), _RULE, 1)


def _draw_card(cell: Cell, size: tuple[int, int], picture: tuple[int, int]) -> Image.Image:
    card = Image.new("RGB", size, _CARD)
    card.paste(Image.fromarray(cover(cell.frame, *picture)), (0, 0))
    draw = ImageDraw.Draw(card)
    left, room = _PADDING, size[0] - 2 * _PADDING
    middle = picture[1] + _PADDING + _TITLE_HEIGHT // 2 - 2
    if cell.accent is not None:
        dot = Image.new("RGB", (_DOT, _DOT), cell.accent)
        card.paste(dot, (left, middle - _DOT // 2), _rounded((_DOT, _DOT), _DOT // 2))
        left, room = left + _DOT + 10, room - _DOT - 10
    heading = _fitted(cell.title, _TITLE_SIZE, room)
    draw.text((left, middle), heading, _BRIGHT, _font(_TITLE_SIZE), anchor="lm")
    for number, line in enumerate(cell.lines):
        middle = picture[1] + _PADDING + _TITLE_HEIGHT + number * _LINE_HEIGHT + _LINE_HEIGHT // 2
        text = _fitted(line, _LINE_SIZE, size[0] - 2 * _PADDING)
        draw.text((_PADDING, middle), text, _MUTED, _font(_LINE_SIZE), anchor="lm")
    return card


@cache
def _rounded(size: tuple[int, int], radius: int = _RADIUS) -> Image.Image:
    """A mask with smooth round corners."""
    large = Image.new("L", (size[0] * _SMOOTHING, size[1] * _SMOOTHING))
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius * _SMOOTHING, 255
    )
    return large.resize(size, Image.Resampling.LANCZOS)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size=size))


def _fitted(text: str, size: int, room: int) -> str:
    """``text`` in letters the font has, cut to ``room`` pixels with dots at the end."""
    text = "".join(_drawable(letter) for letter in text)
    font = _font(size)
    if font.getlength(text) <= room:
        return text
    fits = bisect_right(
        range(len(text)), room, key=lambda n: ceil(font.getlength(text[:n] + "..."))
    )
    return text[: max(0, fits - 1)].rstrip() + "..."


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> str:
    """``letter`` if the bundled font has it, else the nearest it has."""
    if letter.isspace():
        return " "
    for candidate in (letter, _STAND_INS.get(letter, ""), normalize("NFKD", letter)[:1]):
        if candidate and bytes(_font(_LINE_SIZE).getmask(candidate)) != _no_glyph():
            return candidate
    return "?"


_STAND_INS = {"\u00d7": "x", "\u2192": ">", "\u2013": "-", "\u2014": "-", "\u2019": "'"}


@cache
def _no_glyph() -> bytes:
    """What the font draws for a letter it does not have."""
    return bytes(_font(_LINE_SIZE).getmask("\uffff"))
