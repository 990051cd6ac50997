"""What the commands of `python -m screentest.stack` do.

Each returns an exit code and says what it has to say on the console it is given.
"""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from screentest.stack.accounts import recorded_folder
from screentest.stack.display import Display
from screentest.stack.errors import StackError
from screentest.stack.folder import StackFolder
from screentest.stack.install import ensure_prometheus, ensure_servers
from screentest.stack.processes import end_marked, marked
from screentest.stack.record import RECORD, running_stack
from screentest.stack.signals import signals_interrupt
from screentest.stack.stack import Stack
from screentest.stack.supervised import State

_DOWN_TIMEOUT_S = 25.0


def install(console: Console) -> int:
    """Bring the server programs onto this machine."""
    ensure_servers(lambda words: console.print(words, soft_wrap=True))
    return 0


def up(
    console: Console,
    folder: Path,
    *,
    runners: int,
    replicas: int,
    comfyui_urls: Sequence[str],
    api_port: int,
    observe: bool = False,
) -> int:
    """Run the stack in the foreground until a stop signal."""
    install(console)
    # Whoever asked for it gets the stack even where Prometheus cannot be had.
    observe = observe and ensure_prometheus(lambda words: console.print(words, soft_wrap=True))
    with Display(console) as display:

        def changed(part: str, state: str, note: str) -> None:
            display.changed(part, state, note)
            if state == State.BACKING_OFF:
                display.say(f"{part}: {note}. Its last words:\n{stack.services[part].tail(12)}\n")

        stack = Stack(
            folder,
            runners=runners,
            replicas=replicas,
            comfyui_urls=comfyui_urls,
            api_port=api_port,
            observe=observe,
            changed=changed,
        )
        try:
            with signals_interrupt():
                stack.start()
                _say_where_all_is(stack, display)
                signal.pause()
        except KeyboardInterrupt:
            display.say("Stopping.")
        finally:
            stack.stop()
    return 0


def _say_where_all_is(stack: Stack, display: Display) -> None:
    display.say(f"\nWeb      {', '.join(stack.base_urls)}")
    display.say(f"Admin    {stack.admin_key}")
    if stack.prometheus_url:
        display.say(f"Metrics  {stack.prometheus_url}")
    display.say(f"Logs     {stack.folder / 'logs'}\nStop     Ctrl-C, or `make down`\n")


def down(console: Console, folder: Path) -> int:
    """Stop a stack that another terminal runs, or what a killed one left."""
    home = StackFolder(folder)
    pid = running_stack(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not home.wait_until_free(_DOWN_TIMEOUT_S):
            raise StackError(f"The stack (process {pid}) did not stop in {_DOWN_TIMEOUT_S:g} s.")
        console.print("The stack is stopped.")
        return 0
    if home.path.is_dir() and not home.wait_until_free(0.1):
        raise StackError(f"Something holds {home.path} that is not a stack of `make up`.")
    left = end_marked(home.path)
    console.print(f"Ended {len(left)} processes a killed stack left." if left else "Nothing runs.")
    return 0


def status(console: Console, folder: Path) -> int:
    """Say what runs; the exit code is 0 when a stack runs here, else 3."""
    home = StackFolder(folder)
    record = home.read_record(RECORD)
    pid = running_stack(home)
    if pid is None:
        left = len(marked(home.path))
        console.print(
            f"No stack runs in {home.path}"
            + (f", but {left} processes of a killed one do: `make down`." if left else "."),
            soft_wrap=True,
        )
        return 3
    console.print(f"Running as process {pid} at {record['base_url']}", soft_wrap=True)
    for name, one in record["services"].items():
        note = f" ({one['note']})" if one["note"] else ""
        console.print(f"{name:<14} {one['state']}{note}", soft_wrap=True, markup=False)
    return 0


def clean(console: Console, folder: Path) -> int:
    """Stop the stack and delete everything it keeps."""
    down(console, folder)
    for place in (recorded_folder(folder), folder):
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)
    return 0


def migrate(console: Console, folder: Path) -> int:
    """Apply what is new in `migrations/` to the stack's database, running or not."""
    install(console)
    names = Stack(folder).migrate()
    console.print("\n".join(names) or "Nothing to do.", soft_wrap=True, markup=False)
    return 0
