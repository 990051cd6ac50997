"""Votes: stored with what follows from them, and the ranking they make."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from screentest.api.domain.configurations import configuration_of, key_of, names_apart
from screentest.api.domain.ranking import Standing, Tally, rank, strengths
from screentest.api.domain.users import User
from screentest.api.domain.votes import Contender, Vote, pair_of, worth_comparing
from screentest.api.problems.catalogue import SceneTypeNotFound
from screentest.api.problems.shots import NotRendered, ShotNotFound
from screentest.api.problems.votes import NoPairLeft, NotComparable
from screentest.api.schemas.votes import (
    BlindClip,
    BlindPair,
    Chance,
    Ranked,
    RankedBy,
    Ranking,
    VoteRequest,
)
from screentest.api.store import scene_types, votes
from screentest.api.store.votes import Side, VotedShot
from screentest.common.db import Connection, Tx

#: Of so many test shots a pair is chosen: some thousand pairs, looked at in milliseconds.
_CONTENDERS = 100
#: For an order: the ranking itself is found exactly.
_TOLERANCE = 1e-6


async def vote(tx: Tx, user: User, said: VoteRequest) -> Vote:
    """Store a vote, and the strengths of the scene type's test shots that follow.

    Raises:
        ShotNotFound: there is no such test shot, or none that was shown with that token.
        NotRendered: one of them has no clip.
        NotComparable: they are the same, or of two scene types.
    """
    left, right = await _sides(tx, said)
    await votes.take_turn(tx, left.scene_type_id)
    stored = await votes.say(
        tx, user, left.scene_type_id, left=left.id, right=right.id, winner=said.winner
    )
    tallies = await votes.fetch_tallies(tx, left.scene_type_id)
    before = await votes.fetch_strengths(tx, left.scene_type_id)
    found = await asyncio.to_thread(strengths, tallies, start=before, tolerance=_TOLERANCE)
    counts: defaultdict[int, int] = defaultdict(int)
    for tally in tallies:
        counts[tally.one] += tally.votes
        counts[tally.other] += tally.votes
    await votes.keep_strengths(tx, left.scene_type_id, found, counts)
    return stored


async def _sides(tx: Tx, said: VoteRequest) -> tuple[Side, Side]:
    asked = [
        said.left if said.left_shot_id is None else said.left_shot_id,
        said.right if said.right_shot_id is None else said.right_shot_id,
    ]
    ids = [one for one in asked if isinstance(one, int)]
    tokens = [one for one in asked if one is not None and not isinstance(one, int)]
    known = await votes.fetch_sides(tx, ids, tokens)
    sides = []
    for one in asked:
        if one not in known:
            raise ShotNotFound(one)
        sides.append(known[one])
    left, right = sides
    if left.id == right.id or left.scene_type_id != right.scene_type_id:
        raise NotComparable(
            f"Test shots {left.id} and {right.id} are not two of one scene type: vote on a pair "
            "of GET /api/votes/next, or on two clips that were made for the same."
        )
    for side in sides:
        if not side.is_rendered:
            raise NotRendered(f"Test shot {side.id} has no clip, so nobody can have seen it.")
    return left, right


async def next_pair(
    connection: Connection, user: User, scene_type_id: int, skipped: Sequence[str] = ()
) -> BlindPair:
    """Two clips that the user has not compared, and of which a vote would tell most.

    ``skipped``: pairs that are not to be shown, as two tokens with a comma between.

    Raises:
        SceneTypeNotFound: there is no such type.
        NoPairLeft: there is no such pair.
    """
    if await scene_types.scene_type(connection, scene_type_id) is None:
        raise SceneTypeNotFound(scene_type_id)
    found = await votes.fetch_contenders(connection, scene_type_id, limit=_CONTENDERS)
    ids = [one.shot_id for one in found]
    voted = await votes.fetch_voted_pairs(connection, user.id, ids)
    pair = worth_comparing(found, voted | _pairs_of(found, skipped))
    if pair is None:
        done = "compared or skipped" if skipped else "compared"
        raise NoPairLeft(
            f"You have {done} all clips there are of scene type {scene_type_id}: ask for more "
            "test shots, or look at the ranking."
        )
    left, right = pair if secrets.randbits(1) else pair[::-1]
    return BlindPair(scene_type_id=scene_type_id, left=_blind(left), right=_blind(right))


def _pairs_of(contenders: Sequence[Contender], skipped: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of ids for pairs of tokens; those not to choose from do not count."""
    ids = {str(one.token): one.shot_id for one in contenders}
    pairs = [tokens.split(",") for tokens in skipped]
    return {pair_of(ids[one], ids[other]) for one, other in pairs if one in ids and other in ids}


def _blind(contender: Contender) -> BlindClip:
    return BlindClip(token=contender.token, video=contender.video, poster=contender.poster)


async def ranking(connection: Connection, scene_type_id: int, by: RankedBy) -> Ranking:
    """What all votes on a scene type say.

    Raises:
        SceneTypeNotFound: there is no such type.
    """
    if await scene_types.scene_type(connection, scene_type_id) is None:
        raise SceneTypeNotFound(scene_type_id)
    tallies = await votes.fetch_tallies(connection, scene_type_id)
    ids = list({one for tally in tallies for one in (tally.one, tally.other)})
    shots = await votes.fetch_voted_shots(connection, ids)
    kept = await votes.fetch_strengths(connection, scene_type_id)
    groups = _Groups(by, shots)
    counted = groups.tallies(tallies)
    standings = await asyncio.to_thread(rank, counted)
    return Ranking(
        scene_type_id=scene_type_id,
        by=by,
        votes=sum(tally.votes for tally in counted),
        people=await votes.count_people(connection, scene_type_id),
        items=[groups.ranked(standing, kept) for standing in standings],
    )


class _Groups:
    """Test shots by what is ranked."""

    def __init__(self, by: RankedBy, shots: Mapping[int, VotedShot]) -> None:
        self._by = by
        self._configurations: dict[str, dict[str, Any]] = {}
        self._members: defaultdict[str, list[VotedShot]] = defaultdict(list)
        self._of: dict[int, str] = {}
        for shot in shots.values():
            key = self._of[shot.id] = self._key(shot)
            self._members[key].append(shot)
        self._names = names_apart(self._configurations)

    def tallies(self, of_shots: Sequence[Tally[int]]) -> list[Tally[str]]:
        """The votes on pairs of groups; one on two of the same group tells nothing."""
        return [
            Tally(self._of[one.one], self._of[one.other], one.wins, one.losses, one.ties)
            for one in of_shots
            if self._of[one.one] != self._of[one.other]
        ]

    def ranked(self, standing: Standing[str], strengths_of_shots: Mapping[int, float]) -> Ranked:
        """A group with what the votes say of it."""
        members = self._members[standing.item]
        best = max(members, key=lambda one: (strengths_of_shots.get(one.id, 0.0), -one.id))
        low, high = standing.chance_interval or (None, None)
        return Ranked(
            id=standing.item,
            name=self._name(standing.item, best),
            test_shot_id=best.id,
            test_shots=len(members),
            strength=standing.strength,
            standard_error=standing.standard_error,
            votes=standing.votes,
            wins=standing.wins,
            losses=standing.losses,
            ties=standing.ties,
            win_rate=standing.win_rate,
            chance=Chance(value=standing.chance, low=low, high=high),
            configuration=self._configurations.get(standing.item),
        )

    def _key(self, shot: VotedShot) -> str:
        match self._by:
            case RankedBy.SHOT:
                return str(shot.id)
            case RankedBy.CHARACTER:
                return str(shot.character_id)
            case RankedBy.CONFIGURATION:
                configuration = configuration_of(shot.parameters)
                key = key_of(configuration)
                self._configurations[key] = configuration
                return key

    def _name(self, key: str, best: VotedShot) -> str:
        match self._by:
            case RankedBy.SHOT:
                return best.label or f"test shot {best.id}"
            case RankedBy.CHARACTER:
                return best.character_name
            case RankedBy.CONFIGURATION:
                return self._names[key]
