"""Which renders are there, or under way, that others can take instead of their own."""

from collections.abc import Collection, Iterable
from uuid import UUID

from screentest.api.domain.outlays import Identity
from screentest.common.db import Connection

# Equal where `Identity` is: the boundary says where the clip is cut. Two selects, as each has a
# partial index of its own.
_PRESENT = """
select distinct asked.recipe_hash, asked.cut
from unnest($1::text[], $2::text[]) as asked (recipe_hash, cut)
cross join lateral (
    (select run_id, parameters -> 'boundary' as boundary from test_shots s
    where s.recipe_hash = asked.recipe_hash and s.status = 'scored')
    union all
    (select run_id, parameters -> 'boundary' from test_shots s
    where s.recipe_hash = asked.recipe_hash and s.status in ('waiting', 'rendering', 'rendered')
        and s.cancel_requested_at is null)) found
where found.run_id <> all($3::uuid[])
    and asked.cut = case
        when coalesce(found.boundary ->> 'mode', 'last') = 'last' then ''
        else concat(found.boundary ->> 'mode', '/', found.boundary ->> 'window') end
"""


async def fetch_present(
    connection: Connection, identities: Iterable[Identity], *, besides: Collection[UUID] = ()
) -> set[Identity]:
    """Those that a test shot has rendered or is about to; the runs in ``besides`` do not count."""
    asked = list(dict.fromkeys(identities))
    rows = await connection.fetch(
        _PRESENT,
        [one.recipe_hash for one in asked],
        [one.cut for one in asked],
        list(besides),
    )
    return {Identity(recipe_hash=row["recipe_hash"], cut=row["cut"]) for row in rows}
