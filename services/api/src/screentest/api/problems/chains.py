"""Problems with the segments of scenes: made, made anew, cut, shown."""

from http import HTTPStatus

from screentest.api.problems.problem import Problem


class SceneRunning(Problem):
    """The scene is being generated. Wait until that ends, or cancel it."""

    status = HTTPStatus.CONFLICT


class SceneNotRunning(Problem):
    """The scene is not being generated, so there is nothing to cancel."""

    status = HTTPStatus.CONFLICT


class SceneComplete(Problem):
    """Every segment that is asked for is there."""

    status = HTTPStatus.CONFLICT


class BeyondScene(Problem):
    """More segments are asked for than the scene is planned to have.

    Make the target duration of its scene type longer.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


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
