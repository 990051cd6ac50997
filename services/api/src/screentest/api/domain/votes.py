"""Blind votes on pairs of clips, and which pair is worth somebody's next look."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from pydantic import Field

from screentest.api.domain.ranking import chance
from screentest.common.recipes import Frozen

#: What a judgement of two characters tells, against one of the same: it is also about who is liked.
_OF_TWO_CHARACTERS = 0.5


class Winner(StrEnum):
    """Which side was better."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


class Vote(Frozen):
    """What a person said of a pair; the last word counts."""

    id: int
    scene_type_id: int
    left_shot_id: int
    right_shot_id: int
    winner: Winner
    by_id: int | None
    by_name: str = Field(examples=["ada"])
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A test shot that can be voted on."""

    shot_id: int
    token: UUID
    character_id: int
    recipe_hash: str
    video: str
    poster: str | None
    #: By the votes there are; 0 without any.
    strength: float
    votes: int


def worth_comparing(
    contenders: Sequence[Contender], left_out: Collection[tuple[int, int]]
) -> tuple[Contender, Contender] | None:
    """The pair of which a vote would tell most; None when every pair is left out.

    ``left_out``: pairs of ids, the smaller first. What a vote tells of a difference grows with the
    chance of either outcome, p (1 - p), and with how little is known of both. The same pixels are
    never compared.
    """
    best, most = None, 0.0
    for one, other in combinations(contenders, 2):
        if pair_of(one.shot_id, other.shot_id) in left_out or one.recipe_hash == other.recipe_hash:
            continue
        wins = chance(one.strength - other.strength)
        told = wins * (1 - wins) * (1 / (1 + one.votes) + 1 / (1 + other.votes))
        if one.character_id != other.character_id:
            told *= _OF_TWO_CHARACTERS
        if told > most:
            best, most = (one, other), told
    return best


def pair_of(shot_id: int, other_id: int) -> tuple[int, int]:
    """Two ids, the smaller first."""
    return min(shot_id, other_id), max(shot_id, other_id)
