"""Blind A/B: pairs to choose from, votes, and who is best by them."""

from typing import Annotated

from fastapi import Query, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.domain.votes import Vote
from screentest.api.handlers import votes
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneTypeNotFound
from screentest.api.problems.shots import NotRendered, ShotNotFound
from screentest.api.problems.votes import NoPairLeft, NotComparable
from screentest.api.schemas.fields import Reference, RowId
from screentest.api.schemas.votes import BlindPair, RankedBy, Ranking, TokenPair, VoteRequest
from screentest.api.unit_of_work import InTx

router = router_for("quality")


@router.post("/votes", responses=may_answer(ShotNotFound, NotRendered, NotComparable))
async def vote_on_pair(user: Creator, tx: InTx, body: VoteRequest) -> Vote:
    """Say which of two clips is better. Saying it again of the pair replaces what was said."""
    return await votes.vote(tx, user, body)


@router.get("/votes/next", responses=may_answer(SceneTypeNotFound, NoPairLeft))
async def get_next_pair(
    user: Viewer,
    tx: InTx,
    response: Response,
    scene_type_id: Annotated[Reference, Query()],
    skip: Annotated[
        list[TokenPair] | None,
        Query(
            max_length=100,
            description="Pairs to leave out this time, each as the tokens of its two clips with a "
            "comma between: those you would rather not vote on.",
        ),
    ] = None,
) -> BlindPair:
    """Two clips that you have not compared yet, and that it is worth while to.

    Those of near strengths and few votes come first, two of one character before two of different
    ones. Nothing says what they are of; which is on which side is chance.
    """
    response.headers["Cache-Control"] = "no-store"
    return await votes.next_pair(tx, user, scene_type_id, skip or ())


@router.get("/scene-types/{scene_type_id}/ranking", responses=may_answer(SceneTypeNotFound))
async def get_ranking(
    _: Viewer,
    tx: InTx,
    scene_type_id: RowId,
    by: Annotated[
        RankedBy, Query(description="A configuration is all but the character and the seed.")
    ] = RankedBy.CONFIGURATION,
) -> Ranking:
    """The strengths that all votes on a scene type's test shots give, and how sure they are.

    By the model of Bradley and Terry; ties count half. Everyone has also tied once with an average
    one, so that few votes say little. `standard_error` is from the observed information; the
    intervals hold with 95 %.
    """
    return await votes.ranking(tx, scene_type_id, by)
