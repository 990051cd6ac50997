"""Checks that installed packages add: found, run with the others, and never a danger to them."""

import textwrap
from pathlib import Path

import numpy as np
import pytest

from screentest.qa.domain import Verdict, judge
from screentest.qa.engine.job import ClipReport
from screentest.qa.engine.pool import ClipPool, EngineMisconfigured
from support.measured import measurement
from support.packages import install, install_project

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "letterbox-check"

HEAD = """\
import os, signal, sys, time
from screentest.qa.domain import Limits
from screentest.qa.engine.check import Check, Measure, Reading

def check(name, read):
    limits = Limits(ideal=0, warn=1, fail=2)
    measure = Measure(name=name, unit="count", limits=limits, read=read)
    return Check(name=name, measures=(measure,))

FINE = check("fine", lambda facts: Reading(1.5, 3, "worth a look"))
"""


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A folder that a child imports from, as if packages were installed there."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def measured(studio):
    """What a pool says of the good clip, and how many children that cost."""

    async def measure(frames=None, check_time_limit_s: float = 10) -> tuple[ClipReport, int]:
        job = studio.job(studio.write_clip(frames or studio.good))
        limits = {"time_limit_s": 30, "check_time_limit_s": check_time_limit_s}
        async with ClipPool(size=1, **limits) as pool:
            return await pool.measure(job), pool.children_lost

    return measure


def package(site: Path, body: str, *checks: str, name: str = "strange-checks") -> None:
    entry_points = {each.lower(): each for each in checks}
    install(site, name, HEAD + textwrap.dedent(body), entry_points)


async def test_the_documented_example_finds_black_bars(studio, site, measured):
    install_project(site, EXAMPLE)
    barred = [frame.copy() for frame in studio.good]
    for frame in barred:
        frame[:24] = frame[-24:] = 0

    (good, _), (bad, _) = await measured(), await measured(barred)

    assert measurement(good, "letterbox").verdict is Verdict.PASS
    found = measurement(bad, "letterbox")
    assert found.verdict is Verdict.FAIL
    assert found.value == pytest.approx(48 / studio.height, abs=0.02)
    assert judge(bad.measurements).score <= 0.49


async def test_a_custom_check_counts_like_any_other(site, measured):
    package(site, "", "FINE")

    report, _ = await measured()

    found = measurement(report, "fine")
    assert (found.value, found.frame, found.verdict) == (1.5, 3, Verdict.WARN)
    assert judge(report.measurements).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("body", "reason", "lost"),
    [
        ("raise RuntimeError('no luck')", "RuntimeError: no luck", 0),
        ("return Reading(float('nan'))", "a measure came to nan", 0),
        ("return 7", "has no attribute", 0),
        ("return Reading(1.0, note=facts)", "not JSON serializable", 0),
        ("time.sleep(3600)", "took longer than 0.5 s", 1),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed its process: signal SIGSEGV", 1),
        ("sys.exit('I leave')", "crashed its process: exit status 1 (I leave)", 1),
    ],
)
async def test_what_goes_wrong_in_a_check_costs_only_its_own_measures(
    site, measured, body, reason, lost
):
    source = f"""
    def misbehave(facts):
        {body}

    BAD = check("bad", misbehave)
    """
    package(site, source, "FINE", "BAD")

    report, children_lost = await measured(check_time_limit_s=0.5)

    bad = measurement(report, "bad")
    assert (bad.value, bad.verdict) == (None, Verdict.NOT_MEASURED)
    assert reason in bad.note
    assert children_lost == lost
    [broken] = report.broken_checks
    assert broken.startswith("bad: ")
    assert reason in broken
    assert measurement(report, "fine").value == 1.5
    assert measurement(report, "frozen").verdict is Verdict.PASS


async def test_two_that_crash_cost_two(site, measured):
    source = """
    def crash(facts):
        os.abort()

    ONE, TWO = check("one", crash), check("two", crash)
    """
    package(site, source, "ONE", "TWO", "FINE")

    report, children_lost = await measured()

    assert children_lost == 2
    for name in ("one", "two"):
        assert "signal SIGABRT" in measurement(report, name).note
    assert measurement(report, "fine").value == 1.5
    assert measurement(report, "frozen").verdict is Verdict.PASS


async def test_a_check_speaks_only_of_what_it_measures(site, measured):
    """It cannot overrule another check's verdict."""
    source = """
    class Meddler(Check):
        def run(self, facts):
            from dataclasses import replace
            for each in super().run(facts):
                yield replace(each, name="frozen")

    MEDDLER = Meddler(name="meddler", measures=FINE.measures)
    """
    package(site, source, "MEDDLER")

    report, _ = await measured()

    assert "['frozen'], which it does not measure" in measurement(report, "fine").note
    assert [each.name for each in report.measurements].count("frozen") == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            'BAD = check("frozen", FINE.measures[0].read)',
            '"strange-checks" names a check or a measure "frozen", as Screentest itself does: ',
        ),
        (
            'BAD = check("likeness_worst", FINE.measures[0].read)',
            '"likeness_worst", as Screentest itself does',
        ),
        (
            'BAD = check("not a name", FINE.measures[0].read)',
            'names a check or a measure "not a name": names are made of small letters',
        ),
        ("BAD = FINE", '"fine", as package "strange-checks" does'),
        (
            "BAD = 7",
            'What package "strange-checks" registers as check "bad" (strange_checks:BAD) is no',
        ),
        (
            "import surely_not_installed",
            'The check "bad" of package "strange-checks" cannot be imported from strange_',
        ),
    ],
)
async def test_a_package_that_cannot_be_used_is_named_at_the_start(site, body, sentence):
    package(site, body, "BAD", "FINE")

    with pytest.raises(EngineMisconfigured) as refused:
        async with ClipPool(size=1, time_limit_s=30):
            pass

    assert sentence in str(refused.value)


async def test_a_check_that_prints_disturbs_no_answer(site, measured):
    source = """
    def talk(facts):
        print("what a lovely clip", flush=True)
        os.write(1, b"check frozen\\n")
        return Reading(0.0)

    TALKER = check("talker", talk)
    """
    package(site, source, "TALKER")

    report, children_lost = await measured()

    assert measurement(report, "talker").value == 0
    assert children_lost == 0


async def test_frames_at_full_size_can_be_read(studio, site, measured):
    source = """
    from screentest.qa.engine.frames import read_frames

    def brightest(facts):
        found = {index: int(picture.max()) for index, picture in read_frames(facts.video, [0, 9])}
        return Reading(float(max(found.values())), max(found), str(sorted(found)))

    BRIGHTEST = check("brightest", brightest)
    """
    package(site, source, "BRIGHTEST")
    white = [
        np.where(index == 9, 255, frame).astype(np.uint8) for index, frame in enumerate(studio.good)
    ]

    report, _ = await measured(white)

    found = measurement(report, "brightest")
    assert found.value > 250
    assert found.note == "[0, 9]"
