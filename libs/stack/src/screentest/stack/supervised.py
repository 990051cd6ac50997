"""One service process kept running: started, watched, started again when it dies.

A thread each, so that no event loop of a caller has to turn for the service to be looked after.
"""

import http.client
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus

from screentest.stack.backoff import Backoff
from screentest.stack.ports import LOOPBACK, free_ports
from screentest.stack.processes import Child, Program

_WATCH_S = 0.05
_PROBE_EVERY_S = 1.0
_PROBE_TIMEOUT_S = 2.0
STOP_GRACE_S = 3.0


class State(StrEnum):
    """What a service is doing, as its supervisor sees it."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    NOT_READY = "not ready"
    BACKING_OFF = "backing off"


class Supervised:
    """A service that is restarted, with growing delays, until `stop` is called."""

    def __init__(
        self,
        name: str,
        program_on: Callable[[int], Program],
        *,
        changed: Callable[["Supervised"], None] = lambda _: None,
        backoff: Backoff | None = None,
    ) -> None:
        """`program_on(probe_port)` says what to run; a start takes a new probe port."""
        self.name = name
        self.state = State.STOPPED
        #: Why it is not ready, or how it ended last; empty when there is nothing to say.
        self.note = ""
        self.starts = 0
        self.exits = 0
        self.probe_port = 0
        self._program_on = program_on
        self._changed = changed
        self._backoff = backoff or Backoff()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._grace_s = STOP_GRACE_S

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        child = self._child
        return child.pid if child and child.exit_code is None else None

    def start(self) -> None:
        """Begin to look after the service; returns at once."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name=f"supervise {self.name}")
            self._thread.daemon = True
            self._thread.start()

    def stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """SIGTERM, after the grace SIGKILL; returns when the process is gone."""
        self._grace_s = grace_s
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def kill(self) -> None:
        """SIGKILL the process now running; the supervisor will start another."""
        if self._child is not None:
            self._child.kill()

    def tail(self, lines: int = 20) -> str:
        """The end of the service's log."""
        return self._child.tail(lines) if self._child else ""

    @property
    def log(self) -> str:
        """Where the service's log is."""
        return str(self._child.program.log) if self._child else ""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.probe_port = free_ports(1)[0]
            self._child = Child.start(self._program_on(self.probe_port))
            self.starts += 1
            self._say(State.STARTING)
            lived_s = self._watch(self._child)
            if self._stopping.is_set():
                break
            self._child.sweep()
            self.exits += 1
            delay_s = self._backoff.delay_s(lived_s=lived_s)
            self._say(
                State.BACKING_OFF,
                f"{_how_it_ended(self._child.exit_code)}, again in {delay_s:g} s",
            )
            self._stopping.wait(delay_s)
        if self._child is not None:
            self._child.stop(grace_s=self._grace_s)
        self._say(State.STOPPED)

    def _watch(self, child: Child) -> float:
        """Follow the process until it ends or is to stop; how long it was ready, in seconds."""
        ready_since: float | None = None
        next_probe = 0.0
        while child.exit_code is None and not self._stopping.wait(_WATCH_S):
            if time.monotonic() < next_probe:
                continue
            reason = _why_not_ready(self.probe_port)
            if reason is None:
                ready_since = ready_since or time.monotonic()
                self._say(State.READY)
            elif ready_since is not None:
                self._say(State.NOT_READY, reason)
            else:
                self._say(State.STARTING, reason)
            next_probe = time.monotonic() + (_PROBE_EVERY_S if ready_since else 0.0)
        return time.monotonic() - ready_since if ready_since else 0.0

    def _say(self, state: State, note: str = "") -> None:
        if (state, note) != (self.state, self.note):
            self.state, self.note = state, note
            self._changed(self)


def _why_not_ready(probe_port: int) -> str | None:
    """What /readyz says; None when the service can take work."""
    connection = http.client.HTTPConnection(LOOPBACK, probe_port, timeout=_PROBE_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        words = answer.read(500).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException):
        return "its probe port does not answer"
    finally:
        connection.close()
    return None if answer.status == HTTPStatus.OK else words or f"status {answer.status}"


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"killed by signal {-exit_code}"
    return f"exit code {exit_code}"
