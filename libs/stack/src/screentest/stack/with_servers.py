"""Runs a command, usually the tests, with servers that live as long as it does.

Takes the servers the environment names, else private native ones, else containers, else installs
native ones. Never uses a system instance.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from screentest.stack.containers import container_servers, engine_answers
from screentest.stack.install import ensure_servers, missing_packages
from screentest.stack.servers import Servers
from screentest.stack.signals import STOP_SIGNALS, signals_interrupt

PG_VARIABLE, AMQP_VARIABLE = "SCREENTEST_PG_DSN", "SCREENTEST_AMQP_URL"


def run_with_servers(console: Console, command: Sequence[str]) -> int:
    """Run a command with private servers that live as long as it does; its exit code."""
    with server_addresses(console) as (pg_dsn, amqp_url):
        environment = {
            **os.environ,  # noqa: TID251 - handed on, not read
            PG_VARIABLE: pg_dsn,
            AMQP_VARIABLE: amqp_url,
        }
        return _run(command, environment)


@contextlib.contextmanager
def server_addresses(console: Console) -> Iterator[tuple[str, str]]:
    """Servers that are given, native, in containers, or installed first: in this order."""
    given = [os.environ.get(name, "") for name in (PG_VARIABLE, AMQP_VARIABLE)]  # noqa: TID251
    if all(given):  # someone else's: neither started nor stopped here
        yield given[0], given[1]
        return
    if missing_packages():
        if engine_answers():
            with container_servers() as addresses:
                yield addresses
            return
        ensure_servers(lambda words: console.print(words, soft_wrap=True))
    with (
        tempfile.TemporaryDirectory(prefix="screentest-") as folder,
        signals_interrupt(),
        Servers(Path(folder), durable=False) as private,
    ):
        yield private.pg_admin_dsn(), private.amqp_url()


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run the command in our place: it gets our signals, we give its exit code."""
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - what the user typed

    def hand_on(number: int, _frame: object) -> None:
        # A terminal's Ctrl-C reaches the command by itself.
        if number != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in STOP_SIGNALS}
    try:
        exit_code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return exit_code if exit_code >= 0 else 128 - exit_code
