"""The services of a stack: which there are, in which order they stop, what they find around them.

Owns the environment a service process is given. Starts nothing.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from screentest.common.migrate import role_of
from screentest.stack.folder import StackFolder
from screentest.stack.ports import LOOPBACK
from screentest.stack.processes import MARK
from screentest.stack.servers import Servers

API = "api"
#: The checkout this package is in, and where its web app is once it is built.
PROJECT = Path(__file__).parents[5]
WEB_DIR = PROJECT / "frontend" / "dist"
# Those who ask for work stop before those who do it.
STOP_STAGES = ((API,), ("dispatcher",), ("gpu-runner", "qa", "promotion"))
KINDS = tuple(kind for stage in STOP_STAGES for kind in stage)


@dataclass(frozen=True, slots=True)
class Service:
    """One process of a service: `qa` is the first process of `qa`, `qa-2` the second.

    Workers are numbered from the first: `gpu-runner-1`, and `comfyui-1` for that of a server.
    """

    name: str
    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """What `python -m` runs."""
        return f"screentest.{self.schema}"

    @property
    def arguments(self) -> list[str]:
        """What Python is given to run it, here and in the service's image."""
        # -s, -P: neither the user's site-packages nor the working folder shadow ours.
        return ["-s", "-P", "-m", self.module]

    @property
    def schema(self) -> str:
        """The schema it owns; also its package's name."""
        return self.kind.replace("-", "_")


def services(
    *, runners: int, api_ports: Sequence[int], comfyui_urls: Sequence[str] = ()
) -> list[Service]:
    """Every process of a stack.

    So many render workers and one for each ComfyUI server; of all else one for each api port.
    """
    numbers = range(1, len(api_ports) + 1)
    return [
        *(_replica("qa", number) for number in numbers),
        *(_replica("promotion", number) for number in numbers),
        *(_runner(f"gpu-runner-{number}") for number in range(1, runners + 1)),
        *(_comfyui(f"comfyui-{number}", url) for number, url in enumerate(comfyui_urls, start=1)),
        *(_replica("dispatcher", number) for number in numbers),
        *(_api(number, port) for number, port in zip(numbers, api_ports, strict=True)),
    ]


def stop_stages(running: Sequence[Service]) -> list[list[Service]]:
    """Groups that stop one after the other, each at once."""
    stages = [[one for one in running if one.kind in kinds] for kinds in STOP_STAGES]
    return [stage for stage in stages if stage]


def environment(
    service: Service,
    servers: Servers,
    *,
    probe_port: int,
    extra: Mapping[str, str],
    web_dir: Path = WEB_DIR,
) -> dict[str, str]:
    """Everything the process finds in its environment.

    Weakest first: our defaults, the caller's environment, the stack's addresses, `extra`. So
    `SCREENTEST_GPU_RUNNER_BACKEND=comfyui make up` does what it says. The web app is served from
    `web_dir` if it is built there.
    """
    folder: StackFolder = servers.folder
    defaults = {
        "SCREENTEST_LOG_FORMAT": "console",
        "SCREENTEST_DRAIN_S": "2",
        # A stop here is meant to be quick; the render is handed back and goes on at the next start.
        "SCREENTEST_GPU_RUNNER_GRACE_S": "1",
        "SCREENTEST_OBJECTS_URL": f"file://{folder.path}/objects",
        "SCREENTEST_GPU_RUNNER_BACKEND": "builtin",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        # Log files are read by people and by `tail`.
        "NO_COLOR": "1",
    }
    if (web_dir / "index.html").is_file():
        defaults["SCREENTEST_API_WEB_DIR"] = str(web_dir)
    addresses = {
        "SCREENTEST_PG_DSN": servers.pg_dsn(role_of(service.schema)),
        "SCREENTEST_AMQP_URL": servers.rabbitmq.service_url(service.kind),
        "SCREENTEST_PROBE_HOST": LOOPBACK,
        "SCREENTEST_PROBE_PORT": str(probe_port),
        MARK: str(folder.path),
    }
    callers = os.environ  # noqa: TID251 - handed on, not read
    return {**defaults, **callers, **addresses, **service.settings, **extra}


def _replica(kind: str, number: int) -> Service:
    return Service(kind if number == 1 else f"{kind}-{number}", kind)


def _api(number: int, port: int) -> Service:
    address = {"SCREENTEST_API_HOST": LOOPBACK, "SCREENTEST_API_PORT": str(port)}
    return replace(_replica(API, number), settings=address)


def _runner(name: str) -> Service:
    return Service(name, "gpu-runner", {"SCREENTEST_GPU_RUNNER_WORKER": name})


def _comfyui(name: str, url: str) -> Service:
    server = {
        "SCREENTEST_GPU_RUNNER_BACKEND": "comfyui",
        "SCREENTEST_GPU_RUNNER_COMFYUI_URL": url,
    }
    runner = _runner(name)
    return replace(runner, settings={**runner.settings, **server})
