"""The OpenAPI document: complete, the same every time, and the one that is committed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from screentest.api.app import create_app
from screentest.api.commands import openapi_text

COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"
DOCUMENT = json.loads(openapi_text())
OPERATIONS = [
    (f"{method} {path}", method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_the_committed_document_is_that_of_the_code():
    assert openapi_text() == COMMITTED.read_text(encoding="utf-8"), (
        'docs/openapi.json is not what the code says: run "make contracts" and commit it'
    )


@pytest.mark.timeout(180)
def test_the_command_prints_the_same_in_every_process():
    texts = {
        subprocess.run(
            [sys.executable, "-m", "screentest.api", "openapi"],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert texts == {openapi_text()}


def test_operations_have_names_a_client_can_use():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []


def test_operations_are_described_and_filed():
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    undescribed = [name for name, _, operation in OPERATIONS if not operation.get("description")]
    unfiled = [name for name, _, operation in OPERATIONS if set(operation["tags"]) - tags]

    assert (undescribed, unfiled) == ([], [])


def test_references_lead_somewhere():
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', openapi_text())):
        place = DOCUMENT
        for part in reference.split("/"):
            place = place[part]


def test_bodies_have_examples():
    schemas = DOCUMENT["components"]["schemas"]
    missing = []
    for name, _, operation in OPERATIONS:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            # A body that may be left out is "this or null".
            schema = schema.get("anyOf", [schema])[0]
            schema = schemas[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
            if not schema.get("examples"):
                missing.append(name)

    assert missing == []


def resolved(response: dict) -> dict:
    if "$ref" not in response:
        return response
    name = response["$ref"].removeprefix("#/components/responses/")
    return DOCUMENT["components"]["responses"][name]


def test_errors_are_problems():
    for name, _, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                kinds = set(resolved(response)["content"])
                assert kinds == {"application/problem+json"}, (name, status)
        assert {"500", "503"} <= operation["responses"].keys(), name


def test_guarded_operations_say_how_to_get_in():
    schemes = DOCUMENT["components"]["securitySchemes"]
    guarded = [one for one in OPERATIONS if "security" in one[2]]

    assert {name: one["type"] for name, one in schemes.items()} == {
        "ApiKey": "http",
        "Session": "apiKey",
    }
    # Each is enough.
    assert {json.dumps(one["security"]) for _, _, one in guarded} == {
        '[{"ApiKey": []}, {"Session": []}]'
    }
    assert [name for name, _, one in guarded if "401" not in one["responses"]] == []


def test_posts_of_somebody_take_an_idempotency_key():
    without = [
        name
        for name, method, operation in OPERATIONS
        if method == "post"
        and "security" in operation
        and "Idempotency-Key" not in {one["name"] for one in operation.get("parameters", [])}
    ]

    assert without == []


def test_the_document_is_served_as_it_is_committed():
    assert create_app().openapi_url == "/api/openapi.json"
