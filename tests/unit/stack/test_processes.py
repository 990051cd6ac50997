"""Real processes, small ones: a shell and Python."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from screentest.stack.processes import MARK, Child, Program, end_marked, identity, marked, tail


def wait_for(condition, timeout_s=20):
    until = time.monotonic() + timeout_s
    while not (result := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
    return result


@pytest.fixture
def start(tmp_path):
    started = []

    def start(*arguments, **options):
        program = Program(
            name="program",
            arguments=arguments,
            environment={"PATH": os.defpath, MARK: str(tmp_path)},
            log=tmp_path / "logs" / "program.log",
            **options,
        )
        started.append(Child.start(program))
        return started[-1]

    yield start
    for child in started:
        child.kill()


def test_output_goes_to_the_log(start, tmp_path):
    child = start(
        "/bin/sh", "-c", "for n in 1 2 3; do echo line $n; done; echo trouble >&2; exit 3"
    )

    assert child.wait(10) == 3
    assert child.tail(2) == "line 3\ntrouble"
    assert tail(tmp_path / "absent.log", 5) == ""


def test_a_polite_program_is_given_its_time(start):
    child = start(
        "/bin/sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done"
    )
    wait_for(lambda: "up" in child.tail())

    assert child.stop(grace_s=10)
    assert child.exit_code == 0
    assert child.tail(1) == "bye"


def test_a_stubborn_program_is_killed_with_its_children(start, tmp_path):
    child = start(
        "/bin/sh", "-c", "trap '' TERM; sleep 1000 & echo up; while :; do sleep 0.01; done"
    )
    wait_for(lambda: "up" in child.tail() and len(marked(tmp_path)) >= 2)

    assert not child.stop(grace_s=0.05)
    assert child.exit_code == -signal.SIGKILL
    wait_for(lambda: not marked(tmp_path))


def test_children_of_a_stopped_program_are_swept(start, tmp_path):
    child = start("/bin/sh", "-c", "sleep 1000 & echo up; wait")
    wait_for(lambda: "up" in child.tail() and len(marked(tmp_path)) == 2)

    child.stop(grace_s=10)

    wait_for(lambda: not marked(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_the_end_of_the_thread_that_asked_does_not_end_the_program(start):
    found = []
    # The death signal is the stop signal; SIGUSR1 is delivered before a SIGTERM sent later.
    sleeper = ("/bin/sleep", "1000")
    thread = threading.Thread(
        target=lambda: found.append(start(*sleeper, stop_signal=signal.SIGUSR1))
    )
    thread.start()
    thread.join()
    wait_for(lambda: not Path(f"/proc/self/task/{thread.native_id}").exists())

    os.kill(found[0].pid, signal.SIGTERM)

    assert found[0].wait(10) == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_program_does_not_outlive_a_parent_killed_with_9(tmp_path):
    script = f"""
import os, sys, time
from pathlib import Path
from screentest.stack.processes import Child, Program
Child.start(Program("sleeper", ["/bin/sleep", "1000"], {{"{MARK}": "{tmp_path}"}},
                    Path("{tmp_path}/log")))
print("up", flush=True)
time.sleep(1000)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout.readline() == b"up\n"
        wait_for(lambda: marked(tmp_path))

        parent.kill()

    wait_for(lambda: not marked(tmp_path))


def test_what_is_left_over_is_found_by_its_mark_and_ended(tmp_path):
    other = tmp_path / "other"
    kept = subprocess.Popen(["/bin/sleep", "1000"], env={MARK: str(other)})
    stubborn = subprocess.Popen(
        ["/bin/sh", "-c", "trap '' TERM INT; while :; do sleep 0.05; done"],
        env={MARK: str(tmp_path), "PATH": os.defpath},
    )
    with kept, stubborn:
        wait_for(lambda: stubborn.pid in marked(tmp_path))
        reaper = threading.Thread(target=stubborn.wait)
        reaper.start()

        assert stubborn.pid in end_marked(tmp_path, grace_s=0.2)

        reaper.join()
        assert stubborn.returncode == -signal.SIGKILL
        assert kept.poll() is None
        kept.kill()


def test_identity_tells_a_process_from_its_successor():
    with subprocess.Popen(["/bin/sleep", "1000"]) as first:
        before = identity(first.pid)
        assert before is not None
        assert before == identity(first.pid)
        assert before != identity(os.getppid())
        first.kill()
    assert identity(first.pid) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change account")
def test_root_can_run_a_program_as_another_account(start):
    from screentest.stack.processes import Account

    child = start("/bin/sh", "-c", "id -u; id -g; id -G", account=Account(65534, 65534))

    assert child.wait(10) == 0
    assert child.tail() == "65534\n65534\n65534"
