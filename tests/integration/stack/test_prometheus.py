"""A stack that is observed: Prometheus finds every process, also one that was started again."""

import json
import urllib.parse
import urllib.request

import pytest

from screentest.stack.binaries import find_postgres, find_prometheus, find_rabbitmq
from screentest.stack.stack import Stack

pytestmark = [
    pytest.mark.skipif(
        not (find_postgres() and find_rabbitmq()), reason="native servers are not installed"
    ),
    pytest.mark.skipif(
        find_prometheus() is None, reason="prometheus is not installed: apt-get install prometheus"
    ),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("whole-stack"),
]


def ask(stack: Stack, path: str, **query: str):
    url = f"{stack.prometheus_url}/api/v1/{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]


def test_every_process_is_found_and_every_alert_is_understood(new_folder, wait_for):
    with Stack(new_folder(), runners=1, replicas=1, durable=False, observe=True) as stack:

        def up() -> dict[str, str]:
            result = ask(stack, "query", query='up{job="screentest"} == 1')["result"]
            return {one["metric"]["instance"]: one["metric"]["service"] for one in result}

        expected = {
            "api": "api",
            "dispatcher": "dispatcher",
            "gpu-runner-1": "gpu-runner",
            "promotion": "promotion",
            "qa": "qa",
        }
        wait_for(lambda: up() == expected, what="all processes to be scraped")
        rules = [rule for group in ask(stack, "rules")["groups"] for rule in group["rules"]]
        assert rules
        wait_for(
            lambda: (
                {
                    rule["health"]
                    for group in ask(stack, "rules")["groups"]
                    for rule in group["rules"]
                }
                == {"ok"}
            ),
            what="every rule to be evaluated",
        )
        before = stack.services["qa"].probe_port
        stack.services["qa"].kill()
        wait_for(lambda: stack.services["qa"].probe_port != before, what="qa to be started again")

        def scraped_at() -> set[str]:
            targets = ask(stack, "targets", state="active")["activeTargets"]
            return {one["scrapeUrl"] for one in targets if one["labels"]["service"] == "qa"}

        fresh = stack.services["qa"].probe_port
        wait_for(
            lambda: scraped_at() == {f"http://127.0.0.1:{fresh}/metrics"},
            what="Prometheus to look at the new process",
        )
