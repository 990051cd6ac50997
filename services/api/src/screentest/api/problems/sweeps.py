"""Problems with sweeps, batches and comparisons."""

from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class ComparisonNotFound(NotFound):
    """There is no such comparison."""

    noun, listed_at = "comparison", "/api/comparisons"


class WorkerNotFound(NotFound):
    """No worker of that name ever reported."""

    noun, listed_at = "worker", "/api/workers"


class InvalidAxes(Problem):
    """The axes of a sweep contradict each other.

    Every parameter is varied by one axis at most, and every axis and every value has a name of its
    own.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnknownPlace(Problem):
    """The batch has no such axis, or the axis no such value.

    `GET /api/batches/{id}` lists its `axes` with their `labels`.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class BatchNotRepeatable(Problem):
    """The batch cannot be run again as it was asked for.

    It is older than that, or a character or workflow of it was deleted. Ask for it anew:
    `POST /api/test-shots/batch` with its `batch_id` keeps the cells it has.
    """

    status = HTTPStatus.CONFLICT


class NothingToRender(Problem):
    """No cell of the batch is in the state that is to be rendered again."""

    status = HTTPStatus.CONFLICT


class BatchFinished(Problem):
    """Every test shot of the batch has ended, so there is nothing to cancel or to hold back."""

    status = HTTPStatus.CONFLICT


class NothingDiffers(Problem):
    """Both sides of a comparison would render the same.

    Give the second side another value, or another seed. What decides other segments only, as the
    continuation prompt does, changes no pixel of a test shot.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY
