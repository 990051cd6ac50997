"""The migrations runner and the isolation of the roles it makes."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from screentest.common.db import connect
from screentest.common.ids import new_id
from screentest.common.migrate import SCHEMAS, MigrationError, dsn_for, migrate

MIGRATIONS = Path(__file__).parents[3] / "migrations"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "0001_pre_shared.sql").write_text("create table shared (id int);")
    for schema in SCHEMAS:
        (tmp_path / schema).mkdir()
    (tmp_path / "qa" / "0001_pre_scores.sql").write_text("create table scores (id int);")
    return tmp_path


async def test_applies_every_file_once_and_in_order(empty_database, root):
    first = await migrate(empty_database, root=root)
    (root / "qa" / "0002_post_more.sql").write_text("alter table scores add column more int;")
    second = await migrate(empty_database, root=root)

    assert first == [
        "api: common/0001_pre_shared.sql",
        "dispatcher: common/0001_pre_shared.sql",
        "gpu_runner: common/0001_pre_shared.sql",
        "qa: common/0001_pre_shared.sql",
        "qa: qa/0001_pre_scores.sql",
        "promotion: common/0001_pre_shared.sql",
    ]
    assert second == ["qa: qa/0002_post_more.sql"]
    assert await migrate(empty_database, root=root) == []


async def test_only_pre_leaves_the_rest_for_when_the_code_before_has_ended(empty_database, root):
    await migrate(empty_database, root=root)
    (root / "qa" / "0002_post_less.sql").write_text("drop table scores;")
    (root / "qa" / "0003_pre_more.sql").write_text("create table more (id int);")

    assert await migrate(empty_database, root=root, only_pre=True) == ["qa: qa/0003_pre_more.sql"]
    assert await migrate(empty_database, root=root, only_pre=True) == []
    assert await migrate(empty_database, root=root) == ["qa: qa/0002_post_less.sql"]


async def test_only_pre_applies_all_in_order_where_no_code_has_run(empty_database, root):
    (root / "qa" / "0002_post_again.sql").write_text("drop table scores;")
    (root / "qa" / "0003_pre_other.sql").write_text("create table scores (id text);")

    names = await migrate(empty_database, root=root, only_pre=True)

    assert names[-4:-1] == [
        "qa: qa/0001_pre_scores.sql",
        "qa: qa/0002_post_again.sql",
        "qa: qa/0003_pre_other.sql",
    ]


async def test_runners_at_the_same_time_apply_each_file_once(empty_database, root):
    results = await asyncio.gather(*(migrate(empty_database, root=root) for _ in range(4)))

    assert sorted(len(names) for names in results) == [0, 0, 0, 6]


async def test_databases_of_one_server_are_migrated_at_the_same_time(servers, root, monkeypatch):
    """They share the roles. These ones are new, so that all of them meet over making them."""
    suffix = new_id().hex[-8:]
    monkeypatch.setattr(
        "screentest.common.migrate.role_of", lambda schema: f"meet_{suffix}_{schema}"
    )
    admin = await asyncpg.connect(servers.pg_admin_dsn)
    names = [f"screentest_meet_{suffix}_{number}" for number in range(4)]
    for name in names:
        await admin.execute(f"create database {name}")

    def dsn(name: str) -> str:
        return urlunsplit(urlsplit(servers.pg_admin_dsn)._replace(path=f"/{name}"))

    passwords = dict.fromkeys(SCHEMAS, "same")
    applied = await asyncio.gather(
        *(migrate(dsn(name), root=root, role_passwords=passwords) for name in names)
    )
    for name in names:
        await admin.execute(f"drop database {name} with (force)")
    for schema in SCHEMAS:
        await admin.execute(f"drop role meet_{suffix}_{schema}")
    await admin.close()

    assert [len(files) for files in applied] == [6, 6, 6, 6]


async def test_who_owns_the_database_and_may_make_roles_needs_to_be_no_superuser(
    servers, monkeypatch
):
    """What operators of Postgres give: their superuser stays theirs."""
    suffix = new_id().hex[-8:]
    monkeypatch.setattr(
        "screentest.common.migrate.role_of", lambda schema: f"owned_{suffix}_{schema}"
    )
    admin = await asyncpg.connect(servers.pg_admin_dsn)
    name = owner = f"screentest_owner_{suffix}"
    await admin.execute(f"create role {owner} login createrole password 'owner'")
    await admin.execute(f"create database {name} owner {owner}")
    parts = urlsplit(servers.pg_admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    dsn = urlunsplit(parts._replace(netloc=f"{owner}:owner@{host}", path=f"/{name}"))
    passwords = dict.fromkeys(SCHEMAS, "service")
    try:
        assert await migrate(dsn, root=MIGRATIONS, role_passwords=passwords)
        assert await migrate(dsn, root=MIGRATIONS, role_passwords=passwords) == []
        service = await connect(dsn_for(dsn, "qa", "service"), schema="qa")
        assert await service.fetchval("select count(*) from scores") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.fetchval("select count(*) from api.outbox")
        await service.close()
    finally:
        await admin.execute(f"drop database {name} with (force)")
        for schema in SCHEMAS:
            await admin.execute(f"drop role if exists owned_{suffix}_{schema}")
        await admin.execute(f"drop role {owner}")
        await admin.close()


async def test_edited_file_is_refused(empty_database, root):
    await migrate(empty_database, root=root)
    (root / "qa" / "0001_pre_scores.sql").write_text("create table scores (id bigint);")

    with pytest.raises(MigrationError, match=r"qa/0001_pre_scores.sql was edited"):
        await migrate(empty_database, root=root)


async def test_removed_file_is_refused(empty_database, root):
    await migrate(empty_database, root=root)
    (root / "qa" / "0001_pre_scores.sql").unlink()

    with pytest.raises(MigrationError, match="schema qa has migrations this code does not know"):
        await migrate(empty_database, root=root)


async def test_failing_file_leaves_nothing_behind(empty_database, root):
    (root / "qa" / "0002_pre_broken.sql").write_text("create table half (id int); select 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty_database, root=root)
    admin = await connect(empty_database)

    assert await admin.fetchval("select to_regclass('qa.half')") is None
    assert await admin.fetchval("select to_regclass('qa.scores')") is not None
    await admin.close()


async def test_misnamed_file_is_refused(empty_database, root):
    (root / "qa" / "2_scores.sql").write_text("select 1")

    with pytest.raises(MigrationError, match="name it NNNN_pre_what.sql"):
        await migrate(empty_database, root=root)


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_role_reads_its_own_schema_and_no_other(pool_of, schema):
    pool = await pool_of(schema)
    assert await pool.fetchval("select count(*) from outbox") == 0
    for other in SCHEMAS:
        if other != schema:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.fetchval(f"select count(*) from {other}.outbox")


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_role_makes_no_tables(pool_of, schema):
    pool = await pool_of(schema)
    for place in (schema, "public"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(f"create table {place}.mine (id int)")
