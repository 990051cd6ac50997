"""Problems with test shots, batches and promotions."""

from collections.abc import Sequence
from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class ShotNotFound(NotFound):
    """There is no such test shot."""

    noun, listed_at = "test shot", "/api/test-shots/gallery"


class BatchNotFound(NotFound):
    """There is no such batch."""

    noun, listed_at = "batch", "/api/test-shots/gallery"


class PromotionNotFound(NotFound):
    """There is no such promotion."""

    noun, listed_at = "promotion", "/api/test-shots/gallery?promoted=true"


class InvalidParameters(Problem):
    """What is asked for does not fit the workflow.

    `errors` has one sentence for every value, LoRA or seed that does not fit. The slots of a
    workflow, with their ranges, are in `GET /api/workflows/{id}`.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnresolvedPlaceholders(Problem):
    """A prompt names something that the character's metadata does not have.

    Add it to the character's metadata, or write a fallback: `{hair|brown}`.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NoSourceImage(Problem):
    """The character has no source image, so there is nothing to begin with.

    Upload one with `POST /api/characters/{id}/images`.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class WorkflowTooLarge(Problem):
    """The workflow is larger than a message can carry.

    Take out what does not decide the pixels (notes, previews, unused branches).
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class BatchTooLarge(Problem):
    """Characters times everything that is varied are more test shots than one batch may have.

    `axes` says how many of each were asked for.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, cells: int, limit: int, sizes: Sequence[tuple[str, int]]) -> None:
        factors = " x ".join(f"{size} of {name}" for name, size in sizes)
        super().__init__(
            f"{cells} test shots are asked for ({factors}) and a batch has at most {limit}: "
            "take fewer characters, shorten an axis, or split it.",
            cells=cells,
            limit=limit,
            axes=[{"name": name, "size": size} for name, size in sizes],
        )


class NotYours(Problem):
    """Creators cancel and delete what they asked for themselves; administrators everything."""

    status = HTTPStatus.FORBIDDEN


class ShotFinished(Problem):
    """The test shot has ended, so there is nothing to cancel."""

    status = HTTPStatus.CONFLICT


class ShotRunning(Problem):
    """The test shot has not ended. Cancel it, and delete it once it is cancelled."""

    status = HTTPStatus.CONFLICT


class RunsOpen(Problem):
    """What was asked for with it has not ended, so it cannot be deleted yet.

    Its test shots would go with it, and be rendered for nobody. Cancel them: `test_shot_ids`,
    `scene_ids` and `promoted_shot_ids` say which.
    """

    status = HTTPStatus.CONFLICT


class ShotInUse(Problem):
    """The test shot is segment 001 of a scene, or is about to be, and stays as its origin."""

    status = HTTPStatus.CONFLICT


class ShotNotFinished(Problem):
    """Only a test shot that is rendered and scored can be promoted."""

    status = HTTPStatus.CONFLICT


class NotRendered(Problem):
    """The test shot has no clip, so nobody can have seen it."""

    status = HTTPStatus.CONFLICT


class NotScored(Problem):
    """The test shot has no score yet. Wait until it is scored."""

    status = HTTPStatus.CONFLICT


class AlreadyPromoted(Problem):
    """The test shot is segment 001 of a scene already."""

    status = HTTPStatus.CONFLICT


class PromotionInProgress(Problem):
    """A promotion of this test shot, or into this scene, is under way."""

    status = HTTPStatus.CONFLICT


class SceneDoesNotMatch(Problem):
    """The test shot was made for another scene type or another character than the scene's."""

    status = HTTPStatus.CONFLICT


class SceneHasSegment001(Problem):
    """The scene has a segment 001 already, which a promotion would have to replace."""

    status = HTTPStatus.CONFLICT


class SceneRunning(Problem):
    """The scene is being generated. Wait until that ends, or cancel it."""

    status = HTTPStatus.CONFLICT


class SceneNotRunning(Problem):
    """The scene is not being generated, so there is nothing to cancel."""

    status = HTTPStatus.CONFLICT


class SceneComplete(Problem):
    """Every segment that is asked for is there."""

    status = HTTPStatus.CONFLICT


class SegmentNotMade(Problem):
    """The chain cannot be made anew from a segment that it does not have.

    Those before it must be up to date as well: regenerate from the first stale one.
    """

    status = HTTPStatus.CONFLICT


class SegmentNotPassed(Problem):
    """QA failed the segment that the scene would go on from, or has not judged it yet.

    Its scene type halts on that. Regenerate the segment, or ask with `accept_failed: true`.
    """

    status = HTTPStatus.CONFLICT


class SegmentPromoted(Problem):
    """Segment 001 is a promoted test shot; ask with `replace_promoted: true` to replace it."""

    status = HTTPStatus.CONFLICT


class FrameNotAwaited(Problem):
    """The scene does not wait for the boundary frame of this segment."""

    status = HTTPStatus.CONFLICT


class NoSuchFrame(Problem):
    """The frame is not one of those that may be chosen, or not one of the segment."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NothingToShow(Problem):
    """The scene has no segment yet, or not this one."""

    status = HTTPStatus.NOT_FOUND


class FootageLost(Problem):
    """A clip is not in storage any more, or cannot be read: regenerate its segment."""

    status = HTTPStatus.GONE


class BeyondScene(Problem):
    """More segments are asked for than the scene is planned to have.

    Make the target duration of its scene type longer.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
