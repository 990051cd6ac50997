"""Files that are no clips, or not any more: each gets a verdict, and the pool goes on."""

import os
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from screentest.media.encode import encode
from screentest.qa.domain import Measurement, Verdict, judge
from screentest.qa.engine.job import ClipReport
from screentest.qa.engine.pool import ClipPool


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """The bytes of a good clip of 12 frames."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    rng = np.random.default_rng(1)
    cells = rng.integers(30, 220, (10, 16, 3), dtype=np.uint8)
    wide = cells.repeat(16, axis=0).repeat(16, axis=1)
    encode([wide[:120, index : index + 208] for index in range(12)], path, fps=16)
    return path.read_bytes()


def cut(data: bytes, share: float) -> bytes:
    return data[: round(len(data) * share)]


def flipped(data: bytes, bits: int, seed: int, end: int | None = None) -> bytes:
    rng, changed = random.Random(seed), bytearray(data)
    for _ in range(bits):
        changed[rng.randrange(end or len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def mapped_bytes(process_id: int) -> int:
    """Address space of a process."""
    pages = Path(f"/proc/{process_id}/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def unreadable(report: ClipReport) -> Measurement:
    [only] = report.measurements
    assert (only.name, only.verdict) == ("unreadable", Verdict.FAIL)
    assert only.note
    return only


@pytest.fixture
def measured(studio):
    """Reports of files with these contents, and how many children they cost."""

    async def measure(*contents: bytes) -> tuple[list[ClipReport], int]:
        path = studio.folder / "clip.mp4"
        reports = []
        async with ClipPool(size=1, time_limit_s=30) as pool:
            for content in contents:
                path.write_bytes(content)
                reports.append(await pool.measure(studio.job(path)))
            return reports, pool.children_lost

    return measure


async def test_what_is_no_clip_is_unreadable_and_costs_no_child(whole, studio, measured):
    zeros = bytes(5000)
    garbage = random.Random(1).randbytes(5000)
    header_only = cut(whole, 0.02)
    endless_box = struct.pack(">I4s", 0xFFFFFFFF, b"ftyp") + whole[8:]
    still = studio.seed.read_bytes()

    reports, children_lost = await measured(
        b"", b"\0", zeros, garbage, header_only, endless_box, still, whole[::-1]
    )

    for report in reports:
        unreadable(report)
    assert children_lost == 0


async def test_a_codec_nobody_knows_is_unreadable_and_costs_no_child(whole, measured):
    assert b"avc1" in whole

    [report], children_lost = await measured(whole.replace(b"avc1", b"what"))

    assert "coded with something that is not known" in unreadable(report).note
    assert children_lost == 0


async def test_a_tag_that_is_no_text_does_not_matter(whole, measured):
    assert b"VideoHandler" in whole

    [tagged, good], children_lost = await measured(
        whole.replace(b"VideoHandler", b"\xff\xfe\xfdeoHandler"), whole
    )

    assert tagged.measurements == good.measurements
    assert children_lost == 0


async def test_truncated_files_get_a_failing_verdict(whole, measured):
    reports, children_lost = await measured(*(cut(whole, share) for share in (0.3, 0.6, 0.9)))

    for report in reports:
        assert judge(report.measurements).verdict is Verdict.FAIL
    assert children_lost == 0


async def test_whatever_bits_are_flipped_there_is_a_report_and_the_next_clip_is_measured(
    whole, measured
):
    """In the header and anywhere; a flip may not show, so any verdict will do."""
    head = whole.index(b"mdat")
    broken = [flipped(whole, bits, seed=bits) for bits in (1, 30, 500)]
    broken += [flipped(whole, bits, seed=bits, end=head) for bits in (1, 2, 5, 20, 21, 22)]

    reports, _ = await measured(*broken, whole)

    for report in reports[:-1]:
        assert 0 <= judge(report.measurements).score <= 1
    [only_corrupt] = [each for each in reports[-1].measurements if each.name == "corrupt"]
    assert only_corrupt.value == 0


async def test_frames_too_large_for_the_memory_of_a_child_are_unreadable(studio, whole):
    huge = studio.folder / "huge.mp4"
    encode([np.zeros((4000, 6000, 3), np.uint8)], huge, fps=16)
    small = studio.folder / "small.mp4"
    small.write_bytes(whole)
    async with ClipPool(size=1, time_limit_s=30) as pool:
        [process_id] = pool.process_ids
        enough_for_small = mapped_bytes(process_id) + (64 << 20)

    async with ClipPool(size=1, time_limit_s=30, memory_limit_bytes=enough_for_small) as pool:
        large = await pool.measure(studio.job(huge))
        after = await pool.measure(studio.job(small))

    unreadable(large)
    assert [each.value for each in after.measurements if each.name == "corrupt"] == [0]
