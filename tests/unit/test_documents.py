"""What documents link to, name, and tell people to set, run and ask for is there."""

import importlib
import importlib.util
import json
import pkgutil
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from screentest.api import problems
from screentest.common.services import SERVICES
from screentest.common.settings import CommonSettings
from screentest.gpu_runner.commands import screentest
from screentest.stack.services import KINDS
from support.environments import SETTINGS, understood_by

ROOT = Path(__file__).parents[2]
#: All but the changelog, which tells of what was.
DOCUMENTS = sorted(
    path
    for pattern in (
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/**/*.md",
        "deploy/**/*.md",
        "services/*/*.md",
        "libs/*/*.md",
        "frontend/*.md",
    )
    for path in ROOT.glob(pattern)
)
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
FOLDERS = "bench|deploy|docs|frontend|libs|migrations|scripts|services|tests"
METHODS = "GET|POST|PUT|PATCH|DELETE"


def named(pattern: str) -> set[tuple[str, str]]:
    """(document, what the pattern finds); something has to be found, else the pattern is wrong."""
    found = {
        (str(path.relative_to(ROOT)), one)
        for path, text in TEXTS.items()
        for one in re.findall(pattern, text, flags=re.MULTILINE)
    }
    assert found, pattern
    return found


def strangers(found: Iterable[tuple[str, str]], known: Iterable[str]) -> list[tuple[str, str]]:
    known = set(known)
    return sorted((document, one) for document, one in found if one not in known)


def prose(text: str) -> str:
    """Without blocks of code, in which # is no heading and [x](y) no link."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", prose(text), flags=re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.strip().lower()) for heading in headings)
    return {word.replace(" ", "-") for word in words}


def links(path: Path) -> list[tuple[Path, str]]:
    """(file, anchor) of every link that stays in the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", prose(TEXTS[path]))
    inside = [target.partition("#") for target in targets if "://" not in target]
    return [((path.parent / file).resolve() if file else path, at) for file, _, at in inside]


def test_links_lead_somewhere():
    broken = [
        (path.name, str(file), at)
        for path in DOCUMENTS
        for file, at in links(path)
        if not file.exists() or (at and at not in anchors(file.read_text(encoding="utf-8")))
    ]

    assert broken == []
    assert "from-1-gpu-to-1000" in anchors("## From 1 GPU to 1,000\n```\n# no heading\n```")
    assert "no-heading" not in anchors("```\n# no heading\n```")


def test_a_newcomer_finds_every_page():
    found, open_ = set(), [ROOT / "README.md"]
    while open_:
        page = open_.pop()
        found.add(page)
        for target, _ in links(page):
            pages = target.glob("*.md") if target.is_dir() else [target]
            open_ += [one for one in pages if one in TEXTS and one not in found]

    assert set(DOCUMENTS) - found == set()


def test_paths_that_are_named_are_there():
    paths = named(rf"`((?:{FOLDERS})/[\w./*<>{{}}-]+)`") | named(r"python (bench/\w+\.py)")
    # A place in them may be anything: <service>, an ellipsis for the folders between.
    missing = [
        (document, path)
        for document, path in sorted(paths)
        # What is built is not there yet, nor is the next migration.
        if path != "frontend/dist"
        and "NNNN" not in path
        and not list(ROOT.glob(re.sub(r"<[^>]*>", "*", path).replace("...", "**").rstrip("/")))
    ]

    assert missing == []


def test_modules_that_are_named_are_there():
    code = [
        str(path)
        for top in ("bench", "frontend/src", "libs", "scripts", "services", "tests")
        for path in (ROOT / top).rglob("*.*")
        if path.suffix in {".py", ".ts", ".tsx"}
    ]
    missing = [
        (document, module)
        for document, module in sorted(named(r"`([\w./-]+\.(?:py|tsx?))`"))
        if not any(path.endswith(f"/{module}") for path in code)
    ]

    assert missing == []


def test_settings_are_read_by_somebody():
    known = set().union(*map(understood_by, SETTINGS))

    found = named(r"\bSCREENTEST_[A-Z0-9_]+[A-Z0-9]\b(?!_)")
    # "`SCREENTEST_GPU_RUNNER_`:", and the names that follow.
    assert strangers(found, known | {"SCREENTEST_GPU_RUNNER"}) == []


def test_what_is_said_to_be_in_env_can_be_set_there():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    found = named(r"`([A-Z_]+)(?:=[^`]*)?`\s(?:and `[A-Z_]+` )?(?:of|in)\s`\.env`")
    assert strangers(found, re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE)) == []


def test_targets_of_make_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*##", makefile, flags=re.MULTILINE)

    found = named(r"(?:`|^    |^```\n|[A-Z]=1 )make ([a-z-]+)\b")
    assert strangers(found, targets) == []


def test_modules_can_be_run():
    for document, module in named(r"python -m ([\w.]+\w)"):
        spec = importlib.util.find_spec(module)
        assert spec is not None, f"{document}: {module}"
        # A package is run by its __main__.
        if spec.submodule_search_locations is not None:
            assert importlib.util.find_spec(f"{module}.__main__"), f"{document}: {module}"


def test_options_of_commands_are_known_to_them(capsys):
    for document, line in named(r"python (bench/\w+\.py(?: --?[\w-]+(?: [\w,.]+)?)*)"):
        source = (ROOT / line.split()[0]).read_text(encoding="utf-8")
        for option in re.findall(r"--[\w-]+", line):
            assert f'"{option}"' in source, f"{document}: {line}"

    with pytest.raises(SystemExit):
        screentest(["worker", "check", "--help"])
    usage = capsys.readouterr().out
    for document, options in named(r"screentest worker check((?: \[?--\w+ [^ `\n]+)+)"):
        for option in re.findall(r"--\w+", options):
            assert option in usage, f"{document}: {option}"


def test_what_is_asked_of_the_api_can_be_asked():
    described = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    templates = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, methods in described["paths"].items()
        for method in methods
    }
    # Served beside what it describes.
    templates.add(("GET", "/api/openapi.json"))

    def can_be_asked(method, path):
        pattern = re.sub(r"{\w*}", "{}", path)
        return any(
            known == method and re.fullmatch(template.replace("{}", "([^/]+)"), pattern)
            for known, template in templates
        )

    for document, line in named(rf"\b(?:(?:{METHODS})(?:`?, `?)?)+ +/api/[\w/{{}}.-]*[\w}}]"):
        *methods, path = re.findall(rf"{METHODS}|/api/.*", line)
        for method in methods:
            assert can_be_asked(method, path), f"{document}: {method} {path}"
    for document, path in named(r"\$api(/[\w/-]+)"):
        assert any(can_be_asked(method, f"/api{path}") for method in ("GET", "POST")), (
            f"{document}: {path}"
        )
    assert not can_be_asked("GET", "/api/test-shot/{id}")


def test_problems_have_the_status_that_is_said():
    for module in pkgutil.iter_modules(problems.__path__):
        importlib.import_module(f"{problems.__name__}.{module.name}")
    known = {f"{int(one.status)} `{name}`" for name, one in problems.PROBLEMS.items()}

    assert strangers(named(r"\b([45]\d\d `[a-z]+(?:-[a-z]+)*`)"), known) == []


def test_metrics_are_counted_somewhere():
    sources = "".join(
        path.read_text(encoding="utf-8")
        for top in ("libs", "services")
        for path in (ROOT / top).rglob("*.py")
    )

    found = named(r"`(screentest_[a-z_]+[a-z])\b(?!_)")
    names = {one for _, one in found if f'"{one}"' in sources}
    # "`screentest_gpu_runner_*`"
    assert strangers(found, names | {"screentest_gpu_runner"}) == []


@pytest.mark.parametrize("service", SERVICES)
class TestPageOfAService:
    def text(self, service):
        return TEXTS[ROOT / "services" / service / "README.md"]

    @pytest.mark.parametrize("what", ["hears", "says"])
    def test_events(self, service, what):
        (row,) = re.findall(rf"^\| {what} \|(.*)\|$", self.text(service), flags=re.MULTILINE)
        events = {event.__name__ for event in getattr(SERVICES[service], what)}
        known = {one.__name__ for part in SERVICES.values() for one in (*part.hears, *part.says)}

        assert set(re.findall(r"\w+", row)) & known == events

    def test_settings(self, service):
        settings = SETTINGS[f"screentest.{service.replace('-', '_')}"].model_fields
        own = {name.upper() for name in settings.keys() - CommonSettings.model_fields.keys()}
        text = self.text(service)
        if "those of the face models" in text:
            text += TEXTS[ROOT / "docs" / "likeness.md"]

        assert {name for name in own if name not in text} == set()

    def test_tables(self, service):
        schema = ROOT / "migrations" / service.replace("-", "_")
        there = set()
        for file in sorted(schema.glob("*.sql")):
            for verb, name in re.findall(
                r"^(create|drop) table (?:if exists )?(\w+)",
                file.read_text(encoding="utf-8"),
                flags=re.MULTILINE,
            ):
                there = there | {name} if verb == "create" else there - {name}

        assert there
        assert {table for table in there if f"`{table}`" not in self.text(service)} == set()


def test_the_picture_of_the_architecture_is_the_table_of_services():
    (picture,) = re.findall(
        r"^```mermaid\n(.*?)^```", TEXTS[ROOT / "ARCHITECTURE.md"], re.MULTILINE | re.DOTALL
    )
    events = {one.__name__: one for part in SERVICES.values() for one in (*part.hears, *part.says)}
    drawn = set()
    for speaker, dots, label, hearers in re.findall(
        r"^ *([\w-]+) (--|-\.) (.*?) (?:-->|\.->) (.*)$", picture.replace("runner[", "runner ["),
        flags=re.MULTILINE,
    ):  # fmt: skip
        for hearer in re.sub(r" \[.*", "", hearers).split(" & "):
            for event in set(re.findall(r"\w+", label)) & events.keys():
                assert (dots == "-.") is events[event].transient, event
                drawn.add((speaker, event, hearer))

    assert drawn == {
        (speaker.removeprefix("gpu-"), event.__name__, hearer.removeprefix("gpu-"))
        for speaker, part in SERVICES.items()
        for event in part.says
        for hearer, other in SERVICES.items()
        if event in other.hears and hearer != speaker
    }


def test_the_table_of_replicas_has_every_service():
    text = TEXTS[ROOT / "docs" / "operations.md"]

    assert set(re.findall(r"^\| `([\w-]+)` \| (?:any|one)", text, re.MULTILINE)) == set(KINDS)
