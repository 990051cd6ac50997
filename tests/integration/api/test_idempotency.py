"""A POST with an Idempotency-Key happens once, however often and concurrently it is sent."""

import asyncio
import io

import pytest
from PIL import Image

from screentest.api.domain.users import Role
from screentest.api.settings import ApiSettings
from screentest.api.store import characters
from screentest.common.db import transaction

KEY = {"Idempotency-Key": "one"}


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(buffer, "PNG")
    return buffer.getvalue()


async def count(pool, table: str) -> int:
    return await pool.fetchval(f"select count(*) from {table}")


async def test_a_repeated_request_gets_the_first_answer(creator, pool):
    first = await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
    second = await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["content-type"] == second.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await count(pool, "characters") == 1


async def test_without_a_key_every_request_counts(creator, pool):
    for _ in range(2):
        await creator.post("/api/characters", json={"name": "Mina"})

    assert await count(pool, "characters") == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/characters", {"name": "Nora"}), ("/api/characters?x=1", {"name": "Mina"})],
)
async def test_the_key_of_another_request_is_refused(creator, pool, path, body):
    await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
    answer = await creator.post(path, json=body, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency-key-reused"
    assert await count(pool, "characters") == 1


async def test_keys_belong_to_a_user(api, creator, pool):
    _, other = await api.sign_up("other", Role.CREATOR)
    for client in (creator, other):
        await client.post("/api/characters", json={"name": "Mina"}, headers=KEY)

    assert await count(pool, "characters") == 2


async def test_concurrent_duplicates_happen_once(creator, pool):
    answers = await asyncio.gather(
        *(creator.post("/api/characters", json={"name": "Mina"}, headers=KEY) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await count(pool, "characters") == 1


class TestWithLittlePatience:
    @pytest.fixture
    def settings(self, settings) -> ApiSettings:
        return settings.model_copy(update={"idempotency_wait_s": 0.05})

    async def test_a_duplicate_of_a_slow_request_is_told_to_come_again(
        self, api, creator, pool, monkeypatch
    ):
        entered, go_on = asyncio.Event(), asyncio.Event()
        add = characters.add_character

        async def slowly(*arguments):
            entered.set()
            await go_on.wait()
            return await add(*arguments)

        monkeypatch.setattr(characters, "add_character", slowly)
        first = asyncio.create_task(
            creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
        )
        await entered.wait()
        second = await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
        go_on.set()

        assert second.status_code == 409
        assert second.json()["type"] == "/problems/request-in-progress"
        assert second.headers["retry-after"]
        assert (await first).status_code == 201
        assert await count(pool, "characters") == 1


async def test_a_request_that_failed_may_be_mended_under_its_key(creator):
    refused = await creator.post("/api/characters", json={"name": ""}, headers=KEY)
    accepted = await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)

    assert (refused.status_code, accepted.status_code) == (422, 201)


async def test_a_failure_after_the_change_leaves_neither(creator, pool, monkeypatch):
    """The change and the memory of it commit together."""
    monkeypatch.setattr(characters, "character", lambda *_: 1 / 0)
    failed = await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
    monkeypatch.undo()

    assert failed.status_code == 500
    assert await count(pool, "characters") == await count(pool, "idempotency_keys") == 0
    assert (
        await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
    ).status_code == 201


async def test_uploads_are_recognised_in_spite_of_their_boundary(creator, pool):
    """Clients draw a new multipart boundary for every attempt."""
    answers = [
        await creator.post(
            "/api/characters", data={"name": "Mina"}, files={"image": ("a.png", png())}, headers=KEY
        )
        for _ in range(2)
    ]
    other = await creator.post(
        "/api/characters",
        data={"name": "Mina"},
        files={"image": ("a.png", png("blue"))},
        headers=KEY,
    )

    assert answers[0].request.headers["content-type"] != answers[1].request.headers["content-type"]
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert answers[1].json() == answers[0].json()
    assert other.status_code == 422
    assert await count(pool, "source_images") == 1


async def test_keys_are_forgotten_after_a_day(creator, pool):
    await creator.post("/api/characters", json={"name": "Mina"}, headers=KEY)
    async with transaction(pool) as tx:
        await tx.execute("update idempotency_keys set created_at = now() - interval '25 hours'")
    again = await creator.post("/api/characters", json={"name": "Nora"}, headers=KEY)
    repeated = await creator.post("/api/characters", json={"name": "Nora"}, headers=KEY)

    assert again.status_code == 201
    assert repeated.content == again.content
    assert await count(pool, "characters") == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tbed"])
async def test_keys_have_a_form(creator, key):
    answer = await creator.post(
        "/api/characters", json={"name": "Mina"}, headers={"Idempotency-Key": key}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "header.Idempotency-Key"
