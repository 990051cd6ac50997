"""Stills: what is wrong can be seen, and a clean clip costs nothing."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from screentest.qa.domain import LimitOverride, Region, Verdict
from screentest.qa.engine import stills
from screentest.qa.engine.job import ClipJob, ClipReport
from screentest.qa.engine.measure import measure_clip
from screentest.qa.engine.pool import ClipPool
from support.measured import measurement


def _with_folder(job: ClipJob, folder: Path) -> ClipJob:
    folder.mkdir()
    return replace(job, stills_folder=str(folder))


def _wrong(report: ClipReport) -> set[str]:
    bad = (Verdict.WARN, Verdict.FAIL)
    return {each.name for each in report.measurements if each.verdict in bad}


async def test_every_measure_that_complains_has_a_still(studio, tmp_path):
    frames = studio.good[:12] + [np.zeros_like(studio.good[0])] * 12
    job = _with_folder(studio.job(studio.write_clip(frames)), tmp_path / "stills")

    async with ClipPool(size=1, time_limit_s=30) as pool:
        report = await pool.measure(job)

    assert {"black", "frozen"} <= _wrong(report)
    assert set(report.stills) == _wrong(report)
    assert report.stills_problem == ""
    for path in report.stills.values():
        assert Path(path).parent == tmp_path / "stills"
        with Image.open(path) as still:
            assert still.format == "JPEG"
            assert still.width <= 480


def test_the_still_shows_the_frame_and_marks_the_place(studio, tmp_path):
    flickering = [f.copy() for f in studio.good]
    for index, frame in enumerate(flickering):
        frame[:120, 208:] = np.clip(frame[:120, 208:].astype(int) + (-1) ** index * 20, 0, 255)
    job = _with_folder(studio.job(studio.write_clip(flickering)), tmp_path / "stills")

    report = measure_clip(job)

    found = measurement(report, "flicker_local")
    left, top, width, height = found.region
    assert left >= 0.5
    assert top < 0.5
    pixels = np.asarray(Image.open(report.stills["flicker_local"]).convert("RGB")).astype(int)
    edge = pixels[round((top + height / 2) * 240), round(left * 416) + 1]
    assert edge[0] > edge[1] + 60, "the outline is red"
    inside = pixels[round((top + height / 2) * 240), round((left + width / 2) * 416)]
    shown = flickering[found.frame][
        round((top + height / 2) * 240), round((left + width / 2) * 416)
    ].astype(int)
    assert np.abs(inside - shown).max() < 40


def test_a_clean_clip_is_not_decoded_again(studio, tmp_path, monkeypatch):
    monkeypatch.setattr(stills, "open_clip", lambda *_: (_ for _ in ()).throw(AssertionError))
    job = _with_folder(studio.job(studio.write_clip(studio.good)), tmp_path / "stills")

    report = measure_clip(job)

    assert (report.stills, report.stills_problem) == ({}, "")
    assert list((tmp_path / "stills").iterdir()) == []


def test_the_scene_types_limits_decide_what_gets_a_still(studio, tmp_path):
    job = _with_folder(studio.job(studio.write_clip(studio.good)), tmp_path / "stills")
    strict = replace(job, limits={"motion_speed": LimitOverride(warn=0, fail=0)})

    report = measure_clip(ClipJob.from_line(strict.to_line()))

    assert set(report.stills) == {"motion_speed"}
    assert _wrong(report) == set(), "the report itself carries the default limits"


def test_a_clip_that_is_cut_off_shows_its_last_frame(studio, tmp_path):
    clip = studio.write_clip(studio.good)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])

    report = measure_clip(_with_folder(studio.job(clip), tmp_path / "stills"))

    assert "truncated" in report.stills


def test_stills_that_cannot_be_written_cost_no_measurement(studio, tmp_path):
    frames = studio.good[:12] + [studio.good[11]] * 12
    job = replace(studio.job(studio.write_clip(frames)), stills_folder=str(tmp_path / "nowhere"))

    report = measure_clip(job)

    assert report.stills == {}
    assert "nowhere" in report.stills_problem
    assert "frozen" in _wrong(report)


def test_a_report_survives_its_line(studio, tmp_path):
    frames = studio.good[:12] + [studio.good[11]] * 12
    report = measure_clip(_with_folder(studio.job(studio.write_clip(frames)), tmp_path / "stills"))

    assert ClipReport.from_line(report.to_line()) == report


def test_blocks_in_one_part_are_outlined_there(studio):
    blocky = [f.copy() for f in studio.good]
    for frame in blocky:
        small = cv2.resize(frame[:, 160:], (32, 30), interpolation=cv2.INTER_AREA)
        frame[:, 160:] = cv2.resize(small, (256, 240), interpolation=cv2.INTER_NEAREST)

    found = measurement(measure_clip(studio.job(studio.write_clip(blocky))), "blockiness")

    assert found.value > 1.7
    assert found.region is not None
    assert _inside(found.region, (0.35, 0.0, 0.65, 1.0))


def test_the_place_that_changed_its_colour_is_outlined(studio):
    tinted = [f.copy() for f in studio.good]
    for index, frame in enumerate(tinted):
        part = frame[:, 208:].astype(int) + np.array((40, -20, -20)) * index // len(tinted)
        frame[:, 208:] = np.clip(part, 0, 255)

    found = measurement(measure_clip(studio.job(studio.write_clip(tinted))), "colour_difference")

    assert found.region is not None
    assert _inside(found.region, (0.45, 0.0, 0.55, 1.0))


def test_the_place_that_melts_is_outlined(studio):
    melting = [f.copy() for f in studio.good]
    for index, frame in enumerate(melting[1:], 1):
        frame[:, 208:] = cv2.GaussianBlur(frame[:, 208:], (0, 0), 0.2 * index)

    found = measurement(measure_clip(studio.job(studio.write_clip(melting))), "sharpness_decay")

    assert found.region is not None
    assert _inside(found.region, (0.45, 0.0, 0.55, 1.0))


def test_what_is_wrong_all_over_is_outlined_as_a_whole(studio):
    tinted = [
        np.clip(f.astype(int) + np.array((40, -20, -20)) * i // len(studio.good), 0, 255)
        for i, f in enumerate(studio.good)
    ]
    clip = studio.write_clip([each.astype(np.uint8) for each in tinted])

    found = measurement(measure_clip(studio.job(clip)), "colour_cast")

    assert found.value > 4
    assert found.region is None


def _inside(region: Region, outer: Region) -> bool:
    left, top, width, height = region
    fits_across = outer[0] <= left and left + width <= outer[0] + outer[2] + 0.01
    return fits_across and outer[1] <= top and top + height <= outer[1] + outer[3] + 0.01
