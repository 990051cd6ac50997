"""Folders for stacks, and waiting without an event loop."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screentest.stack.processes import end_marked, marked


@pytest.fixture(scope="module")
def new_folder() -> Iterator[Callable[[], Path]]:
    """Folders that Postgres' account can reach, unlike pytest's own below /tmp/pytest-of-root."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="screentest-")).resolve())
        return made[-1]

    yield make
    for folder in made:
        left = marked(folder)
        end_marked(folder)
        shutil.rmtree(folder)
        assert not left, f"{folder} left processes behind"


@pytest.fixture(scope="module")
def wait_for() -> Callable[..., object]:
    """Call a condition until it is true; returns what it returned."""

    def wait(condition, *, what="", timeout_s=40):
        until = time.monotonic() + timeout_s
        while not (result := condition()):
            assert time.monotonic() < until, f"waited {timeout_s} s for {what or condition}"
            time.sleep(0.02)
        return result

    return wait
