"""What may be wrong with any request for renders: each route that takes one declares these."""

from http import HTTPStatus

from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.problems.problem import Problem
from screentest.api.problems.workers import NoWorkerCanRender


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


#: Nothing can be planned from it.
CANNOT_PLAN: tuple[type[Problem], ...] = (
    InvalidParameters,
    UnresolvedPlaceholders,
    NoSourceImage,
    WorkflowTooLarge,
)
#: Nothing can be planned, nobody can render it, or nobody may pay for it.
CANNOT_RENDER: tuple[type[Problem], ...] = (*CANNOT_PLAN, NoWorkerCanRender, BudgetExceeded)
