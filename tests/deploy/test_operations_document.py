"""What docs/operations.md tells people to set, run, ask for and read is there."""

import importlib.util
import re
from pathlib import Path

import pytest

from screentest.api.app import create_app
from screentest.stack.services import KINDS
from support.environments import SETTINGS, understood_by

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def named(pattern, text=DOCUMENT):
    """What a pattern finds, which has to be something: else it is the pattern that is wrong."""
    found = set(re.findall(pattern, text, flags=re.MULTILINE))
    assert found, pattern
    return found


def unknown_settings(text):
    known = set().union(*map(understood_by, SETTINGS))
    return named(r"\bSCREENTEST_[A-Z_]+[A-Z]\b", text) - known


def test_settings_are_read_by_a_service():
    assert unknown_settings(DOCUMENT) == set()
    assert unknown_settings("SCREENTEST_PG_DSN, SCREENTEST_PG_POOLSIZE") == {
        "SCREENTEST_PG_POOLSIZE"
    }


@pytest.mark.parametrize("module", sorted(named(r"python -m ([\w.]+)")))
def test_modules_can_be_run(module):
    spec = importlib.util.find_spec(module)

    assert spec is not None
    # A package is run by its __main__.
    main = (
        spec
        if spec.submodule_search_locations is None
        else importlib.util.find_spec(f"{module}.__main__")
    )
    assert main is not None


def test_files_that_are_named_or_linked_are_there():
    linked = named(r"\]\(([^)#:]+?)(?:#[\w-]+)?\)")
    run = named(r"python (bench/\w+\.py)")

    missing = {name for name in linked if not (ROOT / "docs" / name).exists()}
    missing |= {name for name in run if not (ROOT / name).exists()}

    assert missing == set()


def test_options_of_benches_are_known_to_them():
    for bench, options in named(r"python (bench/\w+\.py)((?: --?[\w-]+(?: [\w,.]+)?)*)"):
        source = (ROOT / bench).read_text()
        for option in re.findall(r"--[\w-]+", options):
            assert f'"{option}"' in source, f"{bench} has no {option}"


def test_targets_of_make_are_there():
    assert named(r"`make ([a-z-]+)") <= named(r"^([a-z-]+):.*##", MAKEFILE)


def test_what_is_asked_of_the_api_can_be_asked():
    paths = create_app().openapi()["paths"]
    for method, path in named(r"`(GET|POST|PUT|PATCH|DELETE) (/api/[\w/{}-]+)"):
        assert method.lower() in paths.get(path, {}), f"{method} {path}"


def test_metrics_are_counted_somewhere():
    sources = [
        path.read_text() for top in ("libs", "services") for path in (ROOT / top).rglob("*.py")
    ]
    for metric in named(r"`(screentest_[a-z_]+)`"):
        assert any(f'"{metric}"' in source for source in sources), metric


def test_the_table_of_replicas_has_every_service():
    assert named(r"^\| `([\w-]+)` \| (?:any|one)") == set(KINDS)
