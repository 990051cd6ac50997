"""A gallery of 10,000 test shots: pages are loaded as one comes to them, and few cards exist."""

import asyncpg
import pytest
from playwright.async_api import expect

from support.waiting import until

MANY = 10_000
PAGES = 12
#: Rows like one, a second apart; what the database numbers or derives itself is left to it.
_COLUMNS = """
select string_agg(quote_ident(column_name), ', ') from information_schema.columns
where table_schema = 'api' and table_name = 'test_shots' and is_generated = 'NEVER'
    and is_identity = 'NO' and column_default is distinct from 'nextval'
    and column_name not in ('id', 'run_id', 'created_at')
"""


@pytest.fixture
async def many(stack, catalogue):
    """So many test shots of the scene type, all but one of them copies."""
    (shot,) = await catalogue.finished(1)
    connection = await asyncpg.connect(stack.servers.pg_admin_dsn())
    columns = await connection.fetchval(_COLUMNS)
    await connection.execute(
        f"insert into api.test_shots (run_id, created_at, {columns}) "
        f"select gen_random_uuid(), s.created_at - number * interval '1 s', {columns} "
        "from api.test_shots s, generate_series(2, $1::int) number where s.id = $2",
        MANY,
        shot["id"],
    )
    yield MANY
    await connection.execute(
        "delete from api.test_shots where scene_type_id = $1 and id <> $2",
        catalogue.scene_type_id,
        shot["id"],
    )
    await connection.close()


async def test_it_is_scrolled_without_holding_it(page, catalogue, many):
    await page.goto(f"/shots?scene_type_id={catalogue.scene_type_id}")
    cards = page.get_by_role("article")
    await expect(cards.first).to_be_visible()

    last = ""
    for _ in range(PAGES):
        await page.keyboard.press("End")

        async def further(before: str = last) -> str | None:
            name = await cards.last.get_by_role("link").first.get_attribute("aria-label")
            return name if name != before else None

        last = await until(further, what="cards further down")
        assert await cards.count() < 100

    await page.keyboard.press("Home")
    await expect(cards.first.get_by_role("checkbox")).to_be_in_viewport()
