"""What somebody says of a test shot."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from screentest.api.domain.reviews import Decision
from screentest.api.schemas.fields import absent

Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$"
    ),
]


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[list[Tag], Field(max_length=20), AfterValidator(_each_once)]
Note = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]


class ReviewChanges(BaseModel):
    """What is said anew; what is left out stays as it was. Null takes a decision or rating back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"decision": "rejected", "rating": 2, "tags": ["hands"], "note": "melts"}]
        },
    )

    decision: Decision | None = absent()
    rating: Annotated[int, Field(ge=1, le=5)] | None = absent()
    tags: Tags = absent()
    note: Note = absent()
