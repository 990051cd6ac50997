"""The live display: a bar for every test shot or segment, fed by live events and by asking."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from screentest.demo.client import Client, Json

_ASK_S = 0.25


class Bars:
    """One bar a test shot or segment, found by a name of its own."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, description: str, state: str, *, fraction: float | None) -> None:
        """Show a bar; a fraction of None leaves it as it is."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(description, total=1, state=state)
        task = self._tasks[name]
        self._progress.update(task, state=state, completed=fraction)

    def advance(self, name: str, fraction: float) -> None:
        """Move a bar that is shown."""
        if name in self._tasks:
            self._progress.update(self._tasks[name], completed=fraction)


@asynccontextmanager
async def live_bars(console: Console, client: Client) -> AsyncIterator[Bars]:
    """Bars that move with the live events while the block runs.

    A run of one segment is found by its run id, segments of a scene by ``<run id>/<index>``.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars = Bars(progress)

        def heard(kind: str, data: str) -> None:
            if "progressed" in kind:
                event = json.loads(data)
                bars.advance(f"{event['run_id']}/{event['segment']}", event["fraction"])

        listening = asyncio.create_task(_listen(client, heard))
        try:
            yield bars
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _listen(client: Client, heard: Callable[[str, str], None]) -> None:
    """Events make it pretty; what is true is asked for. So a lost stream is just opened again."""
    while True:
        with suppress(httpx.HTTPError):
            await client.listen(heard)
        await asyncio.sleep(_ASK_S)


async def until_done(
    ask: Callable[[], Awaitable[Json]],
    show: Callable[[Json], None],
    is_done: Callable[[Json], bool],
    *,
    timeout_s: float = 300,
) -> Json:
    """Ask until done, showing every answer.

    Raises:
        TimeoutError: it took longer than ``timeout_s``.
    """
    async with asyncio.timeout(timeout_s):
        while True:
            answer = await ask()
            show(answer)
            if is_done(answer):
                return answer
            await asyncio.sleep(_ASK_S)


STATES: Mapping[str, str] = {
    "planned": "[dim]planned[/]",
    "waiting": "[dim]waiting[/]",
    "rendering": "[cyan]rendering[/]",
    "rendered": "[blue]being scored[/]",
    "scored": "[green]scored[/]",
    "failed": "[red]failed[/]",
    "cancelled": "[red]cancelled[/]",
}
