"""Workflows as they are, and as they were."""

from collections.abc import Sequence
from typing import Any

from screentest.api.domain.catalogue import Workflow
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.api.schemas.workflow_versions import Version, VersionSummary
from screentest.api.store.rows import first
from screentest.common.db import Connection
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Renderer, Slot

_VERSIONS = """
select asked.place, v.workflow_id, v.name as workflow_name, v.version, v.renderer, v.graph, v.slots,
    v.frame_rule, v.vram_gb
from unnest($1::bigint[], $2::integer[]) with ordinality as asked (id, version, place)
join workflows w on w.id = asked.id
join workflow_versions v
    on v.workflow_id = w.id and v.version = coalesce(asked.version, w.version)
"""


async def load_versions(
    connection: Connection, asked: Sequence[WorkflowVersion]
) -> dict[WorkflowVersion, Workflow]:
    """Versions of workflows; those that do not exist are missing."""
    rows = await connection.fetch(
        _VERSIONS, [one.id for one in asked], [one.version for one in asked]
    )
    return {asked[row["place"] - 1]: workflow_in(dict(row)) for row in rows}


def workflow_in(row: dict[str, Any]) -> Workflow:
    """The version of a workflow in a row that has others' columns as well."""
    return Workflow(
        id=row["workflow_id"],
        name=row["workflow_name"],
        version=row["version"],
        renderer=Renderer(row["renderer"]),
        graph=row["graph"],
        slots=tuple(Slot.model_validate(slot) for slot in row["slots"]),
        frame_rule=row["frame_rule"] and FrameRule.model_validate(row["frame_rule"]),
        vram_gb=row["vram_gb"],
    )


_PAGE = """
select v.workflow_id, v.version, v.name, v.renderer, v.slots, v.frame_rule, v.vram_gb,
    v.created_by_id, u.name as created_by, v.created_at
from workflow_versions v left join users u on u.id = v.created_by_id
where v.workflow_id = $1 and ($2::bigint is null or v.version < $2)
order by v.version desc limit $3
"""


async def fetch_versions(
    connection: Connection, workflow_id: int, *, before: int | None, limit: int
) -> list[VersionSummary]:
    """Versions of a workflow without their graphs, newest first, from before the given one."""
    rows = await connection.fetch(_PAGE, workflow_id, before, limit)
    return [VersionSummary(**dict(row)) for row in rows]


_ONE = """
select v.workflow_id, v.version, v.name, v.renderer, v.graph, v.slots, v.frame_rule, v.vram_gb,
    v.created_by_id, u.name as created_by, v.created_at
from workflow_versions v left join users u on u.id = v.created_by_id
where v.workflow_id = $1 and v.version = $2
"""


async def fetch_version(connection: Connection, workflow_id: int, version: int) -> Version | None:
    """One version of a workflow."""
    row = await first(connection, _ONE, workflow_id, version)
    return None if row is None else Version(**row)


_KNOWN = """
select count(*) from (
    select id from characters where id = any($1::bigint[])
    union all select id from workflows where id = any($2::bigint[])) known
"""


async def are_known(
    connection: Connection, character_ids: Sequence[int], workflow_ids: Sequence[int]
) -> bool:
    """Whether all of these characters and workflows still exist."""
    characters, workflows = set(character_ids), set(workflow_ids)
    found: int = await connection.fetchval(_KNOWN, list(characters), list(workflows))
    return found == len(characters) + len(workflows)
