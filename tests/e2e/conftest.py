"""One real stack for all end-to-end tests, two processes of every service and eight workers in it.

Renders are stretched to a second, so that something can happen in the middle of one; leases are
short, so that a lost worker is missed soon.
"""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from screentest.stack.stack import Stack
from support.audit import Audit
from support.fleet import REPLICAS, WORKERS
from support.rest import Rest
from support.stacks import private_stack

RENDER_S = 1.0
_LOG_LINES = 30
#: A process looks here at every start.
_SETTINGS: dict[str, dict[str, str]] = {
    "": {
        "SCREENTEST_GPU_RUNNER_BUILTIN_MINIMUM_S": str(RENDER_S),
        "SCREENTEST_GPU_RUNNER_LEASE_TTL_S": "3",
        "SCREENTEST_GPU_RUNNER_HEARTBEAT_S": "0.5",
        "SCREENTEST_GPU_RUNNER_SEEN_S": "1",
    }
}


# Before xdist reads the groups: it would come first where these tests are asked for by name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them use the one stack, so one test process runs them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("whole-stack"))
            # The first test of the session waits for the stack as well.
            item.add_marker(pytest.mark.timeout(300))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """Show the last words of every service beside a failure: the stack's folder is gone by then."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("broken_stack")
    if report.failed and isinstance(stack, Stack):
        report.sections += [(f"log of {one.name}", one.tail(_LOG_LINES)) for one in stack.services]
    return report


@pytest.fixture(scope="session")
def _session_stack() -> Iterator[Stack]:
    with private_stack(runners=len(WORKERS), replicas=REPLICAS, settings=_SETTINGS) as stack:
        yield stack


@pytest.fixture
def broken_stack(_session_stack: Stack) -> Stack:
    """The stack, ready, for tests that break it."""
    _session_stack.services.wait_ready()
    return _session_stack


@pytest.fixture
def stack(broken_stack: Stack) -> Iterator[Stack]:
    """The stack, ready; no process of it may die."""
    exits = {one.name: one.exits for one in broken_stack.services}
    yield broken_stack
    for one in broken_stack.services:
        assert one.exits == exits[one.name], f"{one.name} died; its last words:\n{one.tail(30)}"


@pytest.fixture
def slow_worker(stack: Stack) -> Iterator[str]:
    """A worker that takes so long for a render that what is asked meanwhile is heard in time."""
    slow = stack.services[WORKERS[0]]

    def start_again() -> None:
        slow.stop()
        slow.start()
        stack.services.wait_ready(slow.name)

    _SETTINGS[slow.name] = {"SCREENTEST_GPU_RUNNER_BUILTIN_MINIMUM_S": "5"}
    start_again()
    yield slow.name
    del _SETTINGS[slow.name]
    start_again()


@pytest.fixture
async def rest(broken_stack: Stack) -> AsyncIterator[Rest]:
    """The administrator at the REST API."""
    async with Rest(broken_stack.base_url, broken_stack.admin_key) as rest:
        yield rest


@pytest.fixture
async def colleague(broken_stack: Stack, rest: Rest) -> AsyncIterator[Rest]:
    """A new creator, who asks the last of the apis."""
    key = await rest.key_of_new_user()
    async with Rest(broken_stack.base_urls[-1], key) as colleague:
        yield colleague


@pytest.fixture
def audit(broken_stack: Stack, rest: Rest) -> Audit:
    return Audit(broken_stack, rest)
