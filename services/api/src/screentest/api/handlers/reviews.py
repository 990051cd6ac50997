"""Reviews: what people think of test shots, and that it is kept who thought so."""

from screentest.api.domain.reviews import Review
from screentest.api.domain.users import User
from screentest.api.problems.shots import NotRendered, ShotNotFound
from screentest.api.schemas.reviews import ReviewChanges
from screentest.api.store import audit, changes, reviews, shots
from screentest.common.db import Tx


async def review_shot(tx: Tx, user: User, shot_id: int, said: ReviewChanges) -> None:
    """Keep what ``user`` says of a test shot, anybody's.

    Raises:
        ShotNotFound: there is no such shot.
        NotRendered: it is judged, and nobody can have seen it.
    """
    if not await shots.hold_shots(tx, [shot_id]):
        raise ShotNotFound(shot_id)
    judged = said.decision is not None or said.rating is not None
    if judged and not await shots.has_clip(tx, shot_id):
        raise NotRendered(
            f"Test shot {shot_id} has no clip, so nobody can have seen it: "
            "leave decision and rating out until it is rendered."
        )
    before = await reviews.fetch_review(tx, shot_id)
    after = await reviews.say(tx, shot_id, user, said)
    await audit.record(
        tx, user, "test-shot.reviewed", shot_id, before=_said(before), after=_said(after)
    )
    await changes.tell_shot(tx, shot_id)


def _said(review: Review | None) -> dict[str, object] | None:
    if review is None:
        return None
    return review.model_dump(mode="json", exclude={"by_id", "by_name", "at"})
