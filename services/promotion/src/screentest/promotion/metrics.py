"""Prometheus metrics of the promotion service."""

from prometheus_client import Counter, Histogram

PROMOTIONS = Counter(
    "screentest_promotion_requests_total",
    "Promotions by what became of them: promoted, or the code of the refusal.",
    ["outcome"],
)
PROMOTION_SECONDS = Histogram(
    "screentest_promotion_seconds",
    "Copying a shot's files and proving the copies.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
GPU_SECONDS_SAVED = Counter(
    "screentest_promotion_gpu_seconds_saved_total",
    "What the promoted segments had cost, and scenes need not render again.",
)
