"""The child process: reads one job a line from stdin, answers one report a line on stdout.

Lives as long as its stdin. It may be killed at any moment, and kills itself when one clip takes
longer than the limit, so that a child whose parent was killed does not outlive it in a hung
decoder.

    python -m screentest.qa.engine.child <time limit, s> <memory limit, bytes>
"""

import os
import resource
import signal
import sys

import cv2

from screentest.qa.engine.job import ClipJob
from screentest.qa.engine.measure import measure_clip

READY = b"ready\n"

#: The parent kills at the limit; a child without a parent does it itself a little later.
_GRACE_S = 2.0


def main() -> None:
    """Serve jobs until stdin ends."""
    time_limit_s, memory_limit_bytes = float(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_limit_bytes, memory_limit_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # One clip, one core: the parent starts one child a core.
    cv2.setNumThreads(1)
    # Answers go to a private copy of stdout; whatever a library prints goes to stderr.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answers.write(READY)
    for line in sys.stdin.buffer:
        # The default action of SIGALRM ends the process even inside C code that never returns.
        signal.setitimer(signal.ITIMER_REAL, time_limit_s + _GRACE_S)
        answer = measure_clip(ClipJob.from_line(line)).to_line()
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(answer)


if __name__ == "__main__":
    main()
