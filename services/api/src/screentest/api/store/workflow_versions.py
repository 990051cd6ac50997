"""Workflows as they are, and as they were."""

from collections.abc import Sequence

from screentest.api.domain.planning import Workflow
from screentest.api.domain.sweeps import WorkflowVersion
from screentest.common.db import Connection
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Renderer, Slot

_VERSIONS = """
select asked.place, v.workflow_id, v.version, v.name, v.renderer, v.graph, v.slots, v.frame_rule,
    v.vram_gb
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
    return {
        asked[row["place"] - 1]: Workflow(
            id=row["workflow_id"],
            name=row["name"],
            version=row["version"],
            renderer=Renderer(row["renderer"]),
            graph=row["graph"],
            slots=tuple(Slot.model_validate(slot) for slot in row["slots"]),
            frame_rule=row["frame_rule"] and FrameRule.model_validate(row["frame_rule"]),
            vram_gb=row["vram_gb"],
        )
        for row in rows
    }


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
