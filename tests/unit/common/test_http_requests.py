"""What is observed of requests."""

import pytest

from screentest.common.http_requests import ObservedRequests
from screentest.common.metrics import HTTP_REQUEST_SECONDS


class Route:
    path = "/api/shots/{id}"


def app_that(answers: int | None, *, route: object = None):
    async def app(scope, receive, send):
        if route is not None:
            scope["route"] = route
        if answers is None:
            raise RuntimeError("a defect")
        await send({"type": "http.response.start", "status": answers, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return ObservedRequests(app, traced="/api/")


async def request(app: ObservedRequests, path: str) -> list[dict]:
    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": path, "headers": []}, None, send)
    return sent


def count(route: str, status: str) -> float:
    child = HTTP_REQUEST_SECONDS.labels("GET", route, status)
    return sum(bucket.get() for bucket in child._buckets)


async def test_a_request_is_counted_by_its_routes_template():
    before = count(Route.path, "200")

    sent = await request(app_that(200, route=Route()), "/api/shots/17")

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert count(Route.path, "200") == before + 1


async def test_addresses_that_somebody_made_up_share_one_series():
    before = count("other", "404")

    await request(app_that(404), "/api/wp-login.php")
    await request(app_that(404), "/.env")

    assert count("other", "404") == before + 2


async def test_a_defect_is_counted_and_goes_on():
    before = count(Route.path, "500")

    with pytest.raises(RuntimeError):
        await request(app_that(None, route=Route()), "/api/shots/17")

    assert count(Route.path, "500") == before + 1
