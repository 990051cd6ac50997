"""Seconds and memory to measure a clip on one core, decoding included.

    python bench/qa_cost.py [--runs 15]

Targets: 832x480, 48 frames: median at most 0.35 s, child at most 300 MB; 1280x720, 81 frames: at
most 1 s. On a machine with neighbours CPU seconds say more than wall seconds.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from screentest.media.encode import encode
from screentest.media.stills import png
from screentest.qa.engine.checks import CHECKS
from screentest.qa.engine.decode import read_facts
from screentest.qa.engine.job import ClipJob, Expected
from screentest.qa.engine.measure import measure_clip
from screentest.qa.engine.options import ChildOptions

SHAPES = ((832, 480, 48), (1280, 720, 81))


def picture(width: int, height: int) -> np.ndarray:
    """Coloured 1/f noise: the spectrum, and so the coding cost, of a photograph."""
    rng = np.random.default_rng(1)
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falloff = np.maximum(np.hypot(fy, fx), 1 / max(width, height)) ** -1.4
    planes = []
    for _ in range(3):
        noise = np.fft.rfft2(rng.normal(size=(height, width))) * falloff
        plane = np.fft.irfft2(noise, s=(height, width))
        planes.append(128 + 45 * (plane - plane.mean()) / plane.std())
    return np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8)


def shot(width: int, height: int, frames: int) -> list[np.ndarray]:
    """A push-in under light grain."""
    source, rng = picture(width * 5 // 4, height * 5 // 4), np.random.default_rng(2)
    result = []
    for index in range(frames):
        margin = 40 * index // frames
        window = source[margin : source.shape[0] - margin, margin : source.shape[1] - margin]
        frame = cv2.resize(window, (width, height), interpolation=cv2.INTER_AREA)
        grain = rng.normal(scale=2, size=frame.shape)
        result.append(np.clip(frame + grain, 0, 255).astype(np.uint8))
    return result


def child_peak_mb(job: ClipJob) -> int:
    """Most memory that a child process held while it measured ``job``."""
    options = ChildOptions(time_limit_s=60, check_time_limit_s=60, memory_limit_bytes=4 << 30)
    command = [sys.executable, "-m", "screentest.qa.engine.child", options.to_argument()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        child.stdin.write(job.to_line())
        child.stdin.flush()
        child.stdout.readline()
        status = Path(f"/proc/{child.pid}/status").read_text()
        child.stdin.close()
    [line] = [each for each in status.splitlines() if each.startswith("VmHWM")]
    return int(line.split()[1]) >> 10


def measure(width: int, height: int, count: int, runs: int, folder: Path) -> None:
    """Measure and print one shape."""
    clip, seed = folder / "clip.mp4", folder / "seed.png"
    frames = shot(width, height, count)
    encode(frames, clip, fps=16)
    seed.write_bytes(png(frames[0]))
    del frames
    expected = Expected(width=width, height=height, fps=16, frames=count)
    job = ClipJob(video=str(clip), seed_image=str(seed), segment=2, expected=expected)
    measure_clip(job)
    seconds, busy = [], []
    for _ in range(runs):
        began = time.process_time()
        seconds.append(measure_clip(job).seconds)
        busy.append(time.process_time() - began)
    started = time.process_time()
    facts = read_facts(job)
    decoding = time.process_time() - started
    print(f"clip      {width}x{height}, {count} frames, {clip.stat().st_size >> 10} kB")
    print(f"wall      median {statistics.median(seconds):.3f} s, best {min(seconds):.3f} s")
    print(f"CPU       median {statistics.median(busy):.3f} s, best {min(busy):.3f} s")
    print(f"memory    {child_peak_mb(job)} MB at most, the whole child process")
    print(f"decode    {decoding:.3f} s of CPU, with the facts of every frame; then the checks:")
    for check in CHECKS:
        started = time.process_time()
        list(check.run(facts))
        spent = (time.process_time() - started) * 1000
        if spent > 1:
            print(f"  {check.name:18s}{spent:7.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    for width, height, count in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            measure(width, height, count, options.runs, Path(folder))


if __name__ == "__main__":
    main()
