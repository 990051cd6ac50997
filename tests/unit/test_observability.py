"""Dashboards and alerts, against the metrics that the services really have."""

import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "observability"
#: What Prometheus itself puts on every series.
TARGET_LABELS = {"service", "instance", "job"}
_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}

ALERTS = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = [
    panel
    for path in (FOLDER / "grafana" / "dashboards").glob("*.json")
    for panel in json.loads(path.read_text())["panels"]
]
EXPRESSIONS = {
    **{rule["alert"]: [rule["expr"]] for rule in ALERTS},
    **{panel["title"]: [one["expr"] for one in panel["targets"]] for panel in PANELS},
}


@pytest.fixture(scope="module")
def series() -> dict[str, set[str]]:
    """Name of every series of ours -> its labels."""
    importlib.import_module("screentest.common.metrics")
    for service in ("dispatcher", "gpu_runner", "promotion", "qa"):
        importlib.import_module(f"screentest.{service}.metrics")
    found: dict[str, set[str]] = {"up": set()}
    for metric in set(REGISTRY._names_to_collectors.values()):
        name, kind = getattr(metric, "_name", ""), getattr(metric, "_type", "")
        for suffix in _SUFFIXES.get(kind, ()) if name.startswith("screentest_") else ():
            labels = set(metric._labelnames) | ({"le"} if suffix == "_bucket" else set())
            found[f"{name}{suffix}"] = labels
    return found


@pytest.mark.parametrize("what", EXPRESSIONS)
def test_every_metric_and_label_that_is_named_exists(what, series):
    for expression in EXPRESSIONS[what]:
        used = re.findall(r"\b(screentest_\w+|up)\b(?:\{([^}]*)\})?", expression)
        assert used, f"{what} names no metric"
        known = TARGET_LABELS.union(*(series.get(name, set()) for name, _ in used))
        for name, selector in used:
            assert name in series, f"{what} names {name}, which no service has"
            named = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector))
            assert named <= series[name] | TARGET_LABELS, f"{what}: {name} has no {named}"
        grouped = {
            label.strip()
            for group in re.findall(r"\bby \(([^)]*)\)", expression)
            for label in group.split(",")
            if label.strip()
        }
        assert grouped <= known, f"{what} groups by {grouped - known}"


def test_every_metric_of_ours_says_what_it_counts_in_its_name(series):
    for name in series.keys() - {"up"}:
        assert re.fullmatch(r"screentest_[a-z][a-z0-9_]*", name)
    for metric in set(REGISTRY._names_to_collectors.values()):
        if getattr(metric, "_name", "").startswith("screentest_") and metric._type == "histogram":
            assert metric._name.endswith(("_seconds", "_sub_score")), metric._name


def test_legends_name_labels_that_are_left(series):
    for panel in PANELS:
        for target in panel["targets"]:
            grouped = re.findall(r"\bby \(([^)]*)\)", target["expr"])
            left = {label.strip() for group in grouped for label in group.split(",")}
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                assert label in left or not grouped, f"{panel['title']}: {label}"


def test_every_alert_has_its_section_in_the_runbook():
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)

    assert [rule["alert"] for rule in ALERTS] == headings
    for rule in ALERTS:
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"].endswith(".")


def test_dashboards_are_what_their_program_writes():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        documents = importlib.import_module("dashboards").documents()
    finally:
        sys.path.remove(str(ROOT / "scripts"))

    for name, text in documents.items():
        assert (FOLDER / "grafana" / "dashboards" / name).read_text() == text, (
            "run scripts/dashboards.py"
        )


def test_dashboards_name_the_data_source_that_is_provisioned():
    path = FOLDER / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(path.read_text())["datasources"]

    assert {panel["datasource"]["uid"] for panel in PANELS} == {source["uid"]}


@pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="promtool is not installed: it comes with the package prometheus",
)
def test_promtool_has_nothing_to_say(tmp_path):
    config = (FOLDER / "prometheus.yml").read_text()
    (tmp_path / "prometheus.yml").write_text(config.replace("/etc/prometheus", str(FOLDER)))

    for arguments in (
        ("check", "rules", str(FOLDER / "alerts.yml")),
        ("check", "config", str(tmp_path / "prometheus.yml")),
    ):
        done = subprocess.run(["promtool", *arguments], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
