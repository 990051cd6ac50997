"""What is copied where, and when a promotion is refused. Pure."""

from screentest.common.events import (
    Artefact,
    PromotionRejected,
    PromotionRequested,
    SegmentArtefacts,
    ShotPromoted,
)
from screentest.promotion.errors import Rejected


def scene_key(scene_id: int, source_key: str) -> str:
    """Where a test shot's file goes: ``scenes/7/segments/001.last.png``.

    What follows the first dot of a file's name says what it is, and is kept.
    """
    suffix = source_key.rpartition("/")[2].partition(".")[2]
    return f"scenes/{scene_id}/segments/001.{suffix}"


def finished_artefacts(request: PromotionRequested) -> SegmentArtefacts:
    """The files to copy.

    Raises:
        Rejected: the test shot has none (``not_finished``).
    """
    if request.artefacts is None or request.clip is None:
        raise Rejected(
            "not_finished",
            f"test shot {request.test_shot_id} has no clip yet: wait until it is scored",
        )
    return request.artefacts


def proven(source: Artefact, copied_sha256: str) -> None:
    """See that a copy has the bytes of its source.

    Raises:
        Rejected: it has not (``hash_mismatch``): the stored file was changed or damaged.
    """
    if copied_sha256 != source.sha256:
        raise Rejected(
            "hash_mismatch",
            f'"{source.key}" has SHA-256 {copied_sha256[:12]}… and was rendered with '
            f"{source.sha256[:12]}…: the file was changed after it was rendered; render it again",
        )


def unclaimed(request: PromotionRequested, forestalled_by: str | None) -> None:
    """See that no other promotion has this shot or this scene.

    Raises:
        Rejected: ``already_promoted`` or ``scene_has_segment_001``.
    """
    if forestalled_by == "shot":
        raise Rejected("already_promoted", f"test shot {request.test_shot_id} is already promoted")
    if forestalled_by == "scene":
        raise scene_is_taken(request.scene_id)


def scene_is_taken(scene_id: int) -> Rejected:
    """The refusal of a second segment 001."""
    return Rejected("scene_has_segment_001", f"scene {scene_id} already has a segment 001")


def missing(source: Artefact) -> Rejected:
    """The refusal of a shot whose file is gone."""
    return Rejected(
        "artefact_missing", f'"{source.key}" is not in storage: render the test shot again'
    )


def promoted(
    request: PromotionRequested, artefacts: SegmentArtefacts, *, seconds: float
) -> ShotPromoted:
    """The event that says it is done. ``artefacts`` are the copies, as read back."""
    assert request.artefacts is not None
    assert request.clip is not None
    return ShotPromoted(
        promotion_id=request.promotion_id,
        test_shot_id=request.test_shot_id,
        scene_id=request.scene_id,
        artefacts=artefacts,
        clip=request.clip,
        recipe=request.recipe,
        sha256_before=request.artefacts.video.sha256,
        sha256_after=artefacts.video.sha256,
        gpu_seconds_saved=request.gpu_seconds,
        seconds=seconds,
    )


def rejected(request: PromotionRequested, reason: Rejected) -> PromotionRejected:
    """The event that says why not."""
    return PromotionRejected(
        promotion_id=request.promotion_id,
        test_shot_id=request.test_shot_id,
        scene_id=request.scene_id,
        code=reason.code,
        message=reason.message,
    )
