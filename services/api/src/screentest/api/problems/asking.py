"""What may be wrong with any request for renders: each route that takes one declares these."""

from screentest.api.problems.budgets import BudgetExceeded
from screentest.api.problems.problem import Problem
from screentest.api.problems.shots import (
    InvalidParameters,
    NoSourceImage,
    UnresolvedPlaceholders,
    WorkflowTooLarge,
)
from screentest.api.problems.workers import NoWorkerCanRender

#: Nothing can be planned from it.
CANNOT_PLAN: tuple[type[Problem], ...] = (
    InvalidParameters,
    UnresolvedPlaceholders,
    NoSourceImage,
    WorkflowTooLarge,
)
#: Nothing can be planned, nobody can render it, or nobody may pay for it.
CANNOT_RENDER: tuple[type[Problem], ...] = (*CANNOT_PLAN, NoWorkerCanRender, BudgetExceeded)
