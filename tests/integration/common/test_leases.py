"""Leases on a real database."""

import asyncio

from screentest.common import leases
from screentest.common.db import transaction
from screentest.common.leases import Lease

EXPIRE = "update leases set expires_at = now() - interval '1 second'"


async def test_only_one_of_many_claims_wins(pool_of):
    pool = await pool_of("gpu_runner")

    async def claim(owner: str) -> Lease | None:
        async with pool.acquire() as connection:
            return await leases.claim(connection, "render", owner, ttl_s=60)

    claims = await asyncio.gather(*(claim(f"worker-{n}") for n in range(20)))

    assert len([lease for lease in claims if lease]) == 1


async def test_expired_lease_is_claimed_with_a_higher_token_and_outdates_the_old_one(pool_of):
    pool = await pool_of("gpu_runner")
    old = await leases.claim(pool, "render", "a", ttl_s=60)
    await pool.execute(EXPIRE)
    new = await leases.claim(pool, "render", "b", ttl_s=60)

    assert (old.token, new.token) == (1, 2)
    assert not await leases.renew(pool, old, ttl_s=60)
    async with transaction(pool) as tx:
        assert not await leases.holds(tx, old)
        assert await leases.holds(tx, new)


async def test_releasing_an_outdated_lease_leaves_the_new_owner_alone(pool_of):
    pool = await pool_of("gpu_runner")
    old = await leases.claim(pool, "render", "a", ttl_s=60)
    await pool.execute(EXPIRE)
    new = await leases.claim(pool, "render", "b", ttl_s=60)
    await leases.release(pool, old)
    await leases.hand_back(pool, old)

    assert await leases.renew(pool, new, ttl_s=60)


async def test_lease_that_ran_out_unclaimed_can_be_renewed(pool_of):
    pool = await pool_of("gpu_runner")
    lease = await leases.claim(pool, "render", "a", ttl_s=60)
    await pool.execute(EXPIRE)

    assert await leases.renew(pool, lease, ttl_s=60)
    assert await leases.claim(pool, "render", "b", ttl_s=60) is None


async def test_lease_handed_back_is_free_at_once(pool_of):
    pool = await pool_of("gpu_runner")
    lease = await leases.claim(pool, "render", "a", ttl_s=60)
    assert await leases.claim(pool, "render", "b", ttl_s=60) is None
    await leases.hand_back(pool, lease)

    assert (await leases.claim(pool, "render", "b", ttl_s=60)).token == 2


async def test_result_and_takeover_cannot_both_happen(pool_of):
    """The holder's check locks the lease: a takeover waits for its commit and then comes late."""
    pool = await pool_of("gpu_runner")
    lease = await leases.claim(pool, "render", "a", ttl_s=60)
    await pool.execute(EXPIRE)
    async with transaction(pool) as tx:
        assert await leases.holds(tx, lease)
        takeover = asyncio.create_task(leases.claim(pool, "render", "b", ttl_s=60))
        await asyncio.wait([takeover], timeout=0.1)
        assert not takeover.done()
        await leases.renew(tx, lease, ttl_s=60)

    assert await takeover is None
