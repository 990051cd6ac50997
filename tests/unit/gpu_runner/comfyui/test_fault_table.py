"""What docs/comfyui.md promises for every fault is kept by a test that is there."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[3]
COMFYUI = TESTS / "integration" / "gpu_runner" / "comfyui"
PAGE = TESTS.parent / "docs" / "comfyui.md"
#: The files that are about faults and nothing else.
FAULTS = (
    "test_refusals.py",
    "test_failures.py",
    "test_missing_clips.py",
    "test_outages.py",
    "test_cancelling.py",
)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The lines of the table of faults, without its head."""
    _, _, section = PAGE.read_text().partition("## When something goes wrong\n")
    section = section.partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def functions_of(file: Path) -> set[str]:
    """The names of a file's test functions."""
    tree = ast.parse(file.read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_there_is_a_table():
    assert len(rows()) > 30


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.split("|")[1].strip()[:60])
def test_every_fault_names_tests_that_there_are(row):
    named = NAMED.findall(row)

    assert named
    for name, test in named:
        file = (TESTS if "/" in name else COMFYUI) / name
        assert file.is_file(), name
        assert test in functions_of(file), f"{name}::{test}"


def test_every_test_of_faults_is_named():
    """A fault that is tested is one that people may ask about."""
    named = {place for row in rows() for place in NAMED.findall(row)}

    tests = {(file, test) for file in FAULTS for test in functions_of(COMFYUI / file)}
    assert {(file, test) for file, test in tests - named if test.startswith("test_")} == set()
