"""Problems with votes."""

from http import HTTPStatus

from screentest.api.problems.problem import Problem


class NotComparable(Problem):
    """The two are not different test shots of one scene type, so a vote says nothing of either."""

    status = HTTPStatus.CONFLICT


class NoPairLeft(Problem):
    """There is no pair of clips of this scene type that you have not voted on.

    Either fewer than two different ones are rendered, or you have seen all of them.
    """

    status = HTTPStatus.NOT_FOUND
