"""An upgrade without a pause: the next version's migrations come while this version works.

The next version is one that adds a column to every table and a table to every schema, which is all
that a pre migration may do to what this version knows; its post migrations take them away again.
This version's statements are prepared before it and used after it.
"""

import shutil
from pathlib import Path

import asyncpg
import pytest

from screentest.common.migrate import SCHEMAS
from support.catalogue import Catalogue
from support.fleet import WORKERS, replicas_of
from support.live import Listener
from support.upgrading import migrated, replaced

PATIENCE_S = 120
#: Numbers that no real migration has.
FIRST = 9000
MIGRATIONS = Path(__file__).parents[2] / "migrations"

_TABLES = """
select relname from pg_class
where relnamespace = $1::regnamespace and relkind = 'r' and relname <> 'migrations'
order by relname
"""


@pytest.fixture
async def admin(stack):
    connection = await asyncpg.connect(stack.servers.pg_admin_dsn())
    yield connection
    await connection.close()


@pytest.fixture
async def tables(admin):
    """Schema -> its tables."""
    return {
        schema: [row["relname"] for row in await admin.fetch(_TABLES, schema)] for schema in SCHEMAS
    }


@pytest.fixture
async def next_version(admin, tables, tmp_path):
    """The folder of the next version's migrations; the database knows nothing of it afterwards."""
    root = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, root)
    for schema, names in tables.items():
        for number, table in enumerate(names, start=FIRST):
            # A file each: one that locks several tables at once may meet who locks them in turn.
            (root / schema / f"{number}_pre_more_of_{table}.sql").write_text(
                f"alter table {table} add column later_text text,"
                " add column later_number integer not null default 7;"
            )
            (root / schema / f"{number + 500}_post_less_of_{table}.sql").write_text(
                f"alter table {table} drop column later_text, drop column later_number;"
            )
        (root / schema / f"{FIRST + 400}_pre_later.sql").write_text("create table later (id int);")
        (root / schema / f"{FIRST + 999}_post_later.sql").write_text("drop table later;")
    yield root
    for schema in SCHEMAS:
        await admin.execute(f"delete from {schema}.migrations where number >= $1", FIRST)


# Three batches, and processes that are started again.
@pytest.mark.timeout(300)
async def test_work_goes_on_while_the_next_version_is_rolled_out(
    stack, rest, audit, admin, tables, next_version
):
    catalogue = await Catalogue.create(rest)
    async with Listener(rest) as heard:
        batch_id, requested = await catalogue.shoot_batch(2 * len(WORKERS))
        # Every service has said something by now, and knows its statements by heart.
        await heard.hears(lambda event: event.data.get("status") == "scored")

        applied = await migrated(stack, next_version, only_pre=True)
        assert len(applied) >= sum(len(names) for names in tables.values())
        assert await admin.fetchval("select count(later_number) from dispatcher.runs") > 0
        assert await admin.fetchval("select to_regclass('qa.later') is not null")
        # Pods of this version that are started again meanwhile find a database that is ahead.
        first = [replicas_of(kind)[0] for kind in ("dispatcher", "qa", "promotion")]
        await replaced(stack, *first, WORKERS[0])

        ended = await rest.until_ended(batch_id, timeout_s=PATIENCE_S)
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.segments(ended)

    later_id, later = await catalogue.shoot_batch(4)
    shot = (await rest.until_ended(later_id, timeout_s=PATIENCE_S))[0]
    scene_id = await catalogue.add_scene()
    promotion = await rest.promote(shot["id"], scene_id)
    assert promotion["status"] == "done"

    assert await migrated(stack, next_version, only_pre=False)
    assert not await admin.fetchval("select to_regclass('qa.later') is not null")
    last_id, last = await catalogue.shoot_batch(4)
    await rest.until_ended(last_id, timeout_s=PATIENCE_S)
    await audit.shots([*requested, *later, *last], scene_type_id=catalogue.scene_type_id)
    # No handler met a statement that did not fit: it would have been a dead letter.
    await audit.nothing_left_over()
