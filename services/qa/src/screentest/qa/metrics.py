"""What qa counts of its own domain."""

from prometheus_client import Counter, Histogram

CLIPS_SCORED = Counter("screentest_qa_clips_scored_total", "Segments scored.", ["verdict"])
CHECKS_JUDGED = Counter(
    "screentest_qa_checks_judged_total", "Checks by what they came to.", ["check", "verdict"]
)
CHECKS_BROKEN = Counter(
    "screentest_qa_checks_broken_total", "Checks that raised an error on a clip."
)
MEASURING_SECONDS = Histogram(
    "screentest_qa_measuring_seconds",
    "Decoding and measuring one clip.",
    buckets=(0.05, 0.1, 0.2, 0.35, 0.5, 1, 2, 5, 15, 60),
)
