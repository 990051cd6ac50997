"""What is asked of a child process and what it answers: plain data, one JSON line each way."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from screentest.qa.domain import LimitOverride, Measurement, unreadable


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the recipe promised. None: nothing was promised, so nothing is checked."""

    width: int | None = None
    height: int | None = None
    #: Frames per second.
    fps: float | None = None
    frames: int | None = None
    #: The end is to run into the beginning.
    loop: bool = False


@dataclass(frozen=True, kw_only=True)
class ClipJob:
    """One clip to measure."""

    #: Path of the clip: MP4 or WebM.
    video: str
    #: Path of the image the segment was made from; None when there is none to compare with.
    seed_image: str | None
    #: Why there is none.
    seed_problem: str = "there is no seed image to compare with"
    #: Index of the segment in its chain, from 1. From 2 on the seed image is the frame that the
    #: segment must continue seamlessly.
    segment: int
    expected: Expected
    #: Path of the character's source image; None: `reference_problem` says why there is none.
    reference_image: str | None = None
    reference_problem: str = "there is no source image to compare with"
    #: Custom checks that are not to run, and why: they hung or crashed on this clip.
    skipped_checks: Mapping[str, str] = field(default_factory=dict)
    #: An existing folder for stills of what is wrong; None: no stills are made. The caller owns it
    #: and what is written into it, and removes both when it likes.
    stills_folder: str | None = None
    #: The scene type's own limits by name of the measure: they decide what gets a still, and
    #: nothing else. The measurements of the report carry the default limits.
    limits: Mapping[str, LimitOverride] = field(default_factory=dict)

    def to_line(self) -> bytes:
        """One JSON line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The inverse of `to_line`."""
        stored = json.loads(line)
        limits = {name: LimitOverride(**each) for name, each in stored["limits"].items()}
        return cls(**(stored | {"expected": Expected(**stored["expected"]), "limits": limits}))


@dataclass(frozen=True, kw_only=True)
class ClipReport:
    """What was seen in a clip."""

    measurements: tuple[Measurement, ...]
    #: Wall seconds of decoding and measuring.
    seconds: float
    #: Checks that broke on this clip, as ``name: reason``. Their measures are not_measured.
    broken_checks: tuple[str, ...] = ()
    #: Name of a measure that warns or fails -> path of a JPEG of the frame that shows it, in the
    #: job's `stills_folder`: a file for each, at most 480 px wide. They stay until the caller, who
    #: owns the folder, removes them. Always empty for a clip that passes, or that cannot be read.
    stills: Mapping[str, str] = field(default_factory=dict)
    #: Why stills are missing; empty when none are.
    stills_problem: str = ""

    @classmethod
    def unreadable(cls, reason: str, seconds: float) -> Self:
        """The report of a clip that could not be measured at all."""
        return cls(measurements=(unreadable(reason),), seconds=seconds)

    def to_line(self) -> bytes:
        """One JSON line."""
        answer: dict[str, Any] = {
            "measurements": [each.to_json() for each in self.measurements],
            "seconds": self.seconds,
            "broken_checks": self.broken_checks,
            "stills": dict(self.stills),
            "stills_problem": self.stills_problem,
        }
        return json.dumps(answer).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The inverse of `to_line`.

        Raises:
            ValueError: the line is not a report.
        """
        try:
            stored = json.loads(line)
            return cls(
                measurements=tuple(Measurement.from_json(each) for each in stored["measurements"]),
                seconds=stored["seconds"],
                broken_checks=tuple(stored["broken_checks"]),
                stills=dict(stored.get("stills", {})),
                stills_problem=stored.get("stills_problem", ""),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a clip report: {line[:200]!r}") from error
