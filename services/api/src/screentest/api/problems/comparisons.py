"""Problems with comparisons of two test shots."""

from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class ComparisonNotFound(NotFound):
    """There is no such comparison."""

    noun, listed_at = "comparison", "/api/comparisons"


class NothingDiffers(Problem):
    """Both sides of a comparison would render the same.

    Give the second side another value, or another seed. What decides other segments only, as the
    continuation prompt does, changes no pixel of a test shot.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
