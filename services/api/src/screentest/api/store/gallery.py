"""The gallery: pages of test shots by filter and sort order.

A page begins after the last row of the one before (keyset), so that shots made meanwhile neither
repeat nor hide one. Every order ends with the id, because the values before it may be equal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from screentest.api.domain.shots import Shot
from screentest.api.store.shots import SHOT_COLUMNS, shot_of
from screentest.common.db import Connection


class Sort(StrEnum):
    """What the gallery can be sorted by."""

    DATE = "date"
    CHARACTER = "character"
    QUALITY = "quality"
    RATING = "rating"
    #: By the votes of people who compared clips, blind.
    RANKING = "ranking"


class Order(StrEnum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which test shots are shown; None shows all."""

    scene_type_id: int | None = None
    character_id: int | None = None
    workflow_id: int | None = None
    batch_id: int | None = None
    statuses: Sequence[str] | None = None
    verdicts: Sequence[str] | None = None
    promoted: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    #: Words that all begin a word of the shot's prompts.
    text: str | None = None
    #: approved, rejected or undecided.
    decisions: Sequence[str] | None = None
    min_rating: int | None = None
    #: All of them.
    tags: Sequence[str] | None = None
    #: Names; any of them in the shot's stack.
    loras: Sequence[str] | None = None
    created_by_id: int | None = None


_SHOWN = f"""
select {SHOT_COLUMNS}
where ($1::bigint is null or s.scene_type_id = $1)
    and ($2::bigint is null or s.character_id = $2)
    and ($3::bigint is null or s.workflow_id = $3)
    and ($4::bigint is null or s.batch_id = $4)
    and ($5::text[] is null or s.status = any($5))
    and ($6::text[] is null or s.verdict = any($6))
    and ($7::boolean is null or s.is_promoted = $7)
    and ($8::timestamptz is null or s.created_at >= $8)
    and ($9::timestamptz is null or s.created_at < $9)
    and ($10::text is null or s.prompt_words @@ to_tsquery('simple', $10))
    and ($11::text[] is null or coalesce(v.decision, 'undecided') = any($11))
    and ($12::integer is null or v.rating >= $12)
    and ($13::text[] is null or v.tags @> $13)
    and ($14::text[] is null or s.lora_names ?| $14)
    and ($15::bigint is null or s.created_by_id = $15)
"""

# $17 is the id the page goes on after, null for the first page; $18.. are the values before it.
_BY_DATE_ASC = f"""{_SHOWN}
    and ($17::bigint is null or (s.created_at, s.id) > ($18::timestamptz, $17))
order by s.created_at, s.id limit $16
"""

_BY_DATE_DESC = f"""{_SHOWN}
    and ($17::bigint is null or (s.created_at, s.id) < ($18::timestamptz, $17))
order by s.created_at desc, s.id desc limit $16
"""

_BY_CHARACTER_ASC = f"""{_SHOWN}
    and ($17::bigint is null or (c.name, c.id, s.id) > ($18::text, $19::bigint, $17))
order by c.name, c.id, s.id limit $16
"""

_BY_CHARACTER_DESC = f"""{_SHOWN}
    and ($17::bigint is null or (c.name, c.id, s.id) < ($18::text, $19::bigint, $17))
order by c.name desc, c.id desc, s.id desc limit $16
"""


def _by_value(value: str, direction: str, beyond: str) -> str:
    """By a number that a shot may not have yet: shots without it come last in both directions.

    Where the last row of the page before had none ($18 is null) only such rows are left.
    """
    return f"""{_SHOWN}
    and ($17::bigint is null
        or case when $18::float8 is null then {value} is null and s.id {beyond} $17
            else {value} is null or ({value}, s.id) {beyond} ($18, $17) end)
order by {value} {direction} nulls last, s.id {direction} limit $16
"""


_BY_QUALITY_ASC = _by_value("s.quality_score", "asc", ">")
_BY_QUALITY_DESC = _by_value("s.quality_score", "desc", "<")
_BY_RATING_ASC = _by_value("v.rating", "asc", ">")
_BY_RATING_DESC = _by_value("v.rating", "desc", "<")
_BY_RANKING_ASC = _by_value("r.strength", "asc", ">")
_BY_RANKING_DESC = _by_value("r.strength", "desc", "<")

_STATEMENTS = {
    (Sort.DATE, Order.ASC): _BY_DATE_ASC,
    (Sort.DATE, Order.DESC): _BY_DATE_DESC,
    (Sort.CHARACTER, Order.ASC): _BY_CHARACTER_ASC,
    (Sort.CHARACTER, Order.DESC): _BY_CHARACTER_DESC,
    (Sort.QUALITY, Order.ASC): _BY_QUALITY_ASC,
    (Sort.QUALITY, Order.DESC): _BY_QUALITY_DESC,
    (Sort.RATING, Order.ASC): _BY_RATING_ASC,
    (Sort.RATING, Order.DESC): _BY_RATING_DESC,
    (Sort.RANKING, Order.ASC): _BY_RANKING_ASC,
    (Sort.RANKING, Order.DESC): _BY_RANKING_DESC,
}


@dataclass(frozen=True, kw_only=True)
class Position:
    """The last row of a page: its id, and what it is sorted by before that."""

    id: int
    values: tuple[Any, ...]


def position_of(shot: Shot, sort: Sort) -> Position:
    """Where a page that ends with ``shot`` goes on."""
    match sort:
        case Sort.DATE:
            return Position(id=shot.id, values=(shot.created_at,))
        case Sort.CHARACTER:
            return Position(id=shot.id, values=(shot.character.name, shot.character.id))
        case Sort.QUALITY:
            return Position(id=shot.id, values=(shot.quality_score,))
        case Sort.RATING:
            rating = None if shot.review is None else shot.review.rating
            return Position(id=shot.id, values=(rating,))
        case Sort.RANKING:
            return Position(id=shot.id, values=(shot.strength,))


async def fetch_page(
    connection: Connection,
    filters: Filters,
    *,
    sort: Sort,
    order: Order,
    after: Position | None,
    limit: int,
) -> list[Shot]:
    """Up to ``limit`` test shots that follow ``after``."""
    if after is None:
        after = Position(id=0, values=(None, None) if sort is Sort.CHARACTER else (None,))
        last_id = None
    else:
        last_id = after.id
    found = await connection.fetch(
        _STATEMENTS[sort, order],
        filters.scene_type_id,
        filters.character_id,
        filters.workflow_id,
        filters.batch_id,
        filters.statuses,
        filters.verdicts,
        filters.promoted,
        filters.created_after,
        filters.created_before,
        query_of(filters.text),
        filters.decisions,
        filters.min_rating,
        filters.tags,
        filters.loras,
        filters.created_by_id,
        limit,
        last_id,
        *after.values,
    )
    return [shot_of(row) for row in found]


def query_of(text: str | None) -> str | None:
    """What a person typed as a tsquery: every word, or the beginning of one, in any order."""
    words = re.findall(r"\w+", text or "")
    return " & ".join(f"{word}:*" for word in words) or None
