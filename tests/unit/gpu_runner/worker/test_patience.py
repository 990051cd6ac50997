"""Trying again while something is away."""

import pytest

from screentest.gpu_runner.worker import patience
from screentest.gpu_runner.worker.patience import patiently


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Wait for nothing, but note how long it would have been."""
    pauses = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr(patience.asyncio, "sleep", sleep)
    return pauses


async def test_tries_until_it_works_with_growing_pauses(at_once):
    failures = [ConnectionError("away")] * 7

    async def attempt() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert await patiently(attempt, what="test") == "done"
    assert at_once == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


async def test_error_that_will_not_pass_is_raised_at_once(at_once):
    async def attempt() -> None:
        raise ValueError("never")

    with pytest.raises(ValueError, match="never"):
        await patiently(attempt, what="test")
    assert at_once == []


async def test_caller_decides_what_may_pass():
    tries = []

    async def attempt() -> None:
        tries.append(1)
        raise ValueError("sometimes")

    with pytest.raises(ValueError, match="sometimes"):
        await patiently(attempt, what="test", may_pass=lambda _: len(tries) < 3)
    assert len(tries) == 3
