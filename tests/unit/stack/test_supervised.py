"""A real process under supervision: a small HTTP server with a /readyz."""

import os
import signal
import sys
import threading
import time

import pytest

from screentest.stack.backoff import Backoff
from screentest.stack.processes import Program
from screentest.stack.supervised import State, Supervised

_SERVICE = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Probe(BaseHTTPRequestHandler):
    def do_GET(self):
        reason = Path(sys.argv[2]).read_text()
        self.send_response(503 if reason else 200)
        self.end_headers()
        self.wfile.write(reason.encode())
    def log_message(self, *_): pass

print("begun", flush=True)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Probe).serve_forever()
"""


class Watched:
    """A supervised program and the states it went through."""

    def __init__(self, folder, source):
        self.reason = folder / "reason"
        self.reason.write_text("")
        self.log = folder / "service.log"
        self.states = []
        self.news = threading.Condition()
        self.backoffs = Backoff(first_s=0.01, longest_s=0.04)

        def program_on(port):
            arguments = [sys.executable, "-I", "-c", source, str(port), str(self.reason)]
            return Program("service", arguments, {"PATH": os.defpath}, self.log)

        self.it = Supervised("service", program_on, changed=self._note, backoff=self.backoffs)

    def _note(self, one):
        with self.news:
            self.states.append((one.state, one.note))
            self.news.notify_all()

    def wait_for(self, condition):
        until = time.monotonic() + 30
        with self.news:
            while not condition():
                assert self.news.wait(until - time.monotonic()), f"waited in vain; {self.states}"


@pytest.fixture
def watch(tmp_path):
    watched = []

    def watch(source=_SERVICE):
        watched.append(Watched(tmp_path, source))
        return watched[-1]

    yield watch
    for one in watched:
        one.it.stop(grace_s=0.1)


def test_ready_is_what_its_probe_says(watch):
    one = watch()
    one.reason.write_text("the database is away")
    one.it.start()
    one.wait_for(lambda: (State.STARTING, "the database is away") in one.states)
    assert State.READY not in dict(one.states)

    one.reason.write_text("")
    one.wait_for(lambda: one.it.state is State.READY)

    one.reason.write_text("the broker is away")
    one.wait_for(lambda: one.states[-1] == (State.NOT_READY, "the broker is away"))


def test_a_killed_service_is_started_again(watch):
    one = watch()
    one.it.start()
    one.wait_for(lambda: one.it.state is State.READY)
    first = one.it.pid

    one.it.kill()
    one.wait_for(lambda: one.it.starts == 2 and one.it.state is State.READY)

    assert one.it.pid not in {first, None}
    assert (State.BACKING_OFF, "killed by signal 9, again in 0.01 s") in one.states


def test_one_that_keeps_dying_waits_longer_and_its_last_words_are_kept(watch):
    one = watch("import sys; sys.exit('no database\\nat all')")
    one.it.start()

    one.wait_for(lambda: one.it.exits >= 4)

    waits = [note for state, note in one.states if state is State.BACKING_OFF]
    assert waits[:4] == [f"exit code 1, again in {s} s" for s in (0.01, 0.02, 0.04, 0.04)]
    assert one.it.tail(2) == "no database\nat all"


def test_a_stop_ends_the_process_and_the_restarts(watch):
    one = watch()
    one.it.start()
    one.wait_for(lambda: one.it.state is State.READY)
    pid = one.it.pid

    one.it.stop(grace_s=10)

    assert one.it.pid is None
    assert one.states[-1] == (State.STOPPED, "")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_stop_does_not_wait_for_a_backoff_to_end(watch):
    one = watch("raise SystemExit(1)")
    one.backoffs.first_s = one.backoffs.longest_s = 1000
    one.it.start()
    one.wait_for(lambda: one.it.state is State.BACKING_OFF)

    one.it.stop()

    assert one.it.state is State.STOPPED
    assert one.it.starts == 1


def test_a_service_that_ignores_sigterm_is_killed(watch):
    one = watch("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _SERVICE)
    one.it.start()
    one.wait_for(lambda: one.it.state is State.READY)

    one.it.stop(grace_s=0.05)

    assert one.it._child.exit_code == -signal.SIGKILL


def test_it_can_be_started_again_after_a_stop(watch):
    one = watch()
    one.it.start()
    one.wait_for(lambda: one.it.state is State.READY)
    one.it.stop(grace_s=10)

    one.it.start()

    one.wait_for(lambda: one.it.starts == 2 and one.it.state is State.READY)
