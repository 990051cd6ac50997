"""What was asked for and has not ended, of whatever is about to be deleted."""

from dataclasses import dataclass

from screentest.common.db import Tx


@dataclass(frozen=True, kw_only=True)
class OpenRuns:
    """What would render for nobody, by what a person cancels it with."""

    test_shot_ids: list[int]
    #: Scenes that are being generated.
    scene_ids: list[int]
    #: Test shots that are being promoted.
    promoted_shot_ids: list[int]

    @property
    def is_any(self) -> bool:
        """Whether there is something."""
        return bool(self.test_shot_ids or self.scene_ids or self.promoted_shot_ids)


_SHOTS = "select id from test_shots where finished_at is null and created_by_id = $1 order by id"
_SHOTS_OF_CHARACTER = _SHOTS.replace("created_by_id", "character_id")
_SHOTS_OF_SCENE_TYPE = _SHOTS.replace("created_by_id", "scene_type_id")

_SCENES = """
select scene_id from scene_runs where finished_at is null and requested_by_id = $1
order by scene_id
"""

_PROMOTED = """
select p.test_shot_id from promotions p join test_shots s on s.id = p.test_shot_id
where p.status = 'requested' and (p.requested_by_id = $1 or s.created_by_id = $1)
order by p.test_shot_id
"""
_PROMOTED_OF_CHARACTER = """
select p.test_shot_id from promotions p join test_shots s on s.id = p.test_shot_id
where p.status = 'requested' and s.character_id = $1
order by p.test_shot_id
"""
_PROMOTED_OF_SCENE_TYPE = _PROMOTED_OF_CHARACTER.replace("character_id", "scene_type_id")


async def of_user(tx: Tx, user_id: int) -> OpenRuns:
    """What a user asked for."""
    return OpenRuns(
        test_shot_ids=await _ids(tx, _SHOTS, user_id),
        scene_ids=await _ids(tx, _SCENES, user_id),
        promoted_shot_ids=await _ids(tx, _PROMOTED, user_id),
    )


async def of_character(tx: Tx, character_id: int) -> OpenRuns:
    """What shows a character; it has no scenes."""
    return OpenRuns(
        test_shot_ids=await _ids(tx, _SHOTS_OF_CHARACTER, character_id),
        scene_ids=[],
        promoted_shot_ids=await _ids(tx, _PROMOTED_OF_CHARACTER, character_id),
    )


async def of_scene_type(tx: Tx, scene_type_id: int) -> OpenRuns:
    """What is made by a scene type; it has no scenes."""
    return OpenRuns(
        test_shot_ids=await _ids(tx, _SHOTS_OF_SCENE_TYPE, scene_type_id),
        scene_ids=[],
        promoted_shot_ids=await _ids(tx, _PROMOTED_OF_SCENE_TYPE, scene_type_id),
    )


async def _ids(tx: Tx, statement: str, ident: int) -> list[int]:
    return [row[0] for row in await tx.fetch(statement, ident)]
