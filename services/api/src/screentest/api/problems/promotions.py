"""Problems with promotions."""

from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class PromotionNotFound(NotFound):
    """There is no such promotion."""

    noun, listed_at = "promotion", "/api/test-shots/gallery?promoted=true"


class ShotNotFinished(Problem):
    """Only a test shot that is rendered and scored can be promoted."""

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
