"""Accounts of fair shares. Read and written under the release lock only."""

from screentest.common.db import Tx
from screentest.common.events import Lane
from screentest.dispatcher.domain.shares import LaneAccount, Shares

_LANES = "select lane, clock_s, typical_s, guaranteed, credit_s from lane_shares"

_USERS = """
select lane, user_id, virtual_s from user_shares join lane_shares using (lane)
where virtual_s > clock_s
"""


async def load_shares(tx: Tx) -> Shares:
    """All accounts; those of users behind their lane's clock stand at the clock anyway."""
    shares = Shares(production_share=0)
    for row in await tx.fetch(_LANES):
        lane = Lane(row["lane"])
        shares.lanes[lane] = LaneAccount(clock_s=row["clock_s"], typical_s=row["typical_s"])
        if lane is Lane.PRODUCTION:
            shares.production_share = row["guaranteed"]
            shares.production_credit_s = row["credit_s"]
    for row in await tx.fetch(_USERS):
        shares.users[Lane(row["lane"]), row["user_id"]] = row["virtual_s"]
    return shares


_SAVE_LANES = """
update lane_shares set clock_s = saved.clock_s, typical_s = saved.typical_s,
    credit_s = saved.credit_s
from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[])
    as saved (lane, clock_s, typical_s, credit_s)
where lane_shares.lane = saved.lane
"""

_SAVE_USERS = """
insert into user_shares (lane, user_id, virtual_s)
select * from unnest($1::text[], $2::bigint[], $3::float8[])
on conflict (lane, user_id) do update set virtual_s = excluded.virtual_s
"""


async def save_shares(tx: Tx, shares: Shares) -> None:
    """Record all accounts."""
    credit = {Lane.PREVIEW: 0.0, Lane.PRODUCTION: shares.production_credit_s}
    await tx.execute(
        _SAVE_LANES,
        list(shares.lanes),
        [account.clock_s for account in shares.lanes.values()],
        [account.typical_s for account in shares.lanes.values()],
        [credit[lane] for lane in shares.lanes],
    )
    await tx.execute(
        _SAVE_USERS,
        [lane for lane, _ in shares.users],
        [user for _, user in shares.users],
        list(shares.users.values()),
    )


_GUARANTEE = "update lane_shares set guaranteed = $1 where lane = 'production'"


async def guarantee(tx: Tx, production_share: float) -> None:
    """Record what production is guaranteed, for all replicas."""
    await tx.execute(_GUARANTEE, production_share)


# A render that a handler is just writing down is settled by that handler, when it releases.
_BALANCE = """
with unsettled as (
    select id, run_id, charged_s, gpu_seconds, contended, status = 'rendered' as rendered
    from renders where status <> 'released' and charged_s <> gpu_seconds
    for update skip locked),
settled as (
    update renders set charged_s = unsettled.gpu_seconds
    from unsettled where renders.id = unsettled.id
    returning renders.id, renders.reused)
select runs.lane, runs.requested_by, runs.weight, unsettled.contended, unsettled.rendered,
    unsettled.gpu_seconds, unsettled.gpu_seconds - unsettled.charged_s as more_s
from unsettled join settled using (id) join runs on runs.id = unsettled.run_id
where not settled.reused
"""


async def balance(tx: Tx, shares: Shares) -> bool:
    """Let what renders did cost take the place of what was expected; False when nothing ended."""
    ended = await tx.fetch(_BALANCE)
    for row in ended:
        lane = Lane(row["lane"])
        shares.settle(
            lane, row["requested_by"], row["weight"], row["more_s"], contended=row["contended"]
        )
        if row["rendered"]:
            shares.learn(lane, row["gpu_seconds"])
    return bool(ended)
