"""Test shots with a score and somebody's decision: what limits are learned from."""

from screentest.api.domain.calibration import Labelled
from screentest.common.db import Connection
from screentest.common.events import QAScored

_LABELLED = """
select v.decision = 'approved' as is_approved, s.qa
from test_shots s join reviews v on v.test_shot_id = s.id
where s.scene_type_id = $1 and v.decision is not null and s.qa is not null
order by s.id desc limit $2
"""


async def fetch_labelled(
    connection: Connection, scene_type_id: int, *, limit: int = 5000
) -> list[Labelled]:
    """The newest labelled test shots of a scene type, the newest first."""
    rows = await connection.fetch(_LABELLED, scene_type_id, limit)
    return [
        Labelled(is_approved=row["is_approved"], scored=QAScored.model_validate(row["qa"]))
        for row in rows
    ]
