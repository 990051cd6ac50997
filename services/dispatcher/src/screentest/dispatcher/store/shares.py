"""Accounts of fair shares. Read and written under the release lock only."""

from asyncpg import Record

from screentest.common.db import Tx
from screentest.common.events import Lane
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.shares import Shares

_LANES = "select lane, typical_s, guaranteed from lane_shares"

_PLACES = "select renderer, capability_class, lane, clock_s, credit_s from place_shares"

_USERS = """
select renderer, capability_class, lane, user_id, virtual_s
from user_shares join place_shares using (renderer, capability_class, lane)
where virtual_s > clock_s
"""


async def load_shares(tx: Tx) -> Shares:
    """All accounts; those of users behind their lane's clock stand at the clock anyway."""
    shares = Shares(production_share=0)
    for row in await tx.fetch(_LANES):
        lane = Lane(row["lane"])
        if row["typical_s"] is not None:
            shares.typical_s[lane] = row["typical_s"]
        if lane is Lane.PRODUCTION:
            shares.production_share = row["guaranteed"]
    for row in await tx.fetch(_PLACES):
        account = shares.at(_place(row))
        lane = Lane(row["lane"])
        account.clock_s[lane] = row["clock_s"]
        if lane is Lane.PRODUCTION:
            account.production_credit_s = row["credit_s"]
    for row in await tx.fetch(_USERS):
        shares.at(_place(row)).users[Lane(row["lane"]), row["user_id"]] = row["virtual_s"]
    return shares


def _place(row: Record) -> Place:
    return Place(renderer=Renderer(row["renderer"]), capability_class=row["capability_class"])


_SAVE_LANE = "update lane_shares set typical_s = $2 where lane = $1"

_SAVE_PLACE = """
insert into place_shares (renderer, capability_class, lane, clock_s, credit_s)
values ($1, $2, $3, $4, $5)
on conflict (renderer, capability_class, lane) do update set clock_s = $4, credit_s = $5
"""

_SAVE_USER = """
insert into user_shares (renderer, capability_class, lane, user_id, virtual_s)
values ($1, $2, $3, $4, $5)
on conflict (renderer, capability_class, lane, user_id) do update set virtual_s = $5
"""


async def save_shares(tx: Tx, shares: Shares) -> None:
    """Record all accounts that may have changed."""
    await tx.executemany(_SAVE_LANE, list(shares.typical_s.items()))
    await tx.executemany(
        _SAVE_PLACE,
        [
            (
                place.renderer,
                place.capability_class,
                lane,
                clock_s,
                account.production_credit_s if lane is Lane.PRODUCTION else 0,
            )
            for place, account in shares.places.items()
            for lane, clock_s in account.clock_s.items()
        ],
    )
    await tx.executemany(
        _SAVE_USER,
        [
            (place.renderer, place.capability_class, lane, user, account.users[lane, user])
            for place, account in shares.places.items()
            for lane, user in account.touched
        ],
    )


_FORGET = """
delete from place_shares
where (renderer, capability_class) not in (select renderer, capability_class from workers)
"""


async def forget_places(tx: Tx) -> None:
    """Drop the accounts of places that no worker was seen at for a day."""
    await tx.execute(_FORGET)


_GUARANTEE = "update lane_shares set guaranteed = $1 where lane = 'production'"


async def guarantee(tx: Tx, production_share: float) -> None:
    """Record what production is guaranteed, for all replicas."""
    await tx.execute(_GUARANTEE, production_share)


# A render that a handler is just writing down is settled by that handler, when it releases.
_BALANCE = """
with unsettled as (
    select id, run_id, capability_class, charged_s, gpu_seconds, contended,
        status = 'rendered' as rendered
    from renders where status <> 'released' and charged_s <> gpu_seconds
    for update skip locked),
settled as (
    update renders set charged_s = unsettled.gpu_seconds
    from unsettled where renders.id = unsettled.id
    returning renders.id, renders.reused)
select runs.renderer, unsettled.capability_class, runs.lane, runs.requested_by, runs.weight,
    unsettled.contended, unsettled.rendered, unsettled.gpu_seconds,
    unsettled.gpu_seconds - unsettled.charged_s as more_s
from unsettled join settled using (id) join runs on runs.id = unsettled.run_id
where not settled.reused
"""


async def balance(tx: Tx, shares: Shares) -> bool:
    """Let what renders did cost take the place of what was expected; False when nothing ended."""
    ended = await tx.fetch(_BALANCE)
    for row in ended:
        lane = Lane(row["lane"])
        shares.at(_place(row)).settle(
            lane, row["requested_by"], row["weight"], row["more_s"], contended=row["contended"]
        )
        if row["rendered"]:
            shares.learn(lane, row["gpu_seconds"])
    return bool(ended)
