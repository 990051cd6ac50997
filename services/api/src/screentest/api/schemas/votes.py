"""Votes, pairs to vote on, and the ranking that follows."""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from screentest.api.domain.votes import Winner
from screentest.api.schemas.fields import Reference

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: Two tokens of a pair that was shown, in either order: written so in a query, once for each pair.
TokenPair = Annotated[
    str, StringConstraints(to_lower=True, pattern=rf"^{_UUID},{_UUID}$", max_length=73)
]


class VoteRequest(BaseModel):
    """Which of two clips was better: named by ids, or by the tokens they were shown with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"left_shot_id": 7, "right_shot_id": 9, "winner": "left"},
                {
                    "left": "0197f0c2-7d1e-7c3a-9d51-3f7f2f0c9a11",
                    "right": "0197f0c2-7d1e-7c3a-9d51-3f7f2f0c9a12",
                    "winner": "tie",
                },
            ]
        },
    )

    left_shot_id: Reference | None = None
    right_shot_id: Reference | None = None
    left: UUID | None = Field(default=None, description="Token of `GET /api/votes/next`.")
    right: UUID | None = None
    winner: Winner

    @model_validator(mode="after")
    def _names_two(self) -> Self:
        by_id = (self.left_shot_id is not None, self.right_shot_id is not None)
        by_token = (self.left is not None, self.right is not None)
        if not (all(by_id) and not any(by_token)) and not (all(by_token) and not any(by_id)):
            raise ValueError(
                "name both sides in one way: left_shot_id and right_shot_id, or left and right"
            )
        return self


class BlindClip(BaseModel):
    """A clip without anything that says what it is of, or how good it is said to be."""

    token: UUID
    video: str = Field(description="Storage key: read it at `/api/media/{key}`.")
    poster: str | None


class BlindPair(BaseModel):
    """Two clips to choose from; which is on which side is chance."""

    scene_type_id: int
    left: BlindClip
    right: BlindClip


class RankedBy(StrEnum):
    """What is ranked."""

    CONFIGURATION = "configuration"
    CHARACTER = "character"
    SHOT = "shot"


class Chance(BaseModel):
    """Of winning against an average one."""

    value: float = Field(examples=[0.71])
    low: float | None = Field(description="With 95 % certainty it is not less.", examples=[0.58])
    high: float | None = Field(description="Nor more.", examples=[0.81])


class Ranked(BaseModel):
    """What the votes say of one configuration, character or test shot."""

    id: str = Field(description="Of the character or test shot; stable for a configuration.")
    name: str = Field(examples=["cfg 6.5, film-look 0.8"])
    test_shot_id: int = Field(description="The strongest test shot of it.")
    test_shots: int = Field(description="That anybody voted on.")
    strength: float = Field(description="Natural logarithm of the odds against an average one.")
    standard_error: float | None = Field(description="Of the strength; null in long rankings.")
    votes: int
    wins: int
    losses: int
    ties: int
    win_rate: float = Field(description="Share of its votes that it won, half of a tie.")
    chance: Chance
    configuration: dict[str, Any] | None = Field(
        description="Workflow, values, LoRAs and templates; null for others than configurations."
    )


class Ranking(BaseModel):
    """The strongest first; who nobody has voted on is not in it."""

    scene_type_id: int
    by: RankedBy
    votes: int = Field(description="That count: a vote on two of the same says nothing here.")
    people: int = Field(description="Who voted on this scene type.")
    items: list[Ranked]
