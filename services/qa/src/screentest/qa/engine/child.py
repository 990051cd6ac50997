"""The child process: reads one job a line from stdin, answers one report a line on stdout.

Before a custom check it says the check's name in a line of its own, so that the parent knows what
hung or crashed. Lives as long as its stdin. It may be killed at any moment, and kills itself when
one clip takes longer than the limit, so that a child whose parent was killed does not outlive it in
a hung decoder.

    python -m screentest.qa.engine.child <ChildOptions as JSON>
"""

import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from screentest.qa.engine.check import Check
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.checks.likeness import likeness
from screentest.qa.engine.custom_checks import UnusableCheck, load_custom_checks
from screentest.qa.engine.faces import FaceModels, UnusableModel
from screentest.qa.engine.job import ClipJob
from screentest.qa.engine.measure import measure_clip
from screentest.qa.engine.options import ChildOptions
from screentest.qa.engine.protocol import READY, check_line

#: The parent kills at the limit; a child without a parent does it itself a little later.
_GRACE_S = 2.0


def main() -> None:
    """Serve jobs until stdin ends."""
    options = ChildOptions.from_argument(sys.argv[1])
    limit = (options.memory_limit_bytes, options.memory_limit_bytes)
    resource.setrlimit(resource.RLIMIT_AS, limit)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # One clip, one core: the parent starts one child a core.
    cv2.setNumThreads(1)
    # Answers go to a private copy of stdout; whatever a library prints goes to stderr.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        checks = built_in_checks(options)
        custom = load_custom_checks(checks)
    except (UnusableModel, UnusableCheck) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(os.EX_CONFIG)

    def begins(check: str) -> None:
        answers.write(check_line(check))
        _ring_in(options.check_time_limit_s + _GRACE_S)

    answers.write(READY)
    for line in sys.stdin.buffer:
        _ring_in(options.time_limit_s + _GRACE_S)
        report = measure_clip(ClipJob.from_line(line), checks, custom=custom, begins=begins)
        _ring_in(0)
        answers.write(report.to_line())


def built_in_checks(options: ChildOptions) -> Sequence[Check]:
    """All checks but custom ones.

    Raises:
        UnusableModel: a face model cannot be used.
    """
    models = None
    if options.face_detector is not None and options.face_recognizer is not None:
        models = FaceModels.load(Path(options.face_detector), Path(options.face_recognizer))
    return (*CHECKS, likeness(models))


def _ring_in(seconds: float) -> None:
    """Die then; 0: do not. SIGALRM's default action ends C code that never returns, too."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
