"""Every error is a problem: on every path, for every reason.

One database serves a whole walk over the paths, so the walks are loops and name what they met.
"""

import re
from collections.abc import Iterator

import pytest

from screentest.api.app import create_app
from screentest.api.problems import PROBLEMS

DOCUMENT = create_app().openapi()
PUBLIC = {"get_health", "list_problem_types", "get_problem_type", "sign_in", "sign_out"}
FORM = "multipart/form-data"
JSON = "application/json"


def operations(*, body: bool = False) -> Iterator[tuple[str, str, dict]]:
    """(method, URL of something that does not exist, operation) of all, or those with a body."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if not body or "requestBody" in operation:
                # A segment's index is bounded by what a scene can have.
                known = path.replace("{index}", "99")
                yield method, re.sub(r"\{(\w+)\}", "999999999", known), operation


def fault_of(answer, *statuses: int) -> str | None:
    """What is wrong with an answer that should be a problem with one of these statuses."""
    if answer.status_code not in statuses:
        return f"{answer.status_code} {answer.text[:200]}"
    if answer.request.method == "HEAD":
        return None
    if answer.headers["content-type"] != "application/problem+json":
        return answer.headers["content-type"]
    body = answer.json()
    problem = PROBLEMS.get(body["type"].removeprefix("/problems/"))
    if problem is None:
        return f"unknown type {body['type']}"
    wanted = {"title": problem.title(), "status": answer.status_code}
    if not wanted.items() <= body.items() or problem.status != answer.status_code:
        return f"{body}"
    return None if body["detail"].strip().endswith(".") else f"no sentence: {body['detail']}"


def test_only_these_are_public():
    """Guards the walks: a route that forgot its role would show here."""
    assert {o["operationId"] for _, _, o in operations() if "security" not in o} == PUBLIC


async def test_nobody_gets_in_without_a_key(api):
    client = api.client()
    faults = {}
    for method, url, operation in operations():
        if "security" in operation:
            answer = await client.request(method, url)
            challenge = answer.headers.get("www-authenticate", "")
            if fault := fault_of(answer, 401) or (not challenge.startswith("Bearer") and challenge):
                faults[method, url] = fault

    assert faults == {}


async def test_bodies_of_another_kind_are_refused(admin):
    faults = {}
    for method, url, _ in operations(body=True):
        answer = await admin.request(
            method, url, content=b"<a/>", headers={"Content-Type": "application/xml"}
        )
        faults[method, url] = fault_of(answer, 415)

    assert {key: fault for key, fault in faults.items() if fault} == {}


async def test_bodies_of_another_shape_are_refused(admin):
    faults = {}
    for method, url, operation in operations(body=True):
        if JSON in operation["requestBody"]["content"]:
            answer = await admin.request(method, url, json=["not an object"])
        else:
            answer = await admin.request(method, url, files={"wrong": ("a.txt", b"text")})
        faults[method, url] = fault_of(answer, 422)
        assert answer.json()["type"] == "/problems/invalid-request", (method, url)
        assert answer.json()["errors"][0]["where"].startswith("body")

    assert {key: fault for key, fault in faults.items() if fault} == {}


@pytest.mark.parametrize(
    "text",
    ['{"a": ', '{"name": NaN}', '{"name": Infinity}', "\xff", "[" * 100_000],
    ids=["cut", "NaN", "Infinity", "not UTF-8", "deep"],
)
async def test_broken_json_is_refused(admin, text):
    faults = {}
    for method, url, operation in operations(body=True):
        if JSON in operation["requestBody"]["content"]:
            answer = await admin.request(
                method, url, content=text.encode("latin-1"), headers={"Content-Type": JSON}
            )
            faults[method, url] = fault_of(answer, 400, 422)

    assert {key: fault for key, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("length", [{}, {"Content-Length": str(100 * 1024 * 1024)}])
async def test_large_bodies_are_refused(admin, length):
    """Whether the length is declared or not."""
    faults = {}

    async def endless():
        for _ in range(100):
            yield b" " * 1024 * 1024

    for method, url, operation in operations(body=True):
        kind = next(iter(operation["requestBody"]["content"]))
        kind += "; boundary=x" if kind == FORM else ""
        answer = await admin.request(
            method, url, content=endless(), headers={"Content-Type": kind, **length}
        )
        faults[method, url] = fault_of(answer, 413)

    assert {key: fault for key, fault in faults.items() if fault} == {}


SPECIFIC = [
    ("GET", "/api/nothing", 404, "path-not-found"),
    ("GET", "/nothing", 404, "path-not-found"),
    ("PUT", "/api/characters", 405, "method-not-allowed"),
    ("GET", "/api/characters/7", 404, "character-not-found"),
    ("GET", "/api/characters/seven", 422, "invalid-request"),
    ("GET", f"/api/characters/{2**63}", 422, "invalid-request"),
    ("GET", "/api/characters/0", 422, "invalid-request"),
    ("GET", "/api/characters?limit=0", 422, "invalid-request"),
    ("GET", "/api/characters?limit=201", 422, "invalid-request"),
    ("GET", "/api/characters?cursor=nonsense", 422, "invalid-request"),
    ("GET", "/api/characters?q=%00", 422, "unstorable-value"),
    ("GET", "/api/workflows/7", 404, "workflow-not-found"),
    ("GET", "/api/scene-types/7", 404, "scene-type-not-found"),
    ("GET", "/api/scenes/7", 404, "scene-not-found"),
    ("GET", "/api/users/7", 404, "user-not-found"),
    ("GET", "/problems/nothing", 404, "path-not-found"),
]


async def test_the_problem_says_which(admin):
    for method, path, status, name in SPECIFIC:
        answer = await admin.request(method, path)

        assert fault_of(answer, status) is None, path
        assert answer.json()["type"] == f"/problems/{name}", path


async def test_a_wrong_method_is_told_the_right_ones(admin):
    answer = await admin.put("/api/characters")

    assert {"GET", "POST"} & set(answer.headers["allow"].split(", "))


async def test_text_that_cannot_be_stored_is_refused(creator):
    for hair in ("null \\u0000 inside", "\\ud800", "\\udc00\\ud800"):
        answer = await creator.post(
            "/api/characters",
            content=f'{{"name": "x", "metadata": {{"hair": "{hair}"}}}}',
            headers={"Content-Type": JSON},
        )

        assert fault_of(answer, 422) is None, hair


async def test_nonsense_is_no_key(api, creator):
    real = creator.headers["authorization"]
    almost = real[:-1] + ("A" if real[-1] != "A" else "B")
    nonsense = ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer st_abc_def", "st_a_b"]
    for header in (*nonsense, almost, real.removeprefix("Bearer ")):
        answer = await api.client(Authorization=header).get("/api/me")

        assert fault_of(answer, 401) is None, header


async def test_viewers_change_nothing(viewer):
    faults = {}
    for method, url, operation in operations():
        is_own = "api-keys" in url or url in {"/api/events/ticket", "/api/session"}
        is_question = url == "/api/estimates" or url.endswith(("/preview-prompts", "/validate"))
        if method in ("get", "head") or is_own or is_question:
            continue
        assert "security" in operation
        faults[method, url] = fault_of(await viewer.request(method, url), 403)

    assert {key: fault for key, fault in faults.items() if fault} == {}


#: People, money, and what holds up everybody's work.
ADMINISTRATION = re.compile(
    r"/api/(users|budgets(?!/me)|audit|lanes/\w+/(pause|resume)|workers/\w+/(drain|resume))\b"
)


async def test_administration_is_for_administrators(creator):
    refused = set()
    for method, url, operation in operations():
        is_endless = url == "/api/events"
        if "security" in operation and not is_endless:
            answer = await creator.request(method, url)
            if answer.status_code == 403:
                refused.add((method, url))

    assert refused == {
        (method, url) for method, url, _ in operations() if ADMINISTRATION.match(url)
    }


async def test_a_fault_of_the_api_is_a_problem_without_its_cause(admin, monkeypatch):
    from screentest.api.store import characters

    async def fail(*_, **__):
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(characters, "characters", fail)
    answer = await admin.get("/api/characters")

    assert fault_of(answer, 500) is None
    assert "secret" not in answer.text


async def test_without_its_database_the_api_says_so(api, admin, pool):
    pool.terminate()
    health = await api.client().get("/api/health")

    assert fault_of(await admin.get("/api/characters"), 503) is None
    assert fault_of(health, 503) is None
    assert health.json()["checks"]["database"] != "ok"


async def test_health(api):
    answer = await api.client().get("/api/health")

    assert answer.status_code == 200
    assert answer.json()["database"] == answer.json()["broker"] == "ok"


async def test_every_type_has_its_page(api):
    json, html = api.client(), api.client(Accept="text/html")
    listed = (await json.get("/problems")).json()
    for name in sorted(PROBLEMS):
        answer = await json.get(f"/problems/{name}")
        page = await html.get(f"/problems/{name}")

        assert answer.json() in listed
        assert answer.json()["type"] == f"/problems/{name}"
        assert answer.json()["explanation"].startswith(answer.json()["title"])
        assert page.headers["content-type"].startswith("text/html")
        assert f"<h1>{answer.json()['status']} " in page.text
    assert len(listed) == len(PROBLEMS)
