"""What `up` shows: one line a part, live in a terminal, one line a change elsewhere."""

import threading
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

_COLOURS = {
    "ready": "green",
    "starting": "yellow",
    "migrating": "yellow",
    "not ready": "yellow",
    "backing off": "red",
    "stopped": "dim",
}


class Display:
    """Shows states as they change; `changed` may be called from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._states: dict[str, tuple[str, str]] = {}
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def changed(self, part: str, state: str, note: str) -> None:
        """Show a part's new state; the same state again shows nothing."""
        with self._lock:
            before = self._states.get(part)
            self._states[part] = (state, note)
            if self._live:
                self._live.update(self._table(), refresh=True)
            elif before is None or before[0] != state:
                self._console.print(_line(part, state, note), soft_wrap=True)

    def say(self, words: str) -> None:
        """Print a line above the states."""
        self._console.print(words, soft_wrap=True, markup=False, highlight=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for part, (state, note) in self._states.items():
            table.add_row(part, Text(state, style=_COLOURS.get(state, "")), Text(note, style="dim"))
        return table


def _line(part: str, state: str, note: str) -> Text:
    return Text(f"{part:<14} {state}{f' ({note})' if note else ''}")
