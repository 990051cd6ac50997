"""All services of a stack together: start, wait until ready, stop in stages.

Owns the `Supervised` of every service. Knows nothing of servers and migrations.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from screentest.stack.errors import StackError, StartError
from screentest.stack.processes import POLL_S, Program
from screentest.stack.servers import together
from screentest.stack.services import Service, stop_stages
from screentest.stack.supervised import STOP_GRACE_S, State, Supervised

_HOPELESS_EXITS = 4


class Supervisor:
    """The supervised services, by name, in their order of start."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        environment: Callable[[Service, int], Mapping[str, str]],
        logs: Path,
        folder: Path,
        changed: Callable[[Supervised], None] = lambda _: None,
    ) -> None:
        """`environment(service, probe_port)` is asked again at every start of a process."""
        self._services = {service.name: service for service in services}
        self._environment = environment
        self._logs = logs
        self._folder = folder
        self._changed = changed
        self._lock = threading.Lock()
        self._supervised = {
            name: Supervised(name, self._program_of(service), changed=self._on_change)
            for name, service in self._services.items()
        }

    def __iter__(self) -> Iterator[Supervised]:
        return iter(self._supervised.values())

    def __getitem__(self, name: str) -> Supervised:
        """The service of that name.

        Raises:
            StackError: there is none; the message lists those there are.
        """
        if name not in self._supervised:
            known = ", ".join(self._supervised)
            raise StackError(f'There is no service "{name}" in this stack; there are {known}.')
        return self._supervised[name]

    def start(self) -> None:
        """Begin to start every service; `wait_ready` waits for them."""
        for one in self:
            one.start()

    def wait_ready(self, *names: str, timeout_s: float = 60.0) -> None:
        """Wait until the named services, or all, are ready.

        Raises:
            StartError: one keeps dying, or is not ready in time; its log's end is in the message.
        """
        waited_for = [self[name] for name in names] or list(self)
        exits = {one.name: one.exits for one in waited_for}
        until = time.monotonic() + timeout_s
        while late := [one for one in waited_for if one.state is not State.READY]:
            for one in late:
                if one.exits - exits[one.name] >= _HOPELESS_EXITS:
                    raise _failure(one, f"{one.name} died {_HOPELESS_EXITS} times in a row")
            if time.monotonic() > until:
                one = late[0]
                reason = f" ({one.note})" if one.note else ""
                raise _failure(one, f"{one.name} was not ready after {timeout_s:g} s{reason}")
            time.sleep(POLL_S)

    def stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """Stop all: those who ask for work first, those who do it last."""
        for stage in stop_stages(list(self._services.values())):
            ones = [self._supervised[service.name] for service in stage]
            together(*(lambda one=one: one.stop(grace_s=grace_s) for one in ones))

    def _on_change(self, one: Supervised) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._changed(one)

    def _program_of(self, service: Service) -> Callable[[int], Program]:
        def program_on(probe_port: int) -> Program:
            return Program(
                name=service.name,
                arguments=[sys.executable, *service.arguments],
                environment=self._environment(service, probe_port),
                log=self._logs / f"{service.name}.log",
                folder=self._folder,
            )

        return program_on


def _failure(one: Supervised, what: str) -> StartError:
    return StartError.with_tail(what, Path(one.log), one.tail())
