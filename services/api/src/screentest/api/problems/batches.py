"""Problems with batches of test shots and the axes they sweep."""

from collections.abc import Sequence
from http import HTTPStatus

from screentest.api.problems.problem import NotFound, Problem


class BatchNotFound(NotFound):
    """There is no such batch."""

    noun, listed_at = "batch", "/api/test-shots/gallery"


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
