"""Starts a server again that died by itself, as long as the stack runs."""

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from screentest.stack.backoff import Backoff
from screentest.stack.errors import StackError

_LOOK_EVERY_S = 0.5


class Revivable(Protocol):
    """A server that knows whether it died, as opposed to having been stopped."""

    def revive(self) -> bool:
        """Start again if it died; whether it had."""


class Guard:
    """One thread that looks after the servers."""

    def __init__(
        self, servers: Mapping[str, Revivable], changed: Callable[[str, str, str], None]
    ) -> None:
        self._servers = servers
        self._changed = changed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guard servers", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when a start under way is finished."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        backoff = Backoff(first_s=_LOOK_EVERY_S)
        wait_s = _LOOK_EVERY_S
        while not self._stopping.wait(wait_s):
            wait_s = _LOOK_EVERY_S
            for name, server in self._servers.items():
                try:
                    if server.revive():
                        self._changed(name, "ready", "it had died and was started again")
                except StackError as error:
                    wait_s = backoff.delay_s(lived_s=0)
                    self._changed(name, "backing off", str(error))
