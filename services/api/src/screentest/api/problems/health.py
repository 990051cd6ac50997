"""The problem a monitor sees."""

from screentest.api.problems.general import Unavailable


class Unhealthy(Unavailable):
    """The api cannot serve: `checks` says what is away."""

    def __init__(self, checks: dict[str, str]) -> None:
        faults = ". ".join(f"{name}: {state}" for name, state in checks.items() if state != "ok")
        super().__init__(f"{faults}.", checks=checks)
