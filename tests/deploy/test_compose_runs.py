"""What docker-compose.yml runs, run: from its images' own install steps to a test shot's score.

There is no engine here. `support.containers` stands in for it; the private servers stand in for the
two that are pulled, and ports are free ones, because these containers share our network.
"""

import base64
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from screentest.common.broker_definitions import ACCOUNTS, password_hash, user_of
from screentest.stack.binaries import find_postgres, find_rabbitmq
from screentest.stack.ports import LOOPBACK, free_ports
from screentest.stack.processes import MARK, Child, end_marked
from screentest.stack.servers import Servers
from support.catalogue import Catalogue
from support.compose import compose, filled_example
from support.containers import Image, Run, why_not
from support.dockerfiles import SERVICES, Dockerfile
from support.otlp_collector import Collector, collecting
from support.rest import Rest
from support.waiting import until

pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("containers")]

_SERVERS = {"postgres": 5432, "rabbitmq": 5672}
_START_S = 180
# A check is a container of its own: more often, and it holds up what it waits for.
_POLL_S = 0.5


@dataclass
class Composition:
    """The containers of docker-compose.yml, one of each service."""

    servers: Servers
    folder: Path
    services: dict[str, Any]
    images: dict[str, Image]
    traces: Collector
    ports: dict[tuple[str, str], int] = field(default_factory=dict)
    running: dict[str, Child] = field(default_factory=dict)

    def up(self) -> None:
        """Start everything in its order, each once what it waits for is as it says."""
        graph = {name: service.get("depends_on", {}) for name, service in self.services.items()}
        for name in TopologicalSorter(graph).static_order():
            if name in self.default:
                for awaited, wait in graph[name].items():
                    if awaited in self.default:
                        self.wait(awaited, wait["condition"])
                self.begin(name)
        self.wait("definitions", "service_completed_successfully")
        self.wait("api", "service_healthy")

    @property
    def default(self) -> list[str]:
        """What is started where no profile is asked for, besides the servers."""
        alone = (n for n, service in self.services.items() if "profiles" not in service)
        return [name for name in alone if name not in _SERVERS]

    def begin(self, name: str) -> None:
        """Start a service."""
        self.running[name] = self.start(name, self._entrypoint(name))

    def start(self, name: str, command: list[str], *, log: str | None = None) -> Child:
        """Run a command in a container of a service."""
        (volume,) = self.services[name]["volumes"] or ["objects:/var/lib/screentest:ro"]
        run = Run(
            name=name,
            environment=self._environment(name),
            volume=self.volume(volume.split(":")[0]),
            only_reads=volume.endswith(":ro"),
            log=self.folder / f"{log or name}.log",
        )
        return self._image(name).start(run, command)

    def volume(self, name: str) -> Path:
        """The folder of a volume; a new one takes over the owner of what it is mounted on."""
        folder = self.folder / "volumes" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            shutil.chown(folder, 10001, 10001)
        return folder

    def finish(self, name: str, command: list[str]) -> str:
        """Run a command beside a service to its end, as `docker compose exec` does; its words."""
        log = f"{name}-exec"
        (self.folder / f"{log}.log").unlink(missing_ok=True)
        child = self.start(name, command, log=log)
        assert child.wait(_START_S) == 0, child.tail()
        return child.tail()

    def down(self) -> dict[str, int | None]:
        """Stop everything in reverse order; the exit codes."""
        codes = {}
        for name, child in reversed(self.running.items()):
            if child.exit_code is None:
                child.stop(grace_s=float(self.services[name]["stop_grace_period"].rstrip("s")))
            codes[name] = child.exit_code
        return codes

    def _image(self, name: str) -> Image:
        return self.images[self.services[name]["build"]["dockerfile"].split("/")[1]]

    def _entrypoint(self, name: str) -> list[str]:
        own: list[str] | None = self.services[name].get("entrypoint")
        return own or self._image(name).shipped.words("ENTRYPOINT")

    def _environment(self, name: str) -> dict[str, str]:
        """The file's, but for where the servers are, and where it listens."""
        given = {**self._image(name).shipped.environment, **self.services[name]["environment"]}
        for variable, text in given.items():
            for server, port in _SERVERS.items():
                address = f"@{server}:{port}"
                text = text.replace(address, f"@{LOOPBACK}:{self._port_of(server)}")  # noqa: PLW2901
            given[variable] = text
            if variable.endswith("_HOST") and text == "0.0.0.0":
                given[variable] = LOOPBACK
            if variable.endswith("_PORT"):
                given[variable] = str(self.ports.setdefault((name, variable), free_ports(1)[0]))
        return {**given, MARK: str(self.folder)}

    def _port_of(self, server: str) -> int | None:
        addresses = {
            "postgres": self.servers.pg_admin_dsn(),
            "rabbitmq": self.servers.amqp_url(),
        }
        return urlsplit(addresses[server]).port

    def wait(self, name: str, condition: str) -> None:
        """Wait until a service is as somebody who depends on it wants it."""
        until = time.monotonic() + _START_S
        while not self._is(name, condition):
            assert time.monotonic() < until, f"{name}: {self.running[name].tail(30)}"
            time.sleep(_POLL_S)

    def _is(self, name: str, condition: str) -> bool:
        code = self.running[name].exit_code
        if condition == "service_completed_successfully":
            assert code in {None, 0}, self.running[name].tail(30)
            return code == 0
        assert code is None, f"{name} ended: {self.running[name].tail(30)}"
        _, *check = self.services[name]["healthcheck"]["test"]
        return self.start(name, check, log=f"{name}-health").wait(60) == 0


@pytest.fixture(scope="module")
def composition() -> Iterator[Composition]:
    if reason := why_not():
        pytest.skip(f"containers cannot be stood in for: {reason}")
    if not (find_postgres() and find_rabbitmq()):
        pytest.skip("native servers are not installed")
    folder = Path(tempfile.mkdtemp(prefix="screentest-", dir="/var/tmp")).resolve()
    try:
        images = {}
        for service in SERVICES:
            (folder / "images" / service).mkdir(parents=True)
            images[service] = Image(Dockerfile.of(service), folder / "images" / service)
        with collecting() as traces, Servers(folder / "servers", durable=False) as servers:
            variables = {
                "POSTGRES_PASSWORD": servers.postgres.password,
                "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url,
            }
            for account in ACCOUNTS:
                name = f"{account.replace('-', '_').upper()}_AMQP_PASSWORD"
                variables[name] = urlsplit(servers.rabbitmq.service_url(account)).password or ""
            services = compose({**filled_example(), **variables})["services"]
            composition = Composition(servers, folder, services, images, traces)
            try:
                composition.up()
                yield composition
            finally:
                composition.down()
    finally:
        end_marked(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def admin_key(composition) -> str:
    """Made as docs/docker.md tells."""
    command = ["python", "-m", "screentest.api", "admin-key", "--name", "admin"]
    return composition.finish("api", command).strip()


@pytest.fixture
async def rest(composition, admin_key):
    """The administrator at the published port."""
    port = composition.ports["api", "SCREENTEST_API_PORT"]
    async with Rest(f"http://{LOOPBACK}:{port}", admin_key) as rest:
        yield rest


async def test_a_test_shot_is_rendered_and_scored(composition, rest):
    catalogue = await Catalogue.create(rest)

    shot = await catalogue.shoot()

    shot = await rest.until_status(shot["id"], "scored")
    assert 0 <= shot["quality_score"] <= 1
    stored = composition.volume("objects") / "objects" / shot["output_video_path"]
    assert stored.stat().st_uid == 10001
    assert (await rest.media(shot["output_video_path"])).content == stored.read_bytes()


async def test_traces_are_sent_where_the_environment_says(composition, rest):
    """So the images have what that takes, too."""
    shot = await (await Catalogue.create(rest)).shoot()
    await rest.until_status(shot["id"], "scored")

    def services() -> bool:
        return {span.service for span in composition.traces.spans} >= {
            *("api", "dispatcher", "gpu-runner", "qa")
        }

    await until(services, what="spans of those who took part", timeout_s=60)


async def test_the_api_serves_the_web_app(rest):
    page = await rest.ask("GET", "/")

    assert page.headers["content-type"].startswith("text/html")
    assert '<div id="root">' in page.text


def test_the_broker_gets_users_with_those_passwords(composition):
    """The private broker made its users by the same code; here is what a pulled one would load."""
    written = json.loads((composition.volume("definitions") / "definitions.json").read_text())

    assert {user["name"] for user in written["users"]} == {user_of(each) for each in ACCOUNTS}
    environment = composition.services["definitions"]["environment"]
    for user in written["users"]:
        variable = user["name"].removeprefix("screentest-").replace("-", "_").upper()
        salt = base64.b64decode(user["password_hash"])[:4]
        password = environment[f"SCREENTEST_AMQP_PASSWORD_{variable}"]

        assert user["password_hash"] == password_hash(password, salt=salt)


def test_an_image_has_the_packages_of_its_service_alone(composition):
    names = ["cv2", "av", "fastapi", "pytest", "uv", "pip"]
    probe = "import importlib.util, sys\nprint(*filter(importlib.util.find_spec, sys.argv[1:]))"
    listing = ["python", "-c", probe, *names]

    held = {name: composition.finish(name, listing) for name in ("promotion", "api", "qa")}

    assert held == {"promotion": "", "api": "av fastapi", "qa": "cv2 av"}


def test_it_writes_nowhere_but_where_it_may(composition):
    probe = "import os, sys\nprint(*(p for p in sys.argv[1:] if os.access(p, os.W_OK)))"
    places = ["/", "/app", "/etc", "/opt/screentest", "/usr", "/tmp", "/var/lib/screentest"]

    writable = {
        name: composition.finish(name, ["python", "-c", probe, *places])
        for name in ("api", "dispatcher")
    }

    assert writable == {"api": "/tmp /var/lib/screentest", "dispatcher": "/tmp"}


def test_a_worker_for_comfyui_is_ready_though_its_server_is_not(composition):
    """Else `--profile comfyui` would start no dispatcher while the server is away."""
    composition.begin("comfyui-runner")

    composition.wait("comfyui-runner", "service_healthy")


def test_a_stop_ends_all_in_order(composition):
    """The last of this file: after it, nothing runs."""
    codes = composition.down()

    assert codes.keys() >= set(composition.default)
    assert codes == dict.fromkeys(codes, 0)
