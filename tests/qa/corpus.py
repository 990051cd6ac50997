"""The clips of the corpus: which there are, and how one is made and measured."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from qa.defects import DEFECTS
from qa.hard_motions import HARD_MOTIONS
from qa.motions import MOTIONS
from qa.sources import HELD_OUT, TUNING, source

from screentest.media.encode import Frame, encode
from screentest.media.stills import png
from screentest.qa.engine.job import ClipJob, ClipReport, Expected
from screentest.qa.engine.measure import measure_clip

WIDTH, HEIGHT, FRAMES, FPS = 624, 352, 32, 16
_CRFS = (17, 20, 23)

GOOD_MOTIONS = MOTIONS | HARD_MOTIONS


@dataclass(frozen=True)
class Clip:
    """One clip of the corpus; its name decides every pixel of it."""

    picture: str
    motion: str
    #: Empty: a good clip.
    defect: str = ""
    #: 0 weak, 1 medium, 2 strong.
    strength: int = 0

    @property
    def name(self) -> str:
        """Unique, and fit for a file."""
        parts = [self.picture.replace(":", "-"), self.motion, self.defect, str(self.strength)]
        return ".".join(parts if self.defect else parts[:2])

    @property
    def rng(self) -> np.random.Generator:
        """Random numbers of its own."""
        return np.random.default_rng(list(hashlib.sha256(self.name.encode()).digest()))


def good_clips(pictures: tuple[str, ...]) -> Iterator[Clip]:
    """Every picture in every motion."""
    for picture in pictures:
        for motion in GOOD_MOTIONS:
            yield Clip(picture, motion)


def broken_clips(pictures: tuple[str, ...], each: int = 3) -> Iterator[Clip]:
    """Every defect in every strength, on ``each`` pictures and motions, chosen by their names."""
    for defect, how in DEFECTS.items():
        own = [picture for picture in pictures if how.sources is None or picture in how.sources]
        motions = how.motions or tuple(MOTIONS)
        for turn in range(each):
            pick = np.random.default_rng(list(f"{defect} {turn}".encode()))
            picture = own[(turn + int(pick.integers(len(own)))) % len(own)]
            motion = motions[int(pick.integers(len(motions)))]
            for strength in range(3):
                yield Clip(picture, motion, defect, strength)


def frames_of(clip: Clip) -> list[Frame]:
    """The frames before encoding."""
    shot = shoot(clip.picture, clip.motion)
    change = DEFECTS[clip.defect].change if clip.defect else None
    if change is None:
        return shot
    split = TUNING if clip.picture in TUNING else HELD_OUT
    other = shoot(split[(split.index(clip.picture) + 3) % len(split)], "ken_burns")
    return change(shot, clip.strength, clip.rng, other)


def shoot(picture: str, motion: str) -> list[Frame]:
    """The frames of a good shot."""
    rng = np.random.default_rng(list(f"{picture} {motion}".encode()))
    return GOOD_MOTIONS[motion](source(picture, WIDTH, HEIGHT), WIDTH, HEIGHT, FRAMES, rng)


def make(clip: Clip, folder: Path) -> ClipJob:
    """Write the clip and its seed image, the first frame of the good shot, into ``folder``."""
    video, seed = folder / f"{clip.name}.mp4", folder / f"{clip.picture}.{clip.motion}.png"
    if not video.exists():
        crf = _CRFS[int(clip.rng.integers(len(_CRFS)))]
        encode(frames_of(clip), video, fps=FPS, crf=crf)
        damage = DEFECTS[clip.defect].damage if clip.defect else None
        if damage:
            damage(video, clip.strength, clip.rng)
    if not seed.exists():
        seed.write_bytes(png(shoot(clip.picture, clip.motion)[0]))
    return ClipJob(
        video=str(video),
        seed_image=str(seed),
        segment=2,
        expected=Expected(width=WIDTH, height=HEIGHT, fps=FPS, frames=FRAMES),
    )


def measure(clip: Clip, folder: Path) -> ClipReport:
    """Make the clip where it is missing, and measure it."""
    return measure_clip(make(clip, folder))
