"""A whole stack for tests, in a folder of its own, of which nothing is left afterwards."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from screentest.stack.binaries import find_postgres, find_rabbitmq
from screentest.stack.processes import end_marked, marked
from screentest.stack.stack import Stack


@contextmanager
def private_stack(
    *, prepare: Callable[[Stack], None] = lambda _: None, **options: Any
) -> Iterator[Stack]:
    """A stack made with ``options``; skips the test where the servers are not installed.

    ``prepare`` may do something to it before it is started.
    """
    if not (find_postgres() and find_rabbitmq()):
        pytest.skip("native servers are not installed")
    # Not below pytest's own folder, which Postgres' account cannot reach.
    folder = Path(tempfile.mkdtemp(prefix="screentest-")).resolve()
    try:
        stack = Stack(folder, durable=False, **options)
        prepare(stack)
        with stack:
            yield stack
        assert marked(folder) == []
    finally:
        end_marked(folder)
        shutil.rmtree(folder, ignore_errors=True)
