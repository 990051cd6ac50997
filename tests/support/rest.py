"""A user of the REST API, as end-to-end tests are one."""

from typing import Any, Self

import httpx

from screentest.common.ids import new_id
from support.waiting import until

Json = dict[str, Any]

ENDED = {"scored", "failed", "cancelled"}


class Rest:
    """Asks the API, and again when the connection breaks: every request is safe to repeat."""

    def __init__(self, base_url: str, key: str) -> None:
        self.base_url = base_url
        self.headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=self.headers, timeout=20)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer, whatever it is."""

        async def attempt() -> httpx.Response | None:
            try:
                return await self._http.request(method, path, **options)
            except httpx.TransportError:
                return None

        return await until(attempt, what=f"an answer to {method} {path}", timeout_s=60)

    async def get(self, path: str, **query: Any) -> Any:
        """What a GET answers."""
        return _said(await self.ask("GET", path, params=query))

    async def post(self, path: str, body: Json | None = None, *, key: str | None = None) -> Json:
        """What a POST answers."""
        headers = {"Idempotency-Key": key or str(new_id())}
        said: Json = _said(await self.ask("POST", path, json=body or {}, headers=headers))
        return said

    async def key_of_new_user(self, role: str = "creator") -> str:
        """Make a user; what they are known by."""
        user = await self.post("/api/users", {"name": f"user {new_id()}", "role": role})
        return str((await self.post(f"/api/users/{user['id']}/api-keys"))["key"])

    async def acts(self, subject: str, subject_id: object) -> list[Json]:
        """What the audit says was done to something, oldest first."""
        page = await self.get("/api/audit", subject=subject, subject_id=str(subject_id))
        return list(reversed(page["items"]))

    async def until_waits(self, shot_id: int, code: str) -> Json:
        """The test shot once it is said to wait for that reason."""

        async def waits() -> Json | None:
            shot = await self.shot(shot_id)
            assert shot["status"] == "waiting", shot
            return shot if shot["waiting"]["code"] == code else None

        return await until(waits, what=f"test shot {shot_id} to wait for {code}")

    async def until_one_waits(self, batch_id: int, code: str) -> int:
        """The first test shot of a batch that is said to wait for that reason."""

        async def waits() -> int | None:
            shots = (await self.get(f"/api/batches/{batch_id}"))["shots"]
            ids = (shot["id"] for shot in shots if (shot["waiting"] or {}).get("code") == code)
            return next(ids, None)

        return await until(waits, what=f"one of batch {batch_id} to wait for {code}")

    async def until_only_waits(self, batch_id: int, code: str) -> list[Json]:
        """The test shots of a batch that wait, once none is rendered any more, and that is why."""

        async def waiting() -> list[Json] | None:
            shots: list[Json] = (await self.get(f"/api/batches/{batch_id}"))["shots"]
            rest = [shot for shot in shots if shot["status"] not in ENDED]
            reasons = {shot["waiting"]["code"] if shot["waiting"] else None for shot in rest}
            return rest if reasons == {code} else None

        return await until(waiting, what=f"what is left of batch {batch_id} to wait for {code}")

    async def media(self, key: str, *, part: str | None = None) -> httpx.Response:
        """A stored file, or the part of it that a Range header names."""
        headers = {"Range": part} if part else {}
        return await self.ask("GET", f"/api/media/{key}", headers=headers)

    async def gallery(self, **query: Any) -> list[Json]:
        """Every test shot of the gallery that a query names, page by page."""
        found: list[Json] = []
        cursor: Json = {}
        while True:
            page = await self.get("/api/test-shots/gallery", **query, **cursor)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}

    async def shot(self, shot_id: int) -> Json:
        """A test shot as it is now."""
        shot: Json = await self.get(f"/api/test-shots/{shot_id}")
        return shot

    async def until_status(self, shot_id: int, *wanted: str, timeout_s: float = 60) -> Json:
        """The test shot once it has one of the wanted states."""

        async def reached() -> Json | None:
            shot = await self.shot(shot_id)
            assert shot["status"] in wanted or shot["status"] not in ENDED, shot
            return shot if shot["status"] in wanted else None

        what = f"test shot {shot_id} to be {' or '.join(wanted)}"
        return await until(reached, what=what, timeout_s=timeout_s)

    async def until_ended(
        self, batch_id: int, *, timeout_s: float = 60, every_s: float = 0.01
    ) -> list[Json]:
        """The test shots of a batch once all of them have ended."""

        async def ended() -> list[Json] | None:
            shots: list[Json] = (await self.get(f"/api/batches/{batch_id}"))["shots"]
            return shots if all(shot["status"] in ENDED for shot in shots) else None

        what = f"batch {batch_id} to end"
        return await until(ended, what=what, timeout_s=timeout_s, every_s=every_s)

    async def promote(self, shot_id: int, scene_id: int) -> Json:
        """Promote a test shot and wait for the outcome."""
        asked = await self.post(f"/api/test-shots/{shot_id}/promote", {"scene_id": scene_id})
        return await self.until_decided(asked)

    async def until_decided(self, promotion: Json) -> Json:
        """A promotion once it is done or rejected."""

        async def decided() -> Json | None:
            now: Json = await self.get(f"/api/promotions/{promotion['id']}")
            return now if now["status"] != "requested" else None

        return await until(decided, what=f"the outcome of promotion {promotion['id']}")

    async def generate(self, scene_id: int, **body: int) -> Json:
        """Generate a scene and wait until its run has ended and what it made is scored."""
        await self.post(f"/api/scenes/{scene_id}/generate", body)

        async def ended() -> Json | None:
            scene: Json = await self.get(f"/api/scenes/{scene_id}")
            strip = [segment["status"] for segment in scene["chain"]["segments"]]
            is_over = scene["chain"]["run"]["finished_at"] and "rendered" not in strip
            return scene if is_over else None

        return await until(ended, what=f"scene {scene_id} to end")


def _said(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json()
