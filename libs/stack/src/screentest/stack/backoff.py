"""How long to wait before a crashed service is started again."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubling delays; a process that stayed up long enough starts from the beginning."""

    first_s: float = 0.25
    longest_s: float = 10.0
    forgiven_after_s: float = 30.0
    failures: int = 0

    def delay_s(self, *, lived_s: float) -> float:
        """The wait after an exit, given how long the process had been ready."""
        self.failures = 1 if lived_s >= self.forgiven_after_s else self.failures + 1
        return min(self.longest_s, self.first_s * 2.0 ** (self.failures - 1))
