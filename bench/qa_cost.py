"""Median seconds to measure a 3 s 832x480 clip on one core, decoding included.

    python bench/qa_cost.py [--runs 15] [--size 832x480] [--frames 48]

Target: at most 0.35 s, and at most 300 MB of memory.
"""

import argparse
import os
import resource
import statistics
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--size", default="832x480")
    parser.add_argument("--frames", type=int, default=48)
    options = parser.parse_args()
    width, height = (int(each) for each in options.size.split("x"))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)

    with tempfile.TemporaryDirectory() as folder:
        clip, seed = Path(folder, "clip.mp4"), Path(folder, "seed.png")
        frames = shot(width, height, options.frames)
        encode(frames, clip, fps=16)
        seed.write_bytes(png(frames[0]))
        del frames
        expected = Expected(width=width, height=height, fps=16, frames=options.frames)
        job = ClipJob(video=str(clip), seed_image=str(seed), segment=2, expected=expected)
        measure_clip(job)
        seconds, busy = [], []
        for _ in range(options.runs):
            began = time.process_time()
            seconds.append(measure_clip(job).seconds)
            busy.append(time.process_time() - began)
        print(f"clip      {options.size}, {options.frames} frames, {clip.stat().st_size >> 10} kB")
        print(f"all       median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s")
        print(
            f"          median {statistics.median(busy):.3f} s of CPU, on a machine with neighbours"
        )
        started = time.perf_counter()
        facts = read_facts(job)
        print(f"decode    {time.perf_counter() - started:.3f} s (with the facts of every frame)")
        for check in CHECKS:
            started = time.perf_counter()
            list(check.run(facts))
            print(f"  {check.name:18s}{(time.perf_counter() - started) * 1000:7.1f} ms")
    print(f"memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at most,")
    print("          of which the making of the clip had its share")


if __name__ == "__main__":
    main()
