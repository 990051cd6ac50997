"""What qa counts of its own domain."""

from prometheus_client import Counter, Histogram

CLIPS_SCORED = Counter("screentest_qa_clips_scored_total", "Segments scored.", ["verdict"])
CHECKS_JUDGED = Counter(
    "screentest_qa_checks_judged_total", "Checks by what they came to.", ["check", "verdict"]
)
CHECK_SUB_SCORES = Histogram(
    "screentest_qa_check_sub_score",
    "Checks by their sub-score: 1 is flawless, 0.8 at the warn limit, 0.4 at the fail limit.",
    ["check"],
    buckets=(0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1),
)
CLIPS_RESCORED = Counter(
    "screentest_qa_clips_rescored_total", "Segments judged again by other limits.", ["verdict"]
)
CHECKS_BROKEN = Counter(
    "screentest_qa_checks_broken_total", "Checks that raised an error on a clip."
)
MEASURING_SECONDS = Histogram(
    "screentest_qa_measuring_seconds",
    "Decoding and measuring one clip.",
    buckets=(0.05, 0.1, 0.2, 0.35, 0.5, 1, 2, 5, 15, 60),
)
