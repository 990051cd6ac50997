"""The values by which test shots can be found, and about how many each finds.

Counts end at a limit: who filters wants to know whether it is 3 or many, and counting is what would
grow with the gallery.
"""

from screentest.api.domain.facets import Facets, RowInUse, ValueInUse
from screentest.common.db import Connection

_MOST_COUNTED = 1000
_MOST_VALUES = 200


def _rows_in_use(table: str, column: str) -> str:
    """Rows of a table with the number of test shots that refer to them, from the column's index."""
    return f"""
select t.id, t.name, used.test_shots
from {table} t cross join lateral (
    select count(*) as test_shots
    from (select from test_shots s where s.{column} = t.id limit $1) counted) used
where used.test_shots > 0
order by used.test_shots desc, t.name, t.id limit $2
"""  # noqa: S608 - names of ours


_SCENE_TYPES = _rows_in_use("scene_types", "scene_type_id")
_CHARACTERS = _rows_in_use("characters", "character_id")
_WORKFLOWS = _rows_in_use("workflows", "workflow_id")
_PEOPLE = _rows_in_use("users", "created_by_id")

_LORAS = """
select name, least(sum(stacks.test_shots), $1)::bigint as test_shots
from (
    select lora_names, count(*) as test_shots from test_shots
    where lora_names <> '[]' group by lora_names) stacks
cross join lateral (select distinct jsonb_array_elements_text(stacks.lora_names) as name) names
group by name
order by sum(stacks.test_shots) desc, name limit $2
"""

_TAGS = """
select tag as name, least(count(*), $1)::bigint as test_shots
from reviews cross join lateral unnest(tags) tag
group by tag
order by count(*) desc, tag limit $2
"""


async def fetch_facets(connection: Connection) -> Facets:
    """The values in use."""
    return Facets(
        scene_types=await _rows(connection, _SCENE_TYPES),
        characters=await _rows(connection, _CHARACTERS),
        workflows=await _rows(connection, _WORKFLOWS),
        people=await _rows(connection, _PEOPLE),
        loras=await _values(connection, _LORAS),
        tags=await _values(connection, _TAGS),
    )


async def _rows(connection: Connection, sql: str) -> list[RowInUse]:
    found = await connection.fetch(sql, _MOST_COUNTED, _MOST_VALUES)
    return [RowInUse(**dict(row)) for row in found]


async def _values(connection: Connection, sql: str) -> list[ValueInUse]:
    found = await connection.fetch(sql, _MOST_COUNTED, _MOST_VALUES)
    return [ValueInUse(**dict(row)) for row in found]
