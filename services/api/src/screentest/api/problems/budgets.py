"""Problems with budgets."""

from datetime import datetime
from http import HTTPStatus

from screentest.api.problems.problem import Problem


class BudgetExceeded(Problem):
    """The request would cost more seconds of GPU than are left today.

    `left_s` says how many are left, `wanted_s` how many the request counts, and `resets_at` when
    the next UTC day begins. Ask for less, wait, or have an administrator lift the budget
    (`PUT` or `DELETE /api/budgets/...`). Cancelling what waits gives back what is reserved for it.
    """

    status = HTTPStatus.PAYMENT_REQUIRED

    def __init__(
        self,
        scope: str,
        *,
        wanted_s: float,
        left_s: float,
        gpu_seconds_per_day: float,
        resets_at: datetime,
    ) -> None:
        super().__init__(
            f"This would take about {wanted_s:.4g} s of GPU, and {scope} has {left_s:.4g} s left "
            f"of {gpu_seconds_per_day:.6g} s a day: ask for less, wait until "
            f"{resets_at:%Y-%m-%d %H:%M} UTC, or have an administrator lift it.",
            wanted_s=wanted_s,
            left_s=left_s,
            gpu_seconds_per_day=gpu_seconds_per_day,
            resets_at=resets_at.isoformat(),
        )


class BudgetNotFound(Problem):
    """No such budget is set, so nothing is limited by it."""

    status = HTTPStatus.NOT_FOUND
