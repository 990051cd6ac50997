"""Whether the api answers: always, and whatever it is asked."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx

from screentest.stack.stack import Stack
from support.rest import Json, Rest

_CONTRACT = "/api/openapi.json"
#: Is answered for as long as somebody listens.
_STREAM = "/api/events"
_ASK_EVERY_S = 0.1


@asynccontextmanager
async def always_answered(stack: Stack) -> AsyncIterator[None]:
    """Within the block one of the apis answers at any time, and none says that it is at fault."""
    headers = {"Authorization": f"Bearer {stack.admin_key}"}
    is_over = False

    async def status(http: httpx.AsyncClient, base_url: str) -> int | None:
        try:
            return (await http.get(f"{base_url}/api/workers")).status_code
        except httpx.TransportError:
            return None

    async def keep_asking() -> None:
        async with httpx.AsyncClient(headers=headers, timeout=30) as http:
            while not is_over:
                said = await asyncio.gather(*(status(http, url) for url in stack.base_urls))
                assert set(said) - {None} == {HTTPStatus.OK}, f"the apis answered {said}"
                await asyncio.sleep(_ASK_EVERY_S)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep_asking())
        yield
        is_over = True


async def contract(rest: Rest) -> Json:
    """The OpenAPI document that an api says."""
    said: Json = await rest.get(_CONTRACT)
    return said


async def everything_is_answered(rest: Rest, known: Mapping[str, object]) -> None:
    """Ask an api all it can be asked about what is ``known``: parameter -> value."""
    asked = 0
    for path, operations in (await contract(rest))["paths"].items():
        if "get" not in operations or path == _STREAM:
            continue
        query = {one["name"] for one in operations["get"].get("parameters", ()) if _must_be(one)}
        if {*re.findall(r"{(\w+)}", path), *query} <= known.keys():
            wanted = {name: str(known[name]) for name in query}
            answer = await rest.ask("GET", path.format(**known), params=wanted)
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, f"{path}: {answer.text}"
            asked += 1
    assert asked


def _must_be(parameter: Json) -> bool:
    return parameter["in"] == "query" and bool(parameter.get("required"))
