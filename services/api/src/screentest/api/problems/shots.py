"""Problems with test shots."""

from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class ShotNotFound(NotFound):
    """There is no such test shot."""

    noun, listed_at = "test shot", "/api/test-shots/gallery"


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


class NotRendered(Problem):
    """The test shot has no clip, so nobody can have seen it."""

    status = HTTPStatus.CONFLICT


class NotScored(Problem):
    """The test shot has no score yet. Wait until it is scored."""

    status = HTTPStatus.CONFLICT
