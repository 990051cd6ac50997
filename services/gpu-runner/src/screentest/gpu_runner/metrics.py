"""What a worker counts and measures of its renders."""

from prometheus_client import Counter, Gauge, Histogram

RENDERS = Counter(
    "screentest_gpu_runner_renders_total",
    "Claimed renders by what became of them: rendered, failed, cancelled, outdated, "
    "relieved, handed_back.",
    ["renderer", "outcome"],
)
RENDER_SECONDS = Histogram(
    "screentest_gpu_runner_render_seconds",
    "From claim to committed result, of renders that succeeded.",
    ["renderer"],
    buckets=(0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 2400),
)
GPU_SECONDS = Counter(
    "screentest_gpu_runner_gpu_seconds_total",
    "Seconds of GPU (of worker time, with the built-in renderer) by what they were spent on.",
    ["renderer", "outcome"],
)
LOST_LEASES = Counter(
    "screentest_gpu_runner_lost_leases_total",
    "Renders given up because the lease was gone: cancelled, outdated by a colleague that took it "
    "over, or relieved by an idle one of what was only staged.",
    ["reason"],
)
LEASE_AGE_SECONDS = Histogram(
    "screentest_gpu_runner_lease_age_seconds",
    "Age of a render's lease when it was renewed. One that gets as old as its time to live, 15 s "
    "unless it is set, is lost to a colleague.",
    buckets=(1, 2.5, 4, 5, 6, 8, 10, 12.5, 15, 30),
)
RESULTS_REFUSED = Counter(
    "screentest_gpu_runner_results_refused_total",
    "Results that came too late, refused by the database: rendered, failed.",
    ["result"],
)
TAKEOVERS = Counter(
    "screentest_gpu_runner_takeovers_total", "Renders taken over from a worker that was lost."
)
HOPELESS_SECONDS_SAVED = Counter(
    "screentest_gpu_runner_hopeless_gpu_seconds_saved_total",
    "GPU seconds not spent on renders that were stopped for their previews.",
    ["renderer"],
)
IDLE_GAP_SECONDS = Histogram(
    "screentest_gpu_runner_idle_gap_seconds",
    "Between the end of a render and the start of the next, while the next was waiting.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STAGED = Counter(
    "screentest_gpu_runner_staged_renders_total",
    "Renders whose inputs were ready before the backend had ended the render before.",
    ["renderer"],
)
SHARED_BACKEND = Gauge(
    "screentest_gpu_runner_backend_strangers",
    "Other workers that were last seen to render on this worker's backend; it is for one worker.",
)
RELIEFS = Counter(
    "screentest_gpu_runner_reliefs_total",
    "Renders that an idle worker took from a colleague that had only staged them.",
)
