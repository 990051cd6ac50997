"""Reviews: one row a test shot, which the last word on each field makes."""

from screentest.api.domain.reviews import Review
from screentest.api.domain.users import User
from screentest.api.schemas.reviews import ReviewChanges
from screentest.common.db import Connection, Tx

#: A review as JSON, of the row ``v``; null where there is none.
REVIEW_JSON = """
    case when v.test_shot_id is not null then jsonb_build_object(
        'decision', v.decision, 'rating', v.rating, 'tags', v.tags, 'note', v.note,
        'by_id', v.by_id, 'by_name', v.by_name, 'at', v.at) end
"""

_REVIEW = """
select decision, rating, tags, note, by_id, by_name, at from reviews where test_shot_id = $1
"""


async def fetch_review(connection: Connection, shot_id: int) -> Review | None:
    """What was said of a test shot."""
    row = await connection.fetchrow(_REVIEW, shot_id)
    return None if row is None else Review.model_validate(dict(row))


# Field by field, so that two people who say different things at once both have said them.
_SAY = """
insert into reviews as said (test_shot_id, decision, rating, tags, note, by_id, by_name)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (test_shot_id) do update set
    decision = case when 'decision' = any($8::text[]) then excluded.decision else said.decision end,
    rating = case when 'rating' = any($8) then excluded.rating else said.rating end,
    tags = case when 'tags' = any($8) then excluded.tags else said.tags end,
    note = case when 'note' = any($8) then excluded.note else said.note end,
    by_id = excluded.by_id, by_name = excluded.by_name, at = now()
returning decision, rating, tags, note, by_id, by_name, at
"""


async def say(tx: Tx, shot_id: int, user: User, changes: ReviewChanges) -> Review:
    """Write what was said of a test shot that exists; returns the review as it is now."""
    row = await tx.fetchrow(
        _SAY,
        shot_id,
        changes.decision,
        changes.rating,
        changes.tags or [],
        changes.note or "",
        user.id,
        user.name,
        sorted(changes.model_fields_set),
    )
    assert row is not None, "an upsert returns its row"
    return Review.model_validate(dict(row))
