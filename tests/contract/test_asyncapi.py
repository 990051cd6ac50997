"""The published AsyncAPI documents are those of the code."""

import importlib
import inspect
import json
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from screentest.common.asyncapi import document
from screentest.common.events import RenderRequested
from screentest.common.services import SERVICES

DOCS = Path(__file__).parents[2] / "docs" / "asyncapi"


@pytest.mark.parametrize("service", SERVICES)
def test_document_is_up_to_date(service):
    """``make contracts`` writes it again."""
    assert json.loads((DOCS / f"{service}.json").read_text()) == document(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_resolves(service):
    whole = document(service)

    def walk(value):
        if isinstance(value, dict):
            if "$ref" in value:
                target = whole
                for part in value["$ref"].removeprefix("#/").split("/"):
                    target = target[part]
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(whole)


@pytest.mark.parametrize("service", SERVICES)
def test_service_hears_what_the_document_says(service):
    name = f"screentest.{service.replace('-', '_')}.subscribers"
    subscriptions = importlib.import_module(name).subscriptions
    heard = subscriptions(**{p: MagicMock() for p in inspect.signature(subscriptions).parameters})
    # Renders come through the work queue, not through a subscription.
    documented = set(SERVICES[service].hears) - {RenderRequested}

    assert {subscription.event for subscription in heard} == documented
