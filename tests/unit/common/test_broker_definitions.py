"""The committed definitions, against what the code says."""

import json
import re
from pathlib import Path

import pytest

from screentest.common.broker_definitions import accounts, definitions, user_of
from screentest.common.events import CONTRACTS
from screentest.common.services import SERVICES
from screentest.common.topology import EVENTS

COMMITTED = Path(__file__).parents[3] / "deploy" / "rabbitmq" / "definitions.json"


def test_committed_file_is_what_the_code_says():
    assert json.loads(COMMITTED.read_text()) == definitions(), "run `make contracts`"


def test_committed_file_lets_nobody_in():
    users = json.loads(COMMITTED.read_text())["users"]

    assert {user["password_hash"] for user in users} == {""}


@pytest.mark.parametrize("service", SERVICES)
def test_a_user_may_say_and_hear_what_its_row_says(service):
    (events,) = [
        one
        for one in accounts("/")["topic_permissions"]
        if (one["user"], one["exchange"]) == (user_of(service), EVENTS.name)
    ]

    for pattern, expected in (
        (events["write"], SERVICES[service].says),
        (events["read"], SERVICES[service].hears),
    ):
        keys = {
            event: f"{event.type}.builtin.a1" if event.__name__ == "RenderRequested" else event.type
            for event in CONTRACTS.values()
        }
        assert {event for event, key in keys.items() if re.search(pattern, key)} == set(expected)


@pytest.mark.parametrize("service", SERVICES)
def test_a_user_may_not_touch_the_default_exchange_or_a_neighbours_queue(service):
    (access,) = [one for one in accounts("/")["permissions"] if one["user"] == user_of(service)]

    theirs = [f"{other}.on-shot-requested" for other in SERVICES if other != service]
    for name in ("amq.default", "amq.topic", f"x{service}.on-x", *theirs):
        assert not any(re.search(access[kind], name) for kind in ("configure", "write", "read"))
