"""Pages of a list that stay right while rows are added: keyset, not offset."""

import base64
import binascii
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from screentest.api.problems.general import InvalidRequest
from screentest.api.schemas.fields import MAX_ID

T = TypeVar("T")

MAX_LIMIT = 200

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items on the page.")]
Cursor = Annotated[
    str | None, Query(description="`next` of the page before; omit it for the first page.")
]


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(
        default=None,
        description="Cursor of the following page; null on the last one.",
        examples=["WzQyXQ"],
    )

    @classmethod
    def of(cls, found: list[T], limit: int, *keys: str) -> "Page[T]":
        """A page of at most ``limit`` items from ``limit + 1`` that were asked for.

        ``keys`` name the attributes the list is sorted by, the last of them unique.
        """
        items = found[:limit]
        if len(found) <= limit:
            return cls(items=items, next=None)
        return cls(items=items, next=write_cursor(*(getattr(items[-1], key) for key in keys)))


def write_cursor(*position: Any) -> str:
    """A position in a list as text that clients pass back and do not read."""
    text = json.dumps(position, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, length: int) -> list[Any]:
    """The position a cursor stands for: ``length`` values.

    Raises:
        InvalidRequest: the cursor is not one of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        position = None
    if not isinstance(position, list) or len(position) != length:
        raise _not_ours()
    return position


def read_id(cursor: str | None) -> int | None:
    """The id a list by id goes on from.

    Raises:
        InvalidRequest: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    (position,) = read_cursor(cursor, 1)
    if type(position) is not int or not 0 <= position <= MAX_ID:
        raise _not_ours()
    return position


def _not_ours() -> InvalidRequest:
    return InvalidRequest(
        [
            {
                "where": "query.cursor",
                "message": 'pass "next" of the page before as it is, or leave it out',
                "kind": "cursor",
            }
        ]
    )
