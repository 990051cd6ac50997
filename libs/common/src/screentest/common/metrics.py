"""Prometheus metrics of the machinery; what a service measures of its own domain is its own."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES_HANDLED = Counter(
    "screentest_messages_handled_total",
    "Messages taken from a queue, by what became of them: done, repeated, retried, dead, returned.",
    ["queue", "outcome"],
)
HANDLING_SECONDS = Histogram(
    "screentest_message_handling_seconds",
    "From delivery to acknowledgement.",
    ["queue"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)
BROKER_CONNECTED = Gauge(
    "screentest_broker_connected", "1 while the connection to RabbitMQ can be used, else 0."
)
HTTP_REQUEST_SECONDS = Histogram(
    "screentest_http_request_seconds",
    "From a request to the beginning of its answer; live streams and media go on after that.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OUTBOX_PUBLISHED = Counter(
    "screentest_outbox_published_total", "Events the relay handed to the broker.", ["type"]
)
OUTBOX_FAILED = Counter(
    "screentest_outbox_publish_failed_total",
    "Attempts to publish that will be repeated: the broker was away or nobody was bound.",
    ["type"],
)
OUTBOX_AGE_SECONDS = Gauge(
    "screentest_outbox_oldest_seconds", "Age of the oldest event not yet published."
)
