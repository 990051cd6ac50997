"""Signing in with a browser: the cookie, what it opens, how it ends, and who may use it."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from screentest.api.domain.users import Role
from support.waiting import until

OWN = {"Sec-Fetch-Site": "same-origin"}


def key_of(client: httpx.AsyncClient) -> str:
    return client.headers["authorization"].removeprefix("Bearer ")


@pytest.fixture
async def browser(api, admin):
    """A browser in which an administrator has signed in."""
    client = api.client()
    answer = await client.post("/api/session", json={"api_key": key_of(admin)})
    assert answer.status_code == 200
    return client


async def test_a_key_is_exchanged_for_a_cookie_that_opens_the_same(api, admin):
    browser = api.client()
    answer = await browser.post("/api/session", json={"api_key": key_of(admin)})
    me = await browser.get("/api/me")
    session = (await browser.get("/api/session")).json()
    lasts = datetime.fromisoformat(session["expires_at"]) - datetime.now(UTC)

    assert (
        me.json() == answer.json()["user"] == session["user"] == (await admin.get("/api/me")).json()
    )
    assert timedelta(days=29, hours=23) < lasts <= timedelta(days=30)
    assert answer.headers["cache-control"] == "no-store"
    assert key_of(admin) not in answer.text


async def test_no_script_and_no_other_site_gets_the_cookie(api, admin):
    answer = await api.client().post("/api/session", json={"api_key": key_of(admin)})
    name, *attributes = answer.headers["set-cookie"].split("; ")

    assert name.startswith("screentest=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes


async def test_over_https_the_cookie_is_for_this_host_alone(api, admin):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api.app), base_url="https://api"
    ) as browser:
        answer = await browser.post("/api/session", json={"api_key": key_of(admin)})
        name, *attributes = answer.headers["set-cookie"].split("; ")
        me = await browser.get("/api/me")
        left = await browser.delete("/api/session", headers={"Origin": "https://api"})

    assert name.startswith("__Host-screentest=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(attributes)
    assert not any(one.startswith("Domain") for one in attributes)
    assert (me.status_code, left.status_code) == (200, 204)


async def test_the_token_is_stored_nowhere(browser, pool):
    rows = [str(dict(row)) for row in await pool.fetch("select * from sessions")]

    assert len(rows) == 1
    assert browser.cookies["screentest"] not in rows[0]


@pytest.mark.parametrize("key", ["st_no_such", "nonsense", " "])
async def test_a_key_that_opens_nothing_makes_no_session(api, key):
    answer = await api.client().post("/api/session", json={"api_key": key})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_signing_in_is_not_remembered_for_an_idempotency_key(api, admin):
    headers = {"Idempotency-Key": "k"}
    answers = [
        await api.client().post("/api/session", json={"api_key": key_of(admin)}, headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


async def test_signing_out_ends_the_session_and_may_be_repeated(api, browser):
    token = browser.cookies["screentest"]
    answers = [await browser.delete("/api/session", headers=OWN) for _ in range(2)]
    again = await api.client(Cookie=f"screentest={token}").get("/api/session")

    assert [answer.status_code for answer in answers] == [204, 204]
    assert "screentest" not in browser.cookies
    assert again.status_code == 401


async def test_signing_in_again_ends_the_session_before(api, admin, browser):
    before = browser.cookies["screentest"]
    await browser.post("/api/session", json={"api_key": key_of(admin)})

    assert (await api.client(Cookie=f"screentest={before}").get("/api/me")).status_code == 401
    assert (await browser.get("/api/me")).status_code == 200


async def test_a_session_ends_with_its_key(api, admin):
    user, client = await api.sign_up("gone", Role.VIEWER)
    browser = api.client()
    await browser.post("/api/session", json={"api_key": key_of(client)})
    (key,) = (await admin.get(f"/api/users/{user.id}/api-keys")).json()["items"]
    before = await browser.get("/api/me")
    await admin.delete(f"/api/users/{user.id}/api-keys/{key['id']}")
    after = await browser.get("/api/me")

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_session_ends_with_its_user(api, admin):
    user, client = await api.sign_up("gone", Role.VIEWER)
    browser = api.client()
    await browser.post("/api/session", json={"api_key": key_of(client)})
    deleted = await admin.delete(f"/api/users/{user.id}")

    assert deleted.status_code == 204
    assert (await browser.get("/api/me")).status_code == 401


async def test_use_lets_a_session_last_on_but_not_for_ever(browser, pool):
    async def ends_in(age: str, left: str) -> timedelta:
        await pool.execute(
            "update sessions set created_at = now() - $1::text::interval, "
            "last_used_at = now() - interval '2 minutes', expires_at = now() + $2::text::interval",
            age,
            left,
        )
        session = (await browser.get("/api/session")).json()
        return datetime.fromisoformat(session["expires_at"]) - datetime.now(UTC)

    used_late = await ends_in("20 days", "1 day")
    near_its_end = await ends_in("89 days", "1 hour")

    assert timedelta(days=29) < used_late <= timedelta(days=30)
    assert timedelta(hours=23) < near_its_end <= timedelta(days=1)


async def test_a_session_that_ran_out_opens_nothing(browser, pool):
    await pool.execute("update sessions set expires_at = now()")

    assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://api"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "X-Screentest-Client": "web"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://api"}, 201),
        ({"Origin": "http://api:81"}, 403),
        ({"Origin": "https://api"}, 403),
        ({"Origin": "null", "X-Screentest-Client": "web"}, 403),
        ({"X-Screentest-Client": "program"}, 201),
        ({}, 403),
    ],
)
async def test_only_our_own_pages_change_anything_with_a_cookie(browser, headers, status):
    answer = await browser.post("/api/characters", json={"name": "Mara"}, headers=headers)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "/problems/cross-site-request"
        assert (await browser.get("/api/characters")).json()["items"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_every_method_that_changes_something_is_asked_who_sends_it(browser, method):
    path = {"PUT": "/api/budgets/global"}.get(method, "/api/users/1")
    body = None if method == "DELETE" else {}
    answer = await browser.request(
        method, path, json=body, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.json()["type"] == "/problems/cross-site-request"


async def test_signing_somebody_else_out_is_refused(browser):
    answer = await browser.delete("/api/session", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert (await browser.get("/api/me")).status_code == 200


async def test_a_key_needs_no_page_and_goes_before_the_cookie(api, browser):
    _, viewer = await api.sign_up("vera", Role.VIEWER)
    both = {"Authorization": viewer.headers["authorization"], "Sec-Fetch-Site": "cross-site"}
    me = await browser.get("/api/me", headers=both)
    refused = await browser.get("/api/me", headers={"Authorization": "Bearer st_no_such"})

    assert me.json()["name"] == "vera"
    assert refused.status_code == 401


async def test_a_role_is_a_role_with_a_cookie_too(api):
    _, viewer = await api.sign_up("vera", Role.VIEWER)
    browser = api.client()
    await browser.post("/api/session", json={"api_key": key_of(viewer)})
    answer = await browser.post("/api/characters", json={"name": "Mara"}, headers=OWN)

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


async def test_pictures_come_with_the_cookie(api, browser):
    key = f"images/{'a' * 64}.png"
    await api.deps.objects.put(key, b"picture", media_type="image/png")

    assert (await browser.get(f"/api/media/{key}")).content == b"picture"
    assert (await api.client().get(f"/api/media/{key}")).status_code == 401


async def test_live_events_come_with_the_cookie(api, browser, database):
    running = asyncio.create_task(api.deps.live.run(database.dsn("api")))
    await until(api.deps.live._following.is_set, what="the feed")
    watching = asyncio.create_task(browser.get("/api/events"))
    await until(lambda: api.deps.live._watchers, what="the stream to begin")
    running.cancel()  # as a stop does; the client reads the whole answer only then
    answer = await watching

    assert answer.headers["content-type"].startswith("text/event-stream")
