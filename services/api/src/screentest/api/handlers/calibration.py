"""Calibration: limits learned from what people decided, and put into a scene type."""

from collections.abc import Mapping

from screentest.api.domain.calibration import Calibration, calibrate, scales_of
from screentest.api.domain.users import User
from screentest.api.problems.catalogue import InvalidLimits, SceneTypeNotFound
from screentest.api.schemas.scene_types import SceneType
from screentest.api.store import audit, calibration, scene_types
from screentest.common.db import Tx
from screentest.common.events import Limits


async def propose_limits(tx: Tx, scene_type_id: int) -> Calibration:
    """What the labels of a scene type's test shots say of its limits; changes nothing.

    Raises:
        SceneTypeNotFound: there is no such type.
    """
    scene_type = await scene_types.scene_type(tx, scene_type_id)
    if scene_type is None:
        raise SceneTypeNotFound(scene_type_id)
    labelled = await calibration.fetch_labelled(tx, scene_type_id)
    return calibrate(scene_type_id, labelled, scene_type.qa.limits)


async def accept_limits(
    tx: Tx, user: User, scene_type_id: int, accepted: Mapping[str, Limits]
) -> SceneType:
    """Put limits into a scene type, beside those it has for other measures.

    Raises:
        SceneTypeNotFound: there is no such type.
        InvalidLimits: a measure is unknown, or limits make no sense for it.
    """
    scene_type = await scene_types.lock_scene_type(tx, scene_type_id)
    if scene_type is None:
        raise SceneTypeNotFound(scene_type_id)
    labelled = await calibration.fetch_labelled(tx, scene_type_id)
    scales = scales_of(labelled, scene_type.qa.limits)
    faults = []
    for name, limits in accepted.items():
        if name not in scales:
            faults.append(f"{name} was measured of no test shot that somebody decided about")
        elif problem := scales[name].problem_of(limits):
            faults.append(f"{name}: {problem}")
    if faults:
        raise InvalidLimits(faults)
    own = scene_type.qa.limits
    qa = scene_type.qa.model_copy(update={"limits": {**own, **accepted}})
    await audit.record(
        tx,
        user,
        "scene-type.calibrated",
        scene_type_id,
        before={name: own[name].model_dump() for name in accepted if name in own},
        after={name: limits.model_dump() for name, limits in accepted.items()},
    )
    return await scene_types.change_scene_type(tx, scene_type.model_copy(update={"qa": qa}))
