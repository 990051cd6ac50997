"""Writes deploy/observability/grafana/dashboards: what is on them, without Grafana's boilerplate.

A panel is a title, a unit and its queries; where it stands follows from its place in the list.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "deploy" / "observability" / "grafana" / "dashboards"
_WIDTH, _HEIGHT = 8, 8
_A_ROW = 3
_DATASOURCE = {"type": "prometheus", "uid": "screentest-prometheus"}


@dataclass(frozen=True)
class Panel:
    """A graph: legend -> PromQL. Legends may name labels, as in {{lane}}."""

    title: str
    unit: str
    queries: dict[str, str]
    #: One sentence for whoever wonders what a good value is.
    note: str = ""


def quantiles(metric: str, *by: str) -> dict[str, str]:
    """The median and the slowest of ten, by labels."""
    labels = ", ".join(("le", *by))
    named = " ".join(f"{{{{{label}}}}}" for label in by)
    buckets = f"sum by ({labels}) (rate({metric}_bucket[$__rate_interval]))"
    return {
        f"{word} {named}".strip(): f"histogram_quantile({part}, {buckets})"
        for word, part in (("median", 0.5), ("1 in 10", 0.9))
    }


def rate(metric: str, *by: str, times: str = "") -> dict[str, str]:
    """A counter's growth a second, by labels."""
    named = " ".join(f"{{{{{label}}}}}" for label in by)
    return {named: f"sum by ({', '.join(by)}) (rate({metric}[$__rate_interval])){times}"}


SHOTS = (
    Panel(
        "Runs that wait, by why",
        "short",
        {
            "{{lane}} {{reason}}": "max by (lane, reason) (screentest_dispatcher_backlog_runs) > 0",
        },
        "Reasons that name a model, a node or memory do not pass by themselves.",
    ),
    Panel(
        "Open runs",
        "short",
        {"{{lane}} {{status}}": "max by (lane, status) (screentest_dispatcher_open_runs)"},
    ),
    Panel(
        "Slots of live workers",
        "short",
        {"{{renderer}}": "max by (renderer) (screentest_dispatcher_live_slots)"},
    ),
    Panel("Wait for a GPU", "s", quantiles("screentest_dispatcher_queue_wait_seconds", "lane")),
    Panel("Render", "s", quantiles("screentest_gpu_runner_render_seconds", "renderer")),
    Panel(
        "Idle gap between two renders",
        "s",
        quantiles("screentest_gpu_runner_idle_gap_seconds"),
        "While the next one was waiting; a GPU that waits for bookkeeping costs money.",
    ),
    Panel(
        "Renders by outcome",
        "ops",
        rate("screentest_gpu_runner_renders_total", "renderer", "outcome"),
    ),
    Panel(
        "Runs finished", "ops", rate("screentest_dispatcher_runs_finished_total", "lane", "status")
    ),
    Panel(
        "GPUs at work",
        "short",
        rate("screentest_gpu_runner_gpu_seconds_total", "renderer", "outcome"),
        "GPU seconds a second: how many GPUs were busy, and with what came of it.",
    ),
    Panel(
        "GPU seconds saved an hour",
        "s",
        {
            "reused renders": "3600 * sum(rate(screentest_dispatcher_gpu_seconds_saved_total[1h]))",
            "halted by QA": (
                "3600 * sum(rate(screentest_dispatcher_halt_gpu_seconds_saved_total[1h]))"
            ),
            "stopped for previews": (
                "3600 * sum(rate(screentest_gpu_runner_hopeless_gpu_seconds_saved_total[1h]))"
            ),
            "promoted": "3600 * sum(rate(screentest_promotion_gpu_seconds_saved_total[1h]))",
        },
    ),
    Panel("Verdicts", "ops", rate("screentest_qa_clips_scored_total", "verdict")),
    Panel("Measuring a clip", "s", quantiles("screentest_qa_measuring_seconds")),
    Panel(
        "Checks that fail",
        "ops",
        {
            "{{check}}": (
                'sum by (check) (rate(screentest_qa_checks_judged_total{verdict="fail"}'
                "[$__rate_interval]))"
            )
        },
    ),
    Panel("Promotions", "ops", rate("screentest_promotion_requests_total", "outcome")),
    Panel("Copying a promotion's files", "s", quantiles("screentest_promotion_seconds")),
)

MACHINERY = (
    Panel("Answers", "bool_on_off", {"{{service}} {{instance}}": 'up{job="screentest"}'}),
    Panel(
        "Connected to RabbitMQ",
        "bool_on_off",
        {"{{service}} {{instance}}": "screentest_broker_connected"},
    ),
    Panel(
        "Oldest event not yet published",
        "s",
        {"{{service}}": "max by (service) (screentest_outbox_oldest_seconds)"},
        "Below a second while broker and database are well.",
    ),
    Panel("Messages handled", "ops", rate("screentest_messages_handled_total", "queue", "outcome")),
    Panel(
        "Messages put off, returned or dead",
        "ops",
        {
            "{{queue}} {{outcome}}": (
                "sum by (queue, outcome) (rate(screentest_messages_handled_total"
                '{outcome=~"retried|returned|dead"}[$__rate_interval])) > 0'
            )
        },
    ),
    Panel("Handling a message", "s", quantiles("screentest_message_handling_seconds", "queue")),
    Panel("Events published", "ops", rate("screentest_outbox_published_total", "type")),
    Panel(
        "Attempts to publish that failed",
        "ops",
        rate("screentest_outbox_publish_failed_total", "type"),
    ),
    Panel("Explaining the queue", "s", quantiles("screentest_dispatcher_queue_report_seconds")),
    Panel("Requests", "reqps", rate("screentest_http_request_seconds_count", "route", "status")),
    Panel("Answering a request", "s", quantiles("screentest_http_request_seconds", "route")),
    Panel(
        "Age of leases when renewed",
        "s",
        quantiles("screentest_gpu_runner_lease_age_seconds"),
        "At its time to live, 15 s unless it is set, a render is lost to a colleague.",
    ),
    Panel(
        "Leases lost, results refused, renders taken over",
        "ops",
        {
            "lease lost: {{reason}}": (
                "sum by (reason) (rate(screentest_gpu_runner_lost_leases_total[$__rate_interval]))"
            ),
            "result refused: {{result}}": (
                "sum by (result) "
                "(rate(screentest_gpu_runner_results_refused_total[$__rate_interval]))"
            ),
            "taken over": "sum(rate(screentest_gpu_runner_takeovers_total[$__rate_interval]))",
        },
    ),
    Panel(
        "Renders tried again", "ops", rate("screentest_dispatcher_renders_retried_total", "code")
    ),
    Panel("Results ignored", "ops", rate("screentest_dispatcher_results_ignored_total", "reason")),
)


def dashboard(uid: str, title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """A dashboard as Grafana reads it."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["screentest"],
        "timezone": "browser",
        "schemaVersion": 41,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": []},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.note,
        "datasource": _DATASOURCE,
        "gridPos": {
            "x": number % _A_ROW * _WIDTH,
            "y": number // _A_ROW * _HEIGHT,
            "w": _WIDTH,
            "h": _HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [
            {
                "refId": chr(ord("A") + place),
                "datasource": _DATASOURCE,
                "expr": expression,
                "legendFormat": legend,
            }
            for place, (legend, expression) in enumerate(panel.queries.items())
        ],
    }


def documents() -> dict[str, str]:
    """File name -> content."""
    made = {
        "shots.json": dashboard("screentest-shots", "Screentest: shots and GPUs", SHOTS),
        "machinery.json": dashboard("screentest-machinery", "Screentest: machinery", MACHINERY),
    }
    return {name: f"{json.dumps(one, indent=1)}\n" for name, one in made.items()}


if __name__ == "__main__":
    for name, text in documents().items():
        (FOLDER / name).write_text(text)
