"""Private servers: side by side, closed to others, gone when stopped, whole after a kill."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest

from screentest.stack.binaries import find_postgres, find_rabbitmq
from screentest.stack.errors import FolderInUseError
from screentest.stack.processes import marked
from screentest.stack.servers import Servers

pytestmark = [
    pytest.mark.skipif(
        not (find_postgres() and find_rabbitmq()), reason="native servers are not installed"
    ),
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("servers"),
]
LOOPBACKS = {"0100007F", "00000000000000000000000001000000"}  # as in /proc/net/tcp and tcp6


@pytest.fixture(scope="module")
def pair(new_folder):
    """Two pairs of servers, started at the same moment."""
    pair = [Servers(new_folder(), durable=False) for _ in range(2)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(Servers.start, pair))
    yield pair
    with ThreadPoolExecutor() as threads:
        list(threads.map(Servers.stop, pair))


async def fetch(dsn, query, *arguments):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def declare(url, name, *, passive=False):
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        queue = await channel.declare_queue(
            name, durable=True, passive=passive, arguments={"x-queue-type": "quorum"}
        )
        if not passive:
            message = aio_pika.Message(b"kept", delivery_mode=2)
            await channel.default_exchange.publish(message, name)
        return queue.declaration_result.message_count


async def test_two_pairs_do_not_meet(pair):
    addresses = [urlsplit(url).port for one in pair for url in (one.pg_admin_dsn(), one.amqp_url())]
    assert len(set(addresses)) == 4

    await fetch(pair[0].pg_admin_dsn(), "create table only_here()")
    assert await fetch(pair[1].pg_admin_dsn(), "select to_regclass('only_here')") is None

    await declare(pair[0].amqp_url(), "only-here")
    with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
        await declare(pair[1].amqp_url(), "only-here", passive=True)


async def test_parallel_tests_have_a_virtual_host_each(pair):
    for number in range(8):
        await declare(pair[0].amqp_url(f"test-{number}"), "mine")


async def test_nobody_enters_without_the_password(pair):
    pg, amqp = urlsplit(pair[0].pg_admin_dsn()), urlsplit(pair[0].amqp_url())

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(pair[1].pg_admin_dsn().replace(f":{_port(pair[1])}/", f":{pg.port}/"))
    with pytest.raises(aio_pika.exceptions.ProbableAuthenticationError):
        await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{amqp.port}/")


def _port(servers):
    return urlsplit(servers.pg_admin_dsn()).port


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_everything_listens_on_loopback_only(pair):
    inodes = {
        str(link.readlink()).removeprefix("socket:[").rstrip("]")
        for pid in marked(pair[0].folder.path)
        for link in _descriptors(pid)
    }
    listening = [
        fields[1]
        for table in ("tcp", "tcp6")
        for fields in (line.split() for line in Path(f"/proc/net/{table}").read_text().splitlines())
        if fields[3] == "0A" and fields[9] in inodes
    ]

    assert len(listening) >= 4  # Postgres, AMQP, Erlang's distribution, epmd
    assert {address.split(":")[0] for address in listening} <= LOOPBACKS


def _descriptors(pid):
    links = []
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if str(link.readlink()).startswith("socket:"):
                    links.append(link)
    return links


def test_no_password_is_on_a_command_line(pair):
    secrets = [path.read_text() for path in (pair[0].folder.path / "secrets").iterdir()]
    lines = subprocess.run(
        ["ps", "-A", "-ww", "-o", "command="], check=True, capture_output=True, text=True
    ).stdout

    assert len(secrets) >= 3
    assert not [secret for secret in secrets if secret in lines]


def test_postgres_never_runs_as_root(pair):
    owner = subprocess.run(
        ["ps", "-p", str(pair[0].postgres.pid), "-o", "user="],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    assert owner not in {"", "root"}


async def test_there_are_connections_enough(pair):
    assert await fetch(pair[0].pg_admin_dsn(), "select current_setting('max_connections')") == "200"


def test_a_folder_in_use_is_refused(pair):
    with pytest.raises(FolderInUseError, match=str(pair[0].folder.path)):
        Servers(pair[0].folder.path, durable=False).start()


async def test_a_broker_restart_keeps_address_and_messages(pair):
    address = pair[0].amqp_url()
    await declare(address, "durable")

    await asyncio.to_thread(pair[0].rabbitmq.restart)

    assert pair[0].amqp_url() == address
    assert await declare(address, "durable", passive=True) == 1
    assert "durable" in pair[0].rabbitmq.control("list_queues", "name")


async def test_a_stop_leaves_no_process_and_a_new_start_finds_the_data(new_folder):
    folder = new_folder()
    with Servers(folder, durable=True) as first:
        await fetch(first.pg_admin_dsn(), "create table kept()")
        await declare(first.amqp_url(), "kept")
        assert len(marked(folder)) >= 3
    assert marked(folder) == []

    with Servers(folder, durable=True) as second:
        assert await fetch(second.pg_admin_dsn(), "select 'kept'::regclass::text") == "kept"
        assert await declare(second.amqp_url(), "kept", passive=True) == 1
    assert marked(folder) == []


_START_AND_SAY = """
import signal, sys
from pathlib import Path
from screentest.stack.servers import Servers
Servers(Path(sys.argv[1]), durable=True).start()
print("up", flush=True)
signal.pause()
"""


@pytest.fixture
def killed(new_folder):
    """A folder whose supervisor was killed with -9, and the processes it left behind."""
    folder = new_folder()
    with subprocess.Popen(
        [sys.executable, "-c", _START_AND_SAY, str(folder)], stdout=subprocess.PIPE
    ) as first:
        assert first.stdout.readline() == b"up\n"
        left = set(marked(folder)) - {first.pid}
        # Stopped processes cannot act on the kernel's death signal, so they are still there when
        # the next start looks: the worst that a kill can leave.
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        first.kill()
    return folder, left


async def test_a_start_after_kill_9_ends_what_was_left_and_keeps_the_data(killed):
    folder, left = killed
    assert left & set(marked(folder))

    with Servers(folder, durable=True) as second:
        assert await fetch(second.pg_admin_dsn(), "select 1") == 1
        await declare(second.amqp_url(), "again")
        assert not left & set(marked(folder))
    assert marked(folder) == []


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv"
)
def test_an_ordinary_user_runs_everything_as_himself(new_folder):
    home = new_folder()
    os.chown(home, 65534, 65534)
    script = """
import os, sys
from pathlib import Path
from screentest.stack.processes import marked
from screentest.stack.servers import Servers
folder = Path(sys.argv[1]) / "stack"
with Servers(folder, durable=False):
    print({os.stat(f"/proc/{pid}").st_uid for pid in marked(folder)}, len(marked(folder)) > 2)
print(marked(folder))
"""
    # The interpreter may lie below a folder closed to others, hence the right to read.
    ordinary = [
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
        "--bounding-set=-all,+dac_read_search",
    ]
    done = subprocess.run(
        [*ordinary, sys.executable, "-c", script, str(home)],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.defpath, "HOME": str(home)},
    )

    assert done.stderr == ""
    assert done.stdout.split("\n")[:2] == ["{65534} True", "[]"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account for Postgres")
def test_root_in_a_closed_folder_keeps_postgres_data_elsewhere(new_folder):
    closed = new_folder()
    closed.chmod(0o700)
    folder = closed / "project" / ".screentest"

    with Servers(folder, durable=False).postgres_alone():
        pass
    elsewhere = Path((folder / "postgres-folder").read_text().strip())
    assert (elsewhere / "data" / "PG_VERSION").exists()
    assert not (folder / "postgres" / "data").exists()

    cleaned = subprocess.run(
        [sys.executable, "-m", "screentest.stack", "--folder", str(folder), "clean"], check=False
    )
    assert cleaned.returncode == 0
    assert not elsewhere.exists()
    assert not folder.exists()
