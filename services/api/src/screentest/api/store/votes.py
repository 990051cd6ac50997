"""Votes on pairs of test shots, and the strengths that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from screentest.api.domain.ranking import Tally
from screentest.api.domain.users import User
from screentest.api.domain.votes import Contender, Vote, Winner
from screentest.api.store.rows import only
from screentest.common.db import Connection, Tx


@dataclass(frozen=True, kw_only=True)
class VotedShot:
    """What a ranking tells of a test shot."""

    id: int
    label: str
    character_id: int
    character_name: str
    parameters: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Side:
    """A test shot that a vote is on."""

    id: int
    scene_type_id: int
    is_rendered: bool


# Nobody deletes them before the vote is stored.
_SIDES = """
select id, run_id, scene_type_id, artefacts is not null as is_rendered
from test_shots where id = any($1::bigint[]) or run_id = any($2::uuid[])
order by id for key share
"""


async def fetch_sides(
    tx: Tx, shot_ids: Sequence[int], tokens: Sequence[UUID]
) -> dict[int | UUID, Side]:
    """Test shots by their ids and by their tokens, as far as there are any."""
    sides: dict[int | UUID, Side] = {}
    for row in await tx.fetch(_SIDES, shot_ids, tokens):
        side = Side(
            id=row["id"], scene_type_id=row["scene_type_id"], is_rendered=row["is_rendered"]
        )
        sides[side.id] = sides[row["run_id"]] = side
    return sides


# Who votes on a scene type sees all votes on it that were there before.
_TAKE_TURN = "select pg_advisory_xact_lock(hashtextextended('api.votes', $1))"


async def take_turn(tx: Tx, scene_type_id: int) -> None:
    """Let nobody else vote on a scene type until the transaction ends."""
    await tx.execute(_TAKE_TURN, scene_type_id)


_SAY = """
insert into votes as said
    (scene_type_id, one_shot_id, other_shot_id, winner, by_id, by_name)
values ($1, $2, $3, $4, $5, $6)
on conflict (by_id, one_shot_id, other_shot_id) do update set
    winner = excluded.winner, by_name = excluded.by_name, at = now()
returning id, by_id, by_name, at
"""


async def say(
    tx: Tx, user: User, scene_type_id: int, *, left: int, right: int, winner: Winner
) -> Vote:
    """Store what a user says of a pair, instead of what they said before."""
    one, other = ("left", "right") if left < right else ("right", "left")
    stored = {one: "one", other: "other"}.get(winner.value, "tie")
    row = await only(
        tx, _SAY, scene_type_id, min(left, right), max(left, right), stored, user.id, user.name
    )
    return Vote(
        scene_type_id=scene_type_id, left_shot_id=left, right_shot_id=right, winner=winner, **row
    )


_TALLIES = """
select one_shot_id as one, other_shot_id as other,
    count(*) filter (where winner = 'one') as wins,
    count(*) filter (where winner = 'other') as losses,
    count(*) filter (where winner = 'tie') as ties
from votes where scene_type_id = $1 group by one_shot_id, other_shot_id
"""


async def fetch_tallies(connection: Connection, scene_type_id: int) -> list[Tally[int]]:
    """The votes on each pair of test shots of a scene type."""
    return [Tally(**dict(row)) for row in await connection.fetch(_TALLIES, scene_type_id)]


_PEOPLE = """
select count(distinct coalesce(by_id::text, by_name)) from votes where scene_type_id = $1
"""


async def count_people(connection: Connection, scene_type_id: int) -> int:
    """How many have voted on a scene type."""
    return int(await connection.fetchval(_PEOPLE, scene_type_id))


_STRENGTHS = "select test_shot_id, strength from shot_strengths where scene_type_id = $1"


async def fetch_strengths(connection: Connection, scene_type_id: int) -> dict[int, float]:
    """What was kept last."""
    rows = await connection.fetch(_STRENGTHS, scene_type_id)
    return {row["test_shot_id"]: row["strength"] for row in rows}


_KEEP = """
insert into shot_strengths as known (test_shot_id, scene_type_id, strength, votes)
select shot_id, $1, strength, votes
from unnest($2::bigint[], $3::float8[], $4::integer[]) fitted (shot_id, strength, votes)
on conflict (test_shot_id) do update set strength = excluded.strength, votes = excluded.votes
where (known.strength, known.votes) is distinct from (excluded.strength, excluded.votes)
"""

# Those whose every opponent was deleted.
_FORGET = """
delete from shot_strengths where scene_type_id = $1 and test_shot_id <> all($2::bigint[])
"""


async def keep_strengths(
    tx: Tx, scene_type_id: int, strengths: Mapping[int, float], votes: Mapping[int, int]
) -> None:
    """Write the strengths of a scene type's test shots, and on how many votes they rest."""
    ids = list(strengths)
    await tx.execute(_FORGET, scene_type_id, ids)
    await tx.execute(
        _KEEP, scene_type_id, ids, list(strengths.values()), [votes[one] for one in ids]
    )


_VOTED_SHOTS = """
select s.id, s.label, s.character_id, c.name as character_name, s.parameters
from test_shots s join characters c on c.id = s.character_id
where s.id = any($1::bigint[])
"""


async def fetch_voted_shots(
    connection: Connection, shot_ids: Sequence[int]
) -> dict[int, VotedShot]:
    """What a ranking tells of test shots."""
    rows = await connection.fetch(_VOTED_SHOTS, shot_ids)
    return {row["id"]: VotedShot(**dict(row)) for row in rows}


# Those with the fewest votes, in another order each time.
_CONTENDERS = """
select s.id as shot_id, s.run_id as token, s.character_id, s.recipe_hash,
    s.output_video_path as video, s.poster_path as poster,
    coalesce(r.strength, 0) as strength, coalesce(r.votes, 0) as votes
from test_shots s left join shot_strengths r on r.test_shot_id = s.id
where s.scene_type_id = $1 and s.output_video_path is not null
order by coalesce(r.votes, 0), random() limit $2
"""


async def fetch_contenders(
    connection: Connection, scene_type_id: int, *, limit: int
) -> list[Contender]:
    """Test shots with a clip that least is known of."""
    rows = await connection.fetch(_CONTENDERS, scene_type_id, limit)
    return [Contender(**dict(row)) for row in rows]


_VOTED_PAIRS = """
select one_shot_id, other_shot_id from votes
where by_id = $1 and one_shot_id = any($2::bigint[]) and other_shot_id = any($2)
"""


async def fetch_voted_pairs(
    connection: Connection, user_id: int, shot_ids: Sequence[int]
) -> set[tuple[int, int]]:
    """Pairs among these test shots that a user has voted on, the smaller id first."""
    rows = await connection.fetch(_VOTED_PAIRS, user_id, shot_ids)
    return {(row["one_shot_id"], row["other_shot_id"]) for row in rows}
