"""What a child process is told at its start: one JSON argument."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class ChildOptions:
    """Limits of a child, and the models it loads."""

    #: Seconds one clip may take, custom checks not counted; and one custom check.
    time_limit_s: float
    check_time_limit_s: float
    #: Address space; the libraries map about 1 GiB.
    memory_limit_bytes: int
    #: Paths of the face models; None: likeness is not measured.
    face_detector: str | None = None
    face_recognizer: str | None = None

    def to_argument(self) -> str:
        """One word of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """The inverse of `to_argument`."""
        return cls(**json.loads(argument))
