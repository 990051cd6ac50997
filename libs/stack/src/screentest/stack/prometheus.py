"""A private Prometheus that looks at every process of a stack, where the program is installed.

Owns its folder below the stack's. A stack runs as well without it.
"""

import http.client
import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from screentest.stack.binaries import find_prometheus
from screentest.stack.errors import ServerMissingError, StartError
from screentest.stack.folder import StackFolder
from screentest.stack.ports import LOOPBACK, first_free
from screentest.stack.processes import MARK, Child, Program
from screentest.stack.services import Service

_USUAL_PORT = 9090
_START_TIMEOUT_S = 30.0
_STOP_GRACE_S = 5.0
_LOOK_EVERY_S = 0.1
# A stack on one machine is looked at by somebody who waits for it.
_CONFIG = """\
global:
  scrape_interval: 5s
  evaluation_interval: 5s
rule_files:
  - {rules}
scrape_configs:
  - job_name: screentest
    file_sd_configs:
      - files: [{targets}]
"""


class Prometheus:
    """Starts, is told what there is to look at, and stops."""

    def __init__(self, folder: StackFolder, *, rules: Path) -> None:
        """``rules`` is the file with the alerts."""
        self._stack = folder
        self._rules = rules
        self._home = folder.path / "prometheus"
        self._child: Child | None = None
        self._writing = threading.Lock()
        self.log = folder.path / "logs" / "prometheus.log"
        self.url = ""

    def start(self) -> None:
        """Start it; returns when it answers questions.

        Raises:
            ServerMissingError: it is not installed.
            StartError: it did not come up.
        """
        program = find_prometheus()
        if program is None:
            raise ServerMissingError("Prometheus is not installed.")
        port = first_free(_USUAL_PORT)
        self.look_at((), {})
        config = self._home / "prometheus.yml"
        text = _CONFIG.format(rules=self._rules, targets=self._targets)
        config.write_text(text, encoding="utf-8")
        self._child = Child.start(
            Program(
                name="prometheus",
                arguments=[
                    str(program),
                    f"--config.file={config}",
                    f"--storage.tsdb.path={self._home / 'data'}",
                    "--storage.tsdb.retention.time=7d",
                    "--storage.tsdb.retention.size=512MB",
                    f"--web.listen-address={LOOPBACK}:{port}",
                ],
                environment={"PATH": os.defpath, MARK: str(self._stack.path)},
                log=self.log,
                folder=self._home,
            )
        )
        until = time.monotonic() + _START_TIMEOUT_S
        while not _is_ready(port):
            if self._child.wait(_LOOK_EVERY_S) is not None or time.monotonic() > until:
                words = self._child.tail()
                self.stop()
                raise StartError.with_tail("Prometheus did not start", self.log, words)
        self.url = f"http://{LOOPBACK}:{port}"

    def look_at(self, services: Sequence[Service], probe_ports: Mapping[str, int]) -> None:
        """Say what there is to look at from now on; it is seen within seconds."""
        groups = [
            {
                "targets": [f"{LOOPBACK}:{probe_ports[one.name]}"],
                # A process started again has another port, and is the same instance.
                "labels": {"service": one.kind, "instance": one.name},
            }
            for one in services
            if probe_ports.get(one.name)
        ]
        with self._writing:
            self._home.mkdir(mode=0o700, exist_ok=True)
            fresh = self._targets.with_suffix(".new")
            fresh.write_text(json.dumps(groups), encoding="utf-8")
            fresh.replace(self._targets)

    def stop(self) -> None:
        """Stop it; harmless when it does not run."""
        if self._child is not None:
            self._child.stop(grace_s=_STOP_GRACE_S)
            self._child = None

    @property
    def _targets(self) -> Path:
        return self._home / "targets.json"


def _is_ready(port: int) -> bool:
    """Whether it answers questions: it listens a moment before that."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
