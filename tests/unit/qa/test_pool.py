"""Children that measure clips: real ones, and ones that hang, crash or babble."""

import asyncio
import os
import signal
import sys
import textwrap
import threading
from collections import defaultdict

import pytest

from screentest.qa.domain import Verdict, judge
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.checks.likeness import likeness
from screentest.qa.engine.measure import measure_clip
from screentest.qa.engine.options import ChildOptions
from screentest.qa.engine.pool import ClipPool, EngineUnavailable
from support.waiting import until


@pytest.fixture
def impostor(tmp_path):
    """The command of a child whose body is given: `answer` writes a line, `job` is the question."""

    def write(body: str) -> tuple[str, ...]:
        script = tmp_path / "child.py"
        head = """\
            import os, signal, sys, time
            from pathlib import Path
            from screentest.qa.engine.job import ClipReport
            from screentest.qa.domain import unreadable
            FINE = ClipReport(measurements=(unreadable(None),), seconds=0.0).to_line()
            def answer(line):
                sys.stdout.buffer.write(line); sys.stdout.buffer.flush()
            answer(b"ready\\n")
            for job in sys.stdin.buffer:
            """
        script.write_text(textwrap.dedent(head) + textwrap.indent(textwrap.dedent(body), "    "))
        return (sys.executable, str(script))

    return write


async def test_a_child_says_what_the_engine_says(studio):
    job = studio.job(studio.write_clip(studio.good))

    async with ClipPool(size=1, time_limit_s=30) as pool:
        report = await pool.measure(job)

    assert report.measurements == measure_clip(job, (*CHECKS, likeness(None))).measurements


async def test_one_child_serves_many_clips_and_unreadable_ones_do_not_cost_it(studio):
    good = studio.job(studio.write_clip(studio.good))
    bad = studio.job(studio.folder / "nowhere.mp4")

    async with ClipPool(size=1, time_limit_s=30) as pool:
        reports = await asyncio.gather(*(pool.measure(job) for job in (good, bad, good)))

        assert pool.children_lost == 0
    assert reports[0].measurements == reports[2].measurements
    assert judge(reports[1].measurements).score == 0


async def test_a_clip_that_hangs_its_child_is_unreadable(studio, impostor):
    command = impostor("time.sleep(3600)")

    async with ClipPool(size=1, time_limit_s=0.2, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

        assert pool.children_lost == 1
    score = judge(report.measurements)
    assert (score.score, score.verdict) == (0.0, Verdict.FAIL)
    assert "took longer than 0.2 s" in report.measurements[0].note


async def test_a_clip_that_crashes_the_decoder_twice_is_unreadable(studio, impostor):
    command = impostor("os.kill(os.getpid(), signal.SIGSEGV)")

    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

        assert pool.children_lost == 2
    assert "signal SIGSEGV" in report.measurements[0].note


async def test_a_child_that_has_just_died_is_not_taken_from_the_watcher(
    studio, impostor, monkeypatch
):
    """The event loop's watcher collects the exit status; whoever kills the child must not.

    Here the watcher comes late: not before the pool has sent its kill and waits for the end.
    """
    killed: dict[int, threading.Event] = defaultdict(threading.Event)
    collect, wait = os.waitpid, asyncio.subprocess.Process.wait

    def collect_late(process_id: int, options: int) -> tuple[int, int]:
        if options == 0:
            killed[process_id].wait(10)
        return collect(process_id, options)

    async def wait_after_kill(process: asyncio.subprocess.Process) -> int:
        killed[process.pid].set()
        return await wait(process)

    monkeypatch.setattr(os, "waitpid", collect_late)
    monkeypatch.setattr(asyncio.subprocess.Process, "wait", wait_after_kill)
    command = impostor("os.kill(os.getpid(), signal.SIGSEGV)")
    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

    assert "signal SIGSEGV" in report.measurements[0].note


async def test_a_crash_tells_the_childs_last_words(studio, impostor):
    command = impostor("sys.exit('out of memory, they said')")

    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

    assert "exit status 1 (out of memory, they said)" in report.measurements[0].note


async def test_a_child_killed_by_chance_is_replaced_and_the_clip_measured(
    studio, impostor, tmp_path
):
    command = impostor(
        f"""
        if not Path({str(tmp_path / "once")!r}).exists():
            Path({str(tmp_path / "once")!r}).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        answer(FINE)
        """
    )

    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

        assert pool.children_lost == 1
    assert report.measurements[0].verdict is Verdict.PASS


async def test_a_child_that_babbles_is_replaced(studio, impostor):
    command = impostor("answer(b'what a lovely clip\\n')")

    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

        assert pool.children_lost == 2
    assert "not a clip report" in report.measurements[0].note


async def test_one_clip_that_hangs_does_not_hold_up_the_others(studio, impostor):
    """Two children: the neighbours of a hanging clip are answered while it hangs."""
    command = impostor("time.sleep(3600) if b'/hang.mp4' in job else answer(FINE)")

    async with ClipPool(size=2, time_limit_s=30, command=command) as pool:
        hanging = asyncio.create_task(pool.measure(studio.job(studio.folder / "hang.mp4")))
        fine = [
            await pool.measure(studio.job(studio.folder / f"{number}.mp4")) for number in range(5)
        ]
        assert not hanging.done()
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging

    assert all(report.measurements[0].verdict is Verdict.PASS for report in fine)


async def test_a_cancelled_clip_frees_its_place(studio, impostor):
    command = impostor("time.sleep(3600) if b'/hang.mp4' in job else answer(FINE)")

    async with ClipPool(size=1, time_limit_s=30, command=command) as pool:
        hanging = asyncio.create_task(pool.measure(studio.job(studio.folder / "hang.mp4")))
        await until(lambda: pool.busy == 1)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        report = await pool.measure(studio.job(studio.folder / "clip.mp4"))

    assert report.measurements[0].verdict is Verdict.PASS


async def test_an_installation_that_cannot_measure_shows_at_once():
    with pytest.raises(EngineUnavailable, match="no screen in the test"):
        async with ClipPool(
            size=1,
            time_limit_s=1,
            command=(sys.executable, "-c", "raise SystemExit('no screen in the test')"),
        ):
            pass


async def test_no_child_outlives_the_pool(studio, impostor):
    command = impostor("answer(FINE)")

    async with ClipPool(size=2, time_limit_s=30, command=command) as pool:
        jobs = [studio.job(studio.folder / f"{number}.mp4") for number in range(2)]
        await asyncio.gather(*(pool.measure(job) for job in jobs))
        processes = pool.process_ids
        for each in processes:
            os.kill(each, 0)

    assert processes
    for each in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(each, 0)


async def test_a_child_whose_parent_is_gone_does_not_hang_for_ever(studio):
    """The real child sets an alarm of its own; SIGALRM ends it even inside a decoder."""
    # The alarm rings 0.1 s into a clip.
    options = ChildOptions(time_limit_s=-1.9, check_time_limit_s=10.0, memory_limit_bytes=4 << 30)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "screentest.qa.engine.child",
        options.to_argument(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    pipe = studio.folder / "endless.mp4"
    os.mkfifo(pipe)

    process.stdin.write(studio.job(pipe).to_line())

    assert await process.wait() == -signal.SIGALRM
    process.stdin.close()
