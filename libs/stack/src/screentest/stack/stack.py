"""The whole product on one machine: servers, database, services, admin key.

Owns the order of start and stop and the record other terminals read. `with Stack(...)` and
`start`/`stop` block; `async with Stack(...)` runs them in a thread.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Self

from screentest.common.migrate import MigrationError, migrate
from screentest.stack.admin_key import make_admin_key, read_admin_key
from screentest.stack.comfyui import check_addresses
from screentest.stack.errors import StackError
from screentest.stack.guard import Guard, Revivable
from screentest.stack.ports import LOOPBACK, first_free, free_ports
from screentest.stack.processes import identity
from screentest.stack.prometheus import Prometheus
from screentest.stack.rabbitmq import RabbitMQ
from screentest.stack.record import RECORD, running_stack
from screentest.stack.servers import Servers
from screentest.stack.services import API, KINDS, PROJECT, Service, environment, services
from screentest.stack.supervised import Supervised
from screentest.stack.supervisor import Supervisor

USUAL_API_PORT = 8400
_SERVERS = ("postgres", "rabbitmq")


class Stack:
    """A running product in a folder of its own; any number may run side by side."""

    def __init__(
        self,
        folder: Path,
        *,
        runners: int = 3,
        replicas: int = 1,
        comfyui_urls: Sequence[str] = (),
        durable: bool = True,
        api_port: int | None = None,
        settings: Mapping[str, Mapping[str, str]] | None = None,
        observe: bool = False,
        kinds: Collection[str] = KINDS,
        project: Path = PROJECT,
        changed: Callable[[str, str, str], None] = lambda *_: None,
    ) -> None:
        """Say what the stack is made of; nothing happens before `start`.

        Args:
            folder: where all its state is, usually `.screentest`.
            runners: render workers, each a gpu-runner process.
            replicas: processes of every other service; each api has a port of its own.
            comfyui_urls: ComfyUI servers; each has a render worker of its own, `comfyui-1`.
            durable: False gives up safety on power failure for speed (tests).
            api_port: None for any free port, else this one or the next that is free.
            settings: extra environment by service (`qa`) or process (`qa-2`); `""` is for all.
            observe: run Prometheus, which must be installed, and let it look at every process.
            kinds: which services to run; without `api` there is no admin key.
            project: the checkout whose `migrations/` are applied.
            changed: told (part, state, note) whenever a part changes state, from any thread.

        Raises:
            StackError: there would be no replica, or an address is none.
        """
        if replicas < 1:
            raise StackError(f"A stack has one replica of every service at least, not {replicas}.")
        self.servers = Servers(folder, durable=durable)
        self.folder = self.servers.folder.path
        self.api_ports: list[int] = []
        self.admin_key = ""
        self._runners = runners
        self._replicas = replicas
        self._comfyui_urls = check_addresses(comfyui_urls)
        self._wanted_api_port = api_port
        self._settings = settings or {}
        self._kinds = frozenset(kinds)
        self._project = project
        self._changed = changed
        self._prometheus: Prometheus | None = None
        if observe:
            rules = project / "deploy" / "observability" / "alerts.yml"
            self._prometheus = Prometheus(self.servers.folder, rules=rules)
        self._supervisor: Supervisor | None = None
        self._guard: Guard | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def base_url(self) -> str:
        """Where the web app and the REST API are: the first api's address."""
        return self.base_urls[0]

    @property
    def base_urls(self) -> list[str]:
        """The address of every api, once they have their ports."""
        return [f"http://{LOOPBACK}:{port}" for port in self.api_ports]

    @property
    def services(self) -> Supervisor:
        """The supervised services: `stack.services["dispatcher"].kill()`.

        Raises:
            StackError: the stack is not started.
        """
        if self._supervisor is None:
            raise StackError("The stack's services exist once it is started.")
        return self._supervisor

    @property
    def rabbitmq(self) -> RabbitMQ:
        """The broker: `stack.rabbitmq.restart()`."""
        return self.servers.rabbitmq

    @property
    def prometheus_url(self) -> str:
        """Where Prometheus is, once it runs; empty without it."""
        return self._prometheus.url if self._prometheus else ""

    def start(self) -> None:
        """Start everything; returns when every service is ready.

        Raises:
            StackError: what did not come up and why; nothing is left running.
        """
        try:
            for name in _SERVERS:
                self._changed(name, "starting", "")
            # While RabbitMQ boots on one core, the services import their libraries on another.
            self.servers.start(once_postgres_is_up=self._start_services)
            self._changed("rabbitmq", "ready", "")
            self._guard = self._guard_servers()
            self._guard.start()
            self.services.wait_ready()
            if self._prometheus is not None:
                self._prometheus.start()
                self._say_targets()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the services, then the servers; harmless when nothing runs."""
        try:
            if self._supervisor is not None:
                self._supervisor.stop()
        finally:
            if self._guard is not None:
                self._guard.stop()
            if self._prometheus is not None:
                self._prometheus.stop()
            if self.servers.folder.is_locked_by_us:
                (self.folder / RECORD).unlink(missing_ok=True)
                self.servers.stop()
                for name in _SERVERS:
                    self._changed(name, "stopped", "")

    def migrate(self) -> list[str]:
        """Bring the database up to date, also while the stack runs; the files applied.

        Raises:
            StackError: Postgres did not start.
        """
        home = self.servers.folder
        if running_stack(home) is not None:
            self.servers.postgres.join(home.read_record(RECORD)["pg_port"])
            return self._migrate()
        with self.servers.postgres_alone():
            return self._migrate()

    def _migrate(self) -> list[str]:
        try:
            return asyncio.run(
                migrate(
                    self.servers.pg_admin_dsn(),
                    root=self._project / "migrations",
                    role_passwords=self.servers.role_passwords,
                )
            )
        except MigrationError as error:
            raise StackError(
                f"{error}. The data in {self.folder} can also be deleted: `make clean`."
            ) from error

    def _start_services(self) -> None:
        """Migrate, begin to start the services, and make the first admin key."""
        self._changed("postgres", "migrating", "")
        self._migrate()
        self._changed("postgres", "ready", "")
        self.api_ports = self._choose_api_ports()
        self._supervisor = self._supervise()
        self._write_record()
        self._supervisor.start()
        if API in self._kinds:
            self.admin_key = self._read_or_make_admin_key()

    def _choose_api_ports(self) -> list[int]:
        if self._wanted_api_port is None:
            return free_ports(self._replicas)
        ports = [first_free(self._wanted_api_port)]
        while len(ports) < self._replicas:
            ports.append(first_free(ports[-1] + 1))
        return ports

    def _read_or_make_admin_key(self) -> str:
        if not self.servers.postgres.is_new and (kept := read_admin_key(self.folder)):
            return kept
        api = next(one for one in self._services() if one.name == API)
        return make_admin_key(
            self.folder, api, environment=self._environment(api, 0), project=self._project
        )

    def _services(self) -> list[Service]:
        everything = services(
            runners=self._runners, api_ports=self.api_ports, comfyui_urls=self._comfyui_urls
        )
        return [one for one in everything if one.kind in self._kinds]

    def _environment(self, service: Service, probe_port: int) -> dict[str, str]:
        keys = ("", service.kind, service.name)
        extra = {name: text for key in keys for name, text in self._settings.get(key, {}).items()}
        return environment(service, self.servers, probe_port=probe_port, extra=extra)

    def _guard_servers(self) -> Guard:
        watched: dict[str, Revivable] = {
            "postgres": self.servers.postgres,
            "rabbitmq": self.servers.rabbitmq,
        }
        return Guard(watched, self._changed)

    def _supervise(self) -> Supervisor:
        return Supervisor(
            self._services(),
            environment=self._environment,
            logs=self.folder / "logs",
            folder=self._project,
            changed=self._on_change,
        )

    def _on_change(self, one: Supervised) -> None:
        self._write_record()
        self._say_targets()
        self._changed(one.name, str(one.state), one.note)

    def _say_targets(self) -> None:
        """Tell Prometheus where everything is: a process has another port at every start."""
        if self._prometheus is not None and self._supervisor is not None:
            ports = {one.name: one.probe_port for one in self._supervisor}
            self._prometheus.look_at(self._services(), ports)

    def _write_record(self) -> None:
        supervisor = self._supervisor
        record = {
            "pid": os.getpid(),
            "identity": identity(os.getpid()),
            "base_url": self.base_url,
            "pg_port": self.servers.postgres.port,
            "services": {
                one.name: {"pid": one.pid, "state": one.state, "note": one.note}
                for one in (supervisor or ())
            },
        }
        self.servers.folder.write_record(RECORD, record)
