"""What the dispatcher counts of its own domain."""

from prometheus_client import Counter, Gauge, Histogram

OPEN_RUNS = Gauge(
    "screentest_dispatcher_open_runs",
    "Runs that have not ended, by lane and by whether their segment waits or is released.",
    ["lane", "status"],
)
BACKLOG = Gauge(
    "screentest_dispatcher_backlog_runs",
    "Runs that wait, by lane and by why, as they were last explained. Whichever replica explains "
    "shows it, so several may for a moment: take the greatest.",
    ["lane", "reason"],
)
RUNS_FINISHED = Counter(
    "screentest_dispatcher_runs_finished_total", "Runs that ended, by how.", ["lane", "status"]
)
QUEUE_WAIT_SECONDS = Histogram(
    "screentest_dispatcher_queue_wait_seconds",
    "From when a segment could be rendered to when a slot was free for it.",
    ["lane"],
    buckets=(0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600, 14400),
)
RENDERS_RETRIED = Counter(
    "screentest_dispatcher_renders_retried_total", "Failed renders tried again.", ["code"]
)
RENDERS_REUSED = Counter(
    "screentest_dispatcher_renders_reused_total", "Segments taken from an identical render."
)
GPU_SECONDS_SAVED = Counter(
    "screentest_dispatcher_gpu_seconds_saved_total",
    "What the renders had cost that were taken instead of rendered again.",
)
RESULTS_IGNORED = Counter(
    "screentest_dispatcher_results_ignored_total",
    "Results that came too late or twice, by why they were refused.",
    ["reason"],
)
HALT_GPU_SECONDS_SAVED = Counter(
    "screentest_dispatcher_halt_gpu_seconds_saved_total",
    "Not spent because QA halted a run: planned segments left, times what its last one cost.",
)
LIVE_SLOTS = Gauge(
    "screentest_dispatcher_live_slots", "Slots of live workers that take work.", ["renderer"]
)
RENDERS_RECALLED = Counter(
    "screentest_dispatcher_renders_recalled_total",
    "Renders taken back from work queues that no worker serves any more.",
)
RENDERS_DISPLACED = Counter(
    "screentest_dispatcher_renders_displaced_total",
    "Staged renders that were asked to give way to the shot of somebody who had nothing out.",
)
QUEUE_REPORT_SECONDS = Histogram(
    "screentest_dispatcher_queue_report_seconds",
    "What finding out why everything waits took.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
