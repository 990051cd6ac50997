"""What the reads and writes of one request see of others."""

import asyncpg
import pytest

from screentest.api.unit_of_work import UnitOfWork

_NAMES = "select name from users order by id"
_ADD = "insert into users (name, role) values ($1, 'viewer')"


async def names(connection):
    return [row["name"] for row in await connection.fetch(_NAMES)]


async def test_the_reads_of_one_request_see_one_moment(pool_of):
    pool = await pool_of("api")
    async with UnitOfWork(pool, only_reads=True) as unit:
        before = await names(await unit.tx())

        await pool.execute(_ADD, "somebody who came meanwhile")

        assert await names(await unit.tx()) == before
    async with UnitOfWork(pool, only_reads=True) as unit:
        assert await names(await unit.tx()) == [*before, "somebody who came meanwhile"]


async def test_a_request_that_only_reads_cannot_write(pool_of):
    pool = await pool_of("api")
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with UnitOfWork(pool, only_reads=True) as unit:
            await (await unit.tx()).execute(_ADD, "nobody")


async def test_a_request_that_fails_leaves_nothing(pool_of):
    pool = await pool_of("api")
    with pytest.raises(ZeroDivisionError):
        async with UnitOfWork(pool) as unit:
            await (await unit.tx()).execute(_ADD, "nobody")
            raise ZeroDivisionError

    assert await names(pool) == []
