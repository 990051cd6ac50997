"""Waiting for a migration that runs beside the services."""

import asyncio

import pytest

from screentest.common.db import connect
from screentest.common.migrate import SCHEMAS, dsn_for, migrate
from screentest.common.migrated import missing, until_migrated

PASSWORDS = {schema: f"test-{schema}" for schema in SCHEMAS}


@pytest.fixture
def root(tmp_path):
    for folder in ("common", *SCHEMAS):
        (tmp_path / folder).mkdir()
    (tmp_path / "common" / "0001_pre_shared.sql").write_text("create table shared (id int);")
    return tmp_path


async def test_a_service_waits_for_its_pre_migrations_and_no_others(empty_database, root, capsys):
    dsn = dsn_for(empty_database, "qa", PASSWORDS["qa"])
    waiting = asyncio.create_task(until_migrated(dsn, "qa", root))
    await migrate(empty_database, root=root, role_passwords=PASSWORDS)
    await waiting

    (root / "qa" / "0001_pre_scores.sql").write_text("create table scores (id int);")
    (root / "qa" / "0002_post_less.sql").write_text("drop table shared;")
    (root / "api" / "0001_pre_other.sql").write_text("create table other (id int);")
    connection = await connect(dsn, schema="qa")
    assert await missing(connection, "qa", root) == ["qa/0001_pre_scores.sql"]

    waiting = asyncio.create_task(until_migrated(dsn, "qa", root))
    while "lacks qa/0001_pre_scores.sql" not in capsys.readouterr().err:
        assert not waiting.done()
        await asyncio.sleep(0.01)
    await migrate(empty_database, root=root, only_pre=True)
    await waiting
    assert await missing(connection, "qa", root) == []
    await connection.close()


async def test_a_newer_database_is_good_enough(empty_database, root):
    """A pod of the version before is started again in the middle of an upgrade."""
    (root / "qa" / "0001_pre_scores.sql").write_text("create table scores (id int);")
    await migrate(empty_database, root=root, role_passwords=PASSWORDS)
    (root / "qa" / "0001_pre_scores.sql").unlink()

    async with asyncio.timeout(30):
        await until_migrated(dsn_for(empty_database, "qa", PASSWORDS["qa"]), "qa", root)
