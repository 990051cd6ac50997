"""The stack the demo talks to: the one that runs here already, else one of its own."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from screentest.stack.admin_key import read_admin_key
from screentest.stack.errors import StartError
from screentest.stack.folder import StackFolder
from screentest.stack.record import RECORD, running_stack
from screentest.stack.stack import Stack

_START_TIMEOUT_S = 60
_LOG_TAIL_LINES = 20


@dataclass(frozen=True)
class Running:
    """Where the API is, and the key of its first admin."""

    base_url: str
    admin_key: str


@asynccontextmanager
async def running(folder: Path, *, keep: bool, console: Console) -> AsyncIterator[Running]:
    """A running stack; one that was started here is stopped again unless ``keep``.

    Raises:
        StackError: it did not start.
    """
    home = StackFolder(folder)
    if running_stack(home) is not None:
        console.print("Using the stack that runs here already.")
        yield _found(home)
    elif keep:
        await _start_detached(home)
        yield _found(home)
    else:
        async with Stack(folder) as stack:
            yield Running(stack.base_url, stack.admin_key)


def _found(home: StackFolder) -> Running:
    key = read_admin_key(home.path)
    assert key is not None, "a stack that runs has made it"
    return Running(home.read_record(RECORD)["base_url"], key)


async def _start_detached(home: StackFolder) -> None:
    """Start `stack up` as a process that outlives this one, and wait until all of it is ready."""
    log = home.path / "logs" / "stack.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "screentest.stack", "up"]
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module, and it returns at once
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    async with asyncio.timeout(_START_TIMEOUT_S):
        while not _is_ready(home):
            if process.poll() is not None:
                tail = "\n".join(log.read_text().splitlines()[-_LOG_TAIL_LINES:])
                raise StartError(f"The stack did not start. The end of {log}:\n{tail}")
            await asyncio.sleep(0.1)


def _is_ready(home: StackFolder) -> bool:
    if running_stack(home) is None:
        return False
    services = home.read_record(RECORD).get("services", {})
    return bool(services) and all(one["state"] == "ready" for one in services.values())
