"""The runner's end of the rendering process: start it, give orders, read reports, be rid of it.

Must never leave a process behind: every way out of a started process leads through `stop`.
"""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any, Self

from screentest.gpu_runner.engine.backend import RenderFailed

#: A report line carries a preview in base64: 64 KiB, asyncio's default, could be too little.
_LONGEST_REPORT_BYTES = 2**20
_MODULE = "screentest.gpu_runner.engine.builtin.child"

Report = dict[str, Any]
"""{"event": "ready" | "progress" | "done" | "cancelled" | "failed", ...}."""


class RenderProcess:
    """A child process that renders one order at a time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._orders = process.stdin
        self._reports = process.stdout
        self._is_ready = False
        self._is_killed = False

    @classmethod
    async def start(cls) -> Self:
        """Start the process; it is warming up while this returns.

        Raises:
            RenderFailed: ``backend_unreachable``, when the system refuses another process.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _MODULE,
                stdin=PIPE,
                stdout=PIPE,
                limit=_LONGEST_REPORT_BYTES,
            )
        except OSError as error:
            raise RenderFailed(
                "backend_unreachable",
                f"the built-in renderer cannot be started: {error}",
                retryable=True,
            ) from error
        return cls(process)

    @property
    def is_alive(self) -> bool:
        """Whether it can still take an order."""
        return self._process.returncode is None and not self._is_killed

    @property
    def pid(self) -> int:
        """The operating system's number for it."""
        return self._process.pid

    async def ready(self) -> None:
        """Wait until its libraries are loaded and it listens.

        Raises:
            RenderFailed: it died instead.
        """
        if not self._is_ready:
            await self.report()
            self._is_ready = True

    async def order(self, line: str) -> None:
        """Send one line; a dead process is noticed by `report`, not here."""
        with contextlib.suppress(ConnectionError):
            self._orders.write(line.encode() + b"\n")
            await self._orders.drain()

    async def report(self) -> Report:
        """The next report.

        Raises:
            RenderFailed: ``renderer_crashed``, retryable, when the process died.
        """
        line = await self._reports.readline()
        if not line.endswith(b"\n"):
            status = await self._process.wait()
            how = f"signal {-status}" if status < 0 else f"exit status {status}"
            raise RenderFailed(
                "renderer_crashed",
                f"the built-in renderer's process ended with {how} in the middle of its work",
                retryable=True,
            )
        report: Report = json.loads(line)
        return report

    async def stop(self) -> None:
        """Kill it if it lives, and wait until it is gone. Nothing in it needs a goodbye."""
        self.kill()
        await self._process.wait()

    def kill(self) -> None:
        """Kill it if it lives, without waiting."""
        with contextlib.suppress(ProcessLookupError):
            if self.is_alive:
                self._process.kill()
        self._is_killed = True
        self._orders.close()
