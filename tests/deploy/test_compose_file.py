"""What can be said of docker-compose.yml without an engine that runs it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from screentest.common.broker_definitions import ACCOUNTS, user_of
from screentest.common.migrate import SCHEMAS, role_of
from screentest.common.recipes import Renderer
from screentest.dispatcher.settings import DispatcherSettings
from screentest.gpu_runner.settings import Settings as GpuRunnerSettings
from screentest.stack.services import KINDS, STOP_STAGES, Service
from support.compose import EXAMPLE, FILE, ROOT, VARIABLE, compose, example, filled_example
from support.dockerfiles import Dockerfile
from support.environments import understood_by
from support.locks import members, project

SECRETS = filled_example()
SERVERS = {"postgres": 5432, "rabbitmq": 5672}
OBSERVABILITY = {"prometheus", "grafana", "jaeger"}
#: Services of ours by their name in the file, with the image each is of.
OURS = {
    **{kind: kind for kind in KINDS},
    "comfyui-runner": "gpu-runner",
    "migrate": "api",
    "definitions": "api",
}
#: Those that do something once, and those that stay.
JOBS = {"migrate", "definitions"}
STAYING = OURS.keys() - JOBS
PINNED = re.compile(r"^[\w/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$")


@pytest.fixture(scope="module")
def composed():
    return compose(SECRETS)


@pytest.fixture(scope="module")
def services(composed):
    return composed["services"]


def module_of(name, services):
    """What `python -m` runs in a container of ours."""
    entrypoint = services[name].get("entrypoint")
    words = entrypoint or Dockerfile.of(OURS[name]).shipped.words("ENTRYPOINT")
    return re.search(r"-s -P -m (\S+)", " ".join(words))[1]


def strings(part) -> Iterator[str]:
    match part:
        case str():
            yield part
        case dict():
            for value in part.values():
                yield from strings(value)
        case list():
            for value in part:
                yield from strings(value)


def test_it_is_a_compose_file():
    schema = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"

    jsonschema.validate(compose(SECRETS), json.loads(schema.read_text()))


def test_docker_compose_itself_reads_it(tmp_path, composed):
    """Where the machine has the program; an engine is not needed for it."""
    program = shutil.which("docker-compose")
    command = [program] if program else ["docker", "compose"]
    if (
        shutil.which(command[0]) is None
        or subprocess.run([*command, "version"], check=False, capture_output=True).returncode
    ):
        pytest.skip("docker compose is not installed")
    variables = tmp_path / "env"
    variables.write_text("".join(f"{name}={text}\n" for name, text in SECRETS.items()))

    done = subprocess.run(
        [
            *command,
            *("--file", FILE, "--env-file", variables, "--profile", "*"),
            *("config", "--format", "json"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    theirs = json.loads(done.stdout)["services"]
    assert theirs.keys() == composed["services"].keys()
    # What the tests here reason about is what will be run.
    for name, service in composed["services"].items():
        assert theirs[name].get("environment", {}) == service.get("environment", {}), name
        assert theirs[name].get("entrypoint") == service.get("entrypoint"), name
        assert {
            other: wait["condition"] for other, wait in theirs[name].get("depends_on", {}).items()
        } == {other: wait["condition"] for other, wait in service.get("depends_on", {}).items()}


def test_who_waits_for_whom_exists_and_nobody_waits_in_a_circle(services):
    graph = {name: service.get("depends_on", {}) for name, service in services.items()}

    TopologicalSorter(graph).prepare()  # raises on a circle
    for name, awaited in graph.items():
        assert awaited.keys() <= services.keys(), name
        for other, wait in awaited.items():
            if wait["condition"] == "service_completed_successfully":
                assert services[other]["restart"] != "unless-stopped", other
            else:
                assert wait["condition"] == "service_healthy"
                assert "test" in services[other]["healthcheck"], other
            # Where its profile is not asked for, it is not there to be waited for.
            assert wait.get("required", True) == ("profiles" not in services[other]), other


def test_who_asks_for_work_starts_last_and_stops_first(services):
    """As in the embedded stack: compose stops in the reverse of the order it starts in."""
    graph = {name: service.get("depends_on", {}) for name, service in services.items()}

    order = [name for name in TopologicalSorter(graph).static_order() if name in KINDS]

    for asking, working in pairwise(STOP_STAGES):
        for asks in asking:
            assert set(working) <= graph[asks].keys()
            assert all(order.index(works) < order.index(asks) for works in working)


def test_every_variable_is_in_the_example_and_the_example_says_its_default():
    said = example()
    used = {}
    for text in strings(yaml.safe_load(FILE.read_text())):
        for match in VARIABLE.finditer(text):
            used.setdefault(match["name"], set()).add((match["kind"], match["text"]))

    assert used.keys() == said.keys()
    for name, forms in used.items():
        defaults = {text for kind, text in forms if kind == "-"}
        required = any(kind == "?" for kind, _ in forms)
        assert required == (not defaults) == (name in SECRETS), name
        assert defaults in ({said[name]}, set()), name


def test_without_passwords_it_says_what_to_do():
    with pytest.raises(LookupError, match=r"PASSWORD: write \.env with scripts/dotenv\.sh"):
        compose({})
    assert (ROOT / "scripts" / "dotenv.sh").exists()


def test_every_variable_is_a_setting_of_that_service(services):
    for name in OURS:
        settings = understood_by(module_of(name, services)) | understood_by(
            "screentest.common.tracing"
        )

        assert services[name]["environment"].keys() <= settings, name


def test_each_service_has_its_own_role_and_password(services):
    passwords = json.loads(services["migrate"]["environment"]["SCREENTEST_PG_ROLE_PASSWORDS"])
    assert passwords.keys() == set(SCHEMAS)
    assert len(set(passwords.values())) == len(SCHEMAS)
    for name in STAYING:
        address = urlsplit(services[name]["environment"]["SCREENTEST_PG_DSN"])
        schema = OURS[name].replace("-", "_")

        assert (address.username, address.password) == (role_of(schema), passwords[schema])
        assert (address.hostname, address.port, address.path) == ("postgres", 5432, "/screentest")


def test_whoever_migrates_is_the_databases_administrator(services):
    postgres = services["postgres"]["environment"]
    migrating = urlsplit(services["migrate"]["environment"]["SCREENTEST_PG_DSN"])

    assert migrating.username == postgres["POSTGRES_USER"]
    assert migrating.password == postgres["POSTGRES_PASSWORD"]
    assert migrating.path == f"/{postgres['POSTGRES_DB']}"


def test_each_service_is_a_user_of_the_broker(services):
    passwords = services["definitions"]["environment"]
    assert len(set(passwords.values())) == len(ACCOUNTS)
    for name in STAYING:
        broker = urlsplit(services[name]["environment"]["SCREENTEST_AMQP_URL"])
        variable = f"SCREENTEST_AMQP_PASSWORD_{OURS[name].replace('-', '_').upper()}"

        assert (broker.hostname, broker.port, broker.path) == ("rabbitmq", 5672, "/%2F")
        assert broker.username == user_of(OURS[name])
        assert broker.password == passwords[variable]


def test_the_broker_loads_what_is_written_down_for_it(services):
    (_, _, command) = services["definitions"]["entrypoint"]
    (conf, read, _) = services["rabbitmq"]["volumes"]
    (written,) = services["definitions"]["volumes"]
    volume, written_to = written.split(":")
    name = Path(command.split(" > ")[1])
    assert name.parent == Path(written_to)
    assert read.split(":") == [volume, "/etc/screentest", "ro"]

    said = (ROOT / conf.split(":")[0]).read_text().splitlines()[-1]

    assert said == f"load_definitions = /etc/screentest/{name.name}"


def test_every_container_runs_what_the_embedded_stack_runs(services):
    for name in STAYING:
        assert not {"entrypoint", "command"} & services[name].keys(), name
        assert module_of(name, services) == Service(name, OURS[name]).module
    assert {module_of(name, services) for name in JOBS} == {
        "screentest.common.migrate",
        "screentest.common.broker_definitions",
    }


def test_images_are_built_of_their_dockerfiles_or_pinned(services):
    for name, service in services.items():
        if name in OURS:
            assert service["build"]["dockerfile"] == f"services/{OURS[name]}/Dockerfile"
            assert service["image"] == f"screentest/{OURS[name]}:{example()['IMAGE_TAG']}"
            # An image of that name in a public registry would not be ours.
            assert service["pull_policy"] == "build"
        else:
            assert PINNED.match(service["image"]), service["image"]
    versions = {project(folder)["version"] for folder in members().values()}
    assert versions == {example()["IMAGE_TAG"]}


def test_ports_are_on_loopback_and_of_who_listens_there(services):
    published = {n: s["ports"] for n, s in services.items() if "ports" in s}

    assert published.keys() == {"api", *OBSERVABILITY}
    for name, ports in published.items():
        (port,) = ports
        address, _, inside = port.split(":")
        assert address == "127.0.0.1"
        if name == "api":
            assert inside == Dockerfile.of("api").shipped.environment["SCREENTEST_API_PORT"]


def test_nothing_can_gain_rights_or_write_to_its_image(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "cap_add", "network_mode", "pid"} & service.keys(), name
        assert "/tmp" in service["tmpfs"], name


def test_only_services_of_ours_reach_the_servers_and_these_reach_nothing(composed, services):
    assert composed["networks"]["servers"] == {"internal": True}
    assert all(services[name]["networks"] == ["servers"] for name in SERVERS)
    inside = {n for n, s in services.items() if "servers" in s.get("networks", [])}
    assert inside == OURS.keys() | SERVERS.keys()


def test_a_stop_is_patient_enough(services):
    runner, other = GpuRunnerSettings.model_fields, DispatcherSettings.model_fields
    longest_s = runner["grace_s"].default + other["drain_s"].default

    for name in OURS:
        assert int(services[name]["stop_grace_period"].removesuffix("s")) > longest_s + 5, name


def test_storage_is_one_volume_that_the_dispatcher_only_reads(composed, services):
    for name in STAYING:
        url = services[name]["environment"]["SCREENTEST_OBJECTS_URL"]
        (volume,) = services[name]["volumes"]
        source, target, *mode = volume.split(":")

        assert source in composed["volumes"]
        assert urlsplit(url).path.startswith(f"{target}/")
        assert mode == (["ro"] if name == "dispatcher" else []), name


def test_the_builtin_renderer_is_there_by_default_and_comfyui_by_profile(services):
    assert {n for n, s in services.items() if "profiles" in s} == {
        "comfyui-runner",
        *OBSERVABILITY,
    }
    backends = {
        name: services[name]["environment"]["SCREENTEST_GPU_RUNNER_BACKEND"]
        for name, image in OURS.items()
        if image == "gpu-runner"
    }
    assert backends == {"gpu-runner": Renderer.BUILTIN, "comfyui-runner": Renderer.COMFYUI}


def test_files_it_mounts_are_there(services):
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), f"{name} mounts {source}"


def test_passwords_are_made_once_and_only_their_owner_reads_them(tmp_path):
    file = tmp_path / "env"

    for _ in range(2):
        subprocess.run([ROOT / "scripts" / "dotenv.sh", file], check=True, capture_output=True)
        made = file.read_text()

    passwords = re.findall(r"^[A-Z_]+_PASSWORD=([0-9a-f]{32})$", made, flags=re.MULTILINE)
    assert len(set(passwords)) == len(SECRETS)
    assert file.stat().st_mode & 0o777 == 0o600
    assert made.count("\n") == EXAMPLE.read_text().count("\n")
    assert re.sub(r"(?<=PASSWORD=)\w+", "", made) == EXAMPLE.read_text()
    assert made == file.read_text()


def test_passwords_are_kept_out_of_repository_and_images():
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    assert {".env", ".env.storage"} <= set(ignored)
    assert not any("!.env" in line for line in (ROOT / ".dockerignore").read_text().splitlines())
