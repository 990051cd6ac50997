"""A thin client of the REST API: every answer is checked, every problem is one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from screentest.common.ids import new_id

Json = dict[str, Any]


class ApiProblem(Exception):  # noqa: N818 - the word of RFC 9457
    """The API refused a request; the message is what its problem document says."""


class Client:
    """Calls the API as one user."""

    def __init__(self, base_url: str, key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=30
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Json:
        """GET a resource.

        Raises:
            ApiProblem: it was refused.
        """
        return await self._checked(self._http.get(path, params=params))

    async def post(self, path: str, body: Json | None = None) -> Json:
        """POST a request, safe to repeat.

        Raises:
            ApiProblem: it was refused.
        """
        headers = {"Idempotency-Key": str(new_id())}
        return await self._checked(self._http.post(path, json=body or {}, headers=headers))

    async def upload(self, path: str, name: str, data: bytes) -> Json:
        """POST a JPEG file.

        Raises:
            ApiProblem: it was refused.
        """
        return await self._checked(
            self._http.post(path, files={"image": (name, data, "image/jpeg")})
        )

    async def download(self, key: str, target: Path) -> Path:
        """Write a stored file to ``target``.

        Raises:
            ApiProblem: it was refused.
        """
        return await self.save(f"/api/media/{key}", target)

    async def save(self, path: str, target: Path) -> Path:
        """Write what a GET answers to ``target``.

        Raises:
            ApiProblem: it was refused.
        """
        async with self._http.stream("GET", path) as response:
            if response.is_error:
                await response.aread()
                raise _problem(response)
            with target.open("wb") as out:
                async for chunk in response.aiter_bytes():
                    out.write(chunk)
        return target

    async def listen(self, heard: Callable[[str, str], None]) -> None:
        """Call ``heard(type, data)`` with every live event until cancelled."""
        kind = "message"
        async with self._http.stream("GET", "/api/events", timeout=None) as response:
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    heard(kind, value)

    async def _checked(self, request: Awaitable[httpx.Response]) -> Json:
        response = await request
        if response.is_error:
            raise _problem(response)
        answer: Json = response.json()
        return answer


def _problem(response: httpx.Response) -> ApiProblem:
    try:
        text = response.json()["detail"]
    except (ValueError, KeyError):
        text = response.text[:200]
    asked = f"{response.request.method} {response.request.url.path}"
    return ApiProblem(f"{asked} answered {response.status_code}: {text}")
