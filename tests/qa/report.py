"""How well the checks tell good clips from broken ones, as a table and a page with stills.

    python tests/qa/report.py [--split held-out] [--sample 1] [--processes 2] [--to folder]

Made for people who change a limit: run it on the tuning split while changing, on the held-out
split once, at the end.
"""

import argparse
import html
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).parents[1]))

from qa.corpus import Clip, broken_clips, good_clips, make
from qa.defects import DEFECTS
from qa.sources import HELD_OUT, TUNING

from screentest.qa.domain import Measurement, Verdict, judge
from screentest.qa.engine.measure import measure_clip

_BAD = (Verdict.WARN, Verdict.FAIL)
_STRENGTHS = ("weak", "medium", "strong")


@dataclass(frozen=True)
class Result:
    """One clip and what was said of it."""

    clip: Clip
    verdict: Verdict
    score: float
    wrong: tuple[Measurement, ...]
    #: File names, beside the page, of the stills of `wrong`.
    stills: tuple[str, ...]

    @property
    def is_named(self) -> bool:
        """Whether a check spoke up that is there for this defect."""
        return any(each.check in DEFECTS[self.clip.defect].found_by for each in self.wrong)


def examine(clip: Clip, pages: Path) -> Result:
    """Make, measure and judge one clip; its stills go into ``pages``."""
    cv2.setNumThreads(1)
    folder = pages / "stills" / clip.name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as clips:
        job = replace(make(clip, Path(clips)), stills_folder=str(folder))
        report = measure_clip(job)
    score = judge(report.measurements)
    return Result(
        clip=clip,
        verdict=score.verdict,
        score=score.score,
        wrong=tuple(each for each in score.measurements if each.verdict in _BAD),
        stills=tuple(str(Path(each).relative_to(pages)) for each in report.stills.values()),
    )


def table(results: list[Result]) -> list[str]:
    """The lines of the confusion table."""
    good = [each for each in results if not each.clip.defect]
    verdicts = Counter(each.verdict for each in good)
    lines = [
        f"good clips: {len(good)}, "
        + ", ".join(f"{verdict} {verdicts[verdict]}" for verdict in (Verdict.PASS, *_BAD)),
        "",
        f"{'defect':18}{'weak':>8}{'medium':>8}{'strong':>8}{'failed':>8}{'named':>8}  by",
    ]
    for defect in DEFECTS:
        own = [each for each in results if each.clip.defect == defect]
        cells = []
        for strength in range(3):
            these = [each.verdict in _BAD for each in own if each.clip.strength == strength]
            cells.append(f"{sum(these)}/{len(these)}")
        clear = [each for each in own if each.clip.strength > 0]
        failed = sum(each.verdict is Verdict.FAIL for each in clear)
        named = sum(each.is_named for each in clear)
        loudest = Counter(check for each in clear for check in {m.check for m in each.wrong})
        by = ", ".join(f"{name} {count}" for name, count in loudest.most_common(3))
        lines.append(
            f"{defect:18}{cells[0]:>8}{cells[1]:>8}{cells[2]:>8}"
            f"{f'{failed}/{len(clear)}':>8}{f'{named}/{len(clear)}':>8}  {by}"
        )
    clear = [each for each in results if each.clip.defect and each.clip.strength > 0]
    found = sum(each.verdict in _BAD for each in clear)
    named = sum(each.is_named for each in clear)
    failed = sum(each.verdict is Verdict.FAIL for each in clear)
    share = found / max(1, len(clear))
    total = f"medium or strong: found {found} of {len(clear)} ({share:.1%})"
    lines += ["", f"{total}, named {named}, failed {failed}"]
    return lines


def page(results: list[Result], lines: list[str]) -> str:
    """The same as HTML, with the stills of everything that was said."""
    rows = []
    for each in sorted(results, key=lambda one: (one.clip.defect, one.clip.name)):
        is_odd = (each.verdict in _BAD) == (not each.clip.defect)
        notes = "<br>".join(html.escape(f"{m.name}: {m.note}") for m in each.wrong)
        stills = "".join(f'<img src="{html.escape(name)}" width="320">' for name in each.stills)
        rows.append(
            f"<tr{' class=odd' if is_odd else ''}><td>{html.escape(each.clip.name)}"
            f"<td>{each.verdict} {each.score:.2f}<td>{notes}<td>{stills}"
        )
    style = "td{vertical-align:top;padding:4px;font:13px sans-serif}.odd{background:#fdd}"
    summary = html.escape("\n".join(lines))
    return (
        f"<!doctype html><title>QA report</title><style>{style}</style>"
        f"<pre>{summary}</pre><p>Red: a good clip with a complaint, or a broken one without.</p>"
        f"<table>{''.join(rows)}</table>"
    )


def main() -> None:
    """Measure the corpus, print the table, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("held-out", "tuning"), default="held-out")
    parser.add_argument("--sample", type=int, default=1, help="take every n-th clip only")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--to", type=Path, default=Path(".screentest/qa-report"))
    options = parser.parse_args()
    pictures = HELD_OUT if options.split == "held-out" else TUNING
    clips = [*good_clips(pictures), *broken_clips(pictures)][:: options.sample]
    options.to.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.processes) as pool:
        results = list(pool.map(partial(examine, pages=options.to), clips, chunksize=4))
    lines = table(results)
    sys.stdout.write("\n".join(lines))
    path = options.to / "index.html"
    path.write_text(page(results, lines))
    sys.stdout.write(f"\n\nstills: {path}\n")


if __name__ == "__main__":
    main()
