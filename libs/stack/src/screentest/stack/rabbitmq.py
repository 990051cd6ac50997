"""A private RabbitMQ node in a folder, with its own port mapper, cookie, user and virtual hosts.

Owns the node's processes: epmd and the Erlang machine. Never reads the system's configuration and
never meets the system's node or epmd.
"""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from screentest.common.broker_definitions import user_of
from screentest.stack.binaries import RabbitMQBinaries, find_rabbitmq
from screentest.stack.errors import ServerMissingError, StackError, StartError
from screentest.stack.folder import StackFolder
from screentest.stack.ports import LOOPBACK, free_ports, is_listening
from screentest.stack.processes import MARK, POLL_S, Child, Program
from screentest.stack.rabbitmq_files import SERVICES_VHOST, TEST_VHOSTS, USER, RabbitMQFiles

_START_TIMEOUT_S = 60.0
_EPMD_TIMEOUT_S = 10.0
_STOP_GRACE_S = 7.0
_PORT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Ports:
    amqp: int
    distribution: int
    epmd: int
    control: int

    @classmethod
    def choose(cls) -> "_Ports":
        return cls(*free_ports(4))


class RabbitMQ:
    """One private node; its name and data stay with the folder, its ports may change."""

    def __init__(
        self, folder: StackFolder, *, durable: bool, vhosts: Sequence[str] = TEST_VHOSTS
    ) -> None:
        self._folder = folder
        self._files = RabbitMQFiles(folder, vhosts=(SERVICES_VHOST, *vhosts), durable=durable)
        self._ports: _Ports | None = None
        self._epmd: Child | None = None
        self._node: Child | None = None
        self._lock = threading.RLock()
        self._giving_up = threading.Event()
        self.node_name = f"screentest-{folder.digest}@localhost"
        self.log = folder.path / "logs" / "rabbitmq.log"

    @property
    def is_running(self) -> bool:
        """Whether the node's process lives."""
        return self._node is not None and self._node.exit_code is None

    @property
    def pid(self) -> int | None:
        """The Erlang machine's process number while it runs."""
        return self._node.pid if self._node and self.is_running else None

    def url(self, vhost: str = "/") -> str:
        """AMQP address of a virtual host for the administrator, password included."""
        return (
            f"amqp://{USER}:{self._files.password}@{LOOPBACK}:{self._known_ports.amqp}"
            f"/{quote(vhost, safe='')}"
        )

    def service_url(self, account: str) -> str:
        """AMQP address with the user of a service, which may do what that service does."""
        return (
            f"amqp://{user_of(account)}:{self._files.password_of(account)}"
            f"@{LOOPBACK}:{self._known_ports.amqp}/{quote(SERVICES_VHOST, safe='')}"
        )

    def start(self) -> None:
        """Start the node; returns when it accepts connections on every virtual host.

        Raises:
            ServerMissingError: RabbitMQ is not installed.
            StartError: it did not come up.
        """
        binaries = _binaries()
        with self._lock:
            self._giving_up.clear()
            for attempt in range(1, _PORT_ATTEMPTS + 1):
                self._files.write(amqp_port=self._known_ports.amqp)
                if self._start_once(binaries):
                    return
                words = self._node.tail(40) if self._node else ""
                self.stop()
                if "eaddrinuse" not in words or attempt == _PORT_ATTEMPTS:
                    raise StartError.with_tail("RabbitMQ did not start", self.log, words)
                self._ports = None

    def stop(self) -> None:
        """Stop the node in order, then its port mapper; cuts a start in another thread short."""
        self._giving_up.set()
        with self._lock:
            if self._node is not None:
                self._node.stop(grace_s=_STOP_GRACE_S)
                self._node = None
            if self._epmd is not None:
                self._epmd.stop(grace_s=1.0)
                self._epmd = None

    def kill(self) -> None:
        """End it as a power failure would and leave it down; for tests of recovery."""
        with self._lock:
            for child in (self._node, self._epmd):
                if child is not None:
                    child.kill()
            self._node = self._epmd = None

    def revive(self) -> bool:
        """Start it again if it died by itself; whether it had.

        Raises:
            StartError: it did not come up again.
        """
        with self._lock:
            died = self._node is not None and self._node.exit_code is not None
            if died:
                self.restart()
            return died

    def restart(self) -> None:
        """Stop and start on the same ports; connections break, durable messages stay.

        Raises:
            StartError: it did not come up again.
        """
        with self._lock:
            self.stop()
            self.start()

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl ARGUMENTS` prints, e.g. `control("list_queues", "-p", "test-0")`.

        Raises:
            StackError: the command failed.
        """
        program = _binaries().server.resolve().with_name("rabbitmqctl")
        done = subprocess.run(  # noqa: S603 - the program beside the server we run
            [str(program), "--quiet", *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=self._environment(_binaries()),
        )
        if done.returncode != 0:
            raise StackError(f"rabbitmqctl {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout

    @property
    def _known_ports(self) -> _Ports:
        """Chosen when first asked for, so that there is an address before the slow start ends."""
        self._ports = self._ports or _Ports.choose()
        return self._ports

    def _start_once(self, binaries: RabbitMQBinaries) -> bool:
        environment = self._environment(binaries)
        ports = self._known_ports
        self._epmd = Child.start(
            Program(
                name="epmd",
                arguments=[str(binaries.epmd), "-port", str(ports.epmd), "-address", LOOPBACK],
                environment=environment,
                log=self._folder.path / "logs" / "epmd.log",
            )
        )
        if not self._wait_until_listening(self._epmd, ports.epmd, _EPMD_TIMEOUT_S):
            return False
        self._node = Child.start(
            Program(
                name="rabbitmq",
                arguments=[str(binaries.server)],
                environment=environment,
                log=self.log,
                folder=self._files.home,
            )
        )
        return self._wait_until_listening(self._node, ports.amqp, _START_TIMEOUT_S)

    def _wait_until_listening(self, child: Child, port: int, timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        while child.exit_code is None and time.monotonic() < until:
            if is_listening(port):
                return True
            if self._giving_up.wait(POLL_S):
                break
        return False

    def _environment(self, binaries: RabbitMQBinaries) -> dict[str, str]:
        ports = self._known_ports
        return {
            "PATH": f"{binaries.epmd.parent}:{os.defpath}",
            "HOME": str(self._files.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            MARK: str(self._folder.path),
            # The script then becomes the Erlang machine instead of waiting for it in a shell: one
            # process to signal, and the leash holds it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "ERL_EPMD_PORT": str(ports.epmd),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": self.node_name,
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(ports.amqp),
            "RABBITMQ_DIST_PORT": str(ports.distribution),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(ports.control),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(ports.control + 9),
            # Bound schedulers of several nodes would all sit on the same cores.
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+B i -kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
            ),
            **self._files.environment(),
        }


def _binaries() -> RabbitMQBinaries:
    found = find_rabbitmq()
    if found is None:
        raise ServerMissingError("RabbitMQ's server programs are not installed: run `make setup`.")
    return found
