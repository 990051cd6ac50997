"""What a broker says of itself, and what we make of it."""

import pytest

from screentest.common.broker_capabilities import UnfitBroker, judge


def properties(version: str, *, product: str = "RabbitMQ", **lacking: bool) -> dict:
    told = {"publisher_confirms": True, "basic.nack": True, "consumer_cancel_notify": True}
    return {"product": product, "version": version, "capabilities": told | lacking}


@pytest.mark.parametrize(
    ("version", "delivery_limit", "ack_timeout_set_by"),
    [("3.10.8", None, "node"), ("3.13.7", None, "policy"), ("4.1.0", 20, "policy")],
)
def test_what_the_lines_differ_in_is_known(version, delivery_limit, ack_timeout_set_by):
    found = judge(properties(version))

    assert (found.delivery_limit, found.ack_timeout_set_by) == (delivery_limit, ack_timeout_set_by)
    assert found.warning is None


@pytest.mark.parametrize(
    "told", [properties("3.9.29"), properties("4.1.0", publisher_confirms=False)]
)
def test_a_broker_that_loses_messages_is_refused_in_a_sentence(told):
    with pytest.raises(UnfitBroker, match=r"use .*3\.10 or newer\.$"):
        judge(told)


@pytest.mark.parametrize("told", [properties("5.0.0"), properties("2.0", product="LavinMQ")])
def test_what_nobody_has_tried_is_warned_of(told):
    assert judge(told).warning
