"""The whole stack as a user runs it: `up`, `status`, `down`, and what is there when it runs."""

import json
import os
import signal
import stat
import subprocess
import sys
import urllib.request

import pytest

from screentest.stack.binaries import find_postgres, find_rabbitmq
from screentest.stack.processes import identity, marked
from screentest.stack.stack import Stack
from screentest.stack.supervised import State

pytestmark = [
    pytest.mark.skipif(
        not (find_postgres() and find_rabbitmq()), reason="native servers are not installed"
    ),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("whole-stack"),
]
REPLICATED = ("api", "dispatcher", "qa", "promotion")


def command(folder, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "screentest.stack", "--folder", str(folder), *arguments],
        check=False,
        text=True,
        capture_output=True,
        **options,
    )


def get(url, key=None):
    request = urllib.request.Request(url)
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.read()


@pytest.fixture
def up(new_folder):
    """`up` in a process of its own: the process and its folder."""
    folder = new_folder()
    arguments = ["--folder", str(folder), "up", "--runners", "1", "--replicas", "2"]
    # Nobody listens there; a worker is ready all the same, and takes work once its server answers.
    arguments += ["--comfyui", "http://127.0.0.1:9"]
    process = subprocess.Popen(
        [sys.executable, "-m", "screentest.stack", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with process:
        yield process, folder
        process.kill()


def test_up_status_and_down(up):
    process, folder = up
    said = {}
    for line in process.stdout:
        word, _, rest = line.partition(" ")
        said[word] = rest.strip()
        if word == "Stop":
            break
    names = [f"{kind}{number}" for kind in REPLICATED for number in ("", "-2")]
    states = dict.fromkeys(["gpu-runner-1", "comfyui-1", *names], "ready")

    apis = said["Web"].split(", ")
    assert len(set(apis)) == 2
    for api in apis:
        assert get(f"{api}/api/health")[0] == 200
        assert get(f"{api}/api/me", said["Admin"])[0] == 200

    status = command(folder, "status")
    assert status.returncode == 0
    assert apis[0] in status.stderr
    record = json.loads((folder / "stack.json").read_text())
    assert {name: one["state"] for name, one in record["services"].items()} == states
    logs = [(folder / "logs" / f"{name}.log").read_text() for name in states]
    assert all(logs)
    assert "already running" in command(folder, "up").stdout + command(folder, "up").stderr

    assert command(folder, "down").returncode == 0

    assert process.wait(30) == 0
    assert marked(folder) == []
    assert command(folder, "status").returncode == 3


def test_down_ends_what_a_killed_stack_left(up, wait_for):
    process, folder = up
    wait_for(lambda: len(marked(folder)) > 3)
    for pid in set(marked(folder)) - {process.pid}:
        if identity(pid):
            os.kill(pid, signal.SIGSTOP)
    process.kill()
    process.wait()

    assert command(folder, "down").returncode == 0

    assert marked(folder) == []


async def test_a_stack_survives_what_dies_in_it(new_folder, wait_for):
    folder = new_folder()
    async with Stack(folder, runners=2, durable=False) as stack:
        key = stack.admin_key
        assert stat.S_IMODE((folder / "admin-key").stat().st_mode) == 0o600
        assert [one.name for one in stack.services if one.name.startswith("gpu")] == [
            "gpu-runner-1",
            "gpu-runner-2",
        ]

        stack.services["dispatcher"].kill()
        wait_for(lambda: stack.services["dispatcher"].exits == 1)
        os.kill(stack.servers.postgres.pid, signal.SIGKILL)
        stack.rabbitmq.restart()
        stack.services["qa"].stop()
        assert stack.services["qa"].state is State.STOPPED
        stack.services["qa"].start()

        stack.services.wait_ready()
        wait_for(lambda: get(f"{stack.base_url}/api/me", key)[0] == 200)
    assert marked(folder) == []

    with Stack(folder, kinds=("api",), durable=False) as again:
        assert again.admin_key == key
        assert get(f"{again.base_url}/api/me", key)[0] == 200


def test_a_service_that_cannot_start_is_named_with_its_last_words(new_folder):
    folder = new_folder()
    broken = {"promotion": {"SCREENTEST_OBJECTS_URL": "gopher://nowhere"}}

    with pytest.raises(Exception, match=r"promotion died 4 times in a row.*log:(?s:.*)gopher"):
        Stack(folder, kinds=("promotion",), durable=False, settings=broken).start()

    assert marked(folder) == []


class TestServersCommand:
    """`servers -- COMMAND`."""

    SHOW = ("sh", "-c", 'echo "$SCREENTEST_PG_DSN $SCREENTEST_AMQP_URL"; exit 7')

    def test_servers_that_are_given_are_used(self, tmp_path):
        given = {"SCREENTEST_PG_DSN": "postgresql://given", "SCREENTEST_AMQP_URL": "amqp://given"}

        done = command(tmp_path, "servers", "--", *self.SHOW, env={**os.environ, **given})

        assert (done.returncode, done.stdout) == (7, "postgresql://given amqp://given\n")

    def test_else_private_ones_live_as_long_as_the_command(self, tmp_path):
        script = (
            "import asyncio, asyncpg, os;"
            "connect = asyncpg.connect(os.environ['SCREENTEST_PG_DSN']);"
            "print(asyncio.run(connect).get_server_pid(), os.environ['SCREENTEST_AMQP_URL'])"
        )
        bare = {k: v for k, v in os.environ.items() if not k.startswith("SCREENTEST_")}

        done = command(tmp_path, "servers", "--", sys.executable, "-c", script, env=bare)

        assert done.returncode == 0, done.stderr
        backend, amqp = done.stdout.split()
        assert amqp.startswith("amqp://screentest:")
        assert identity(int(backend)) is None
