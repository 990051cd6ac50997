"""Likeness: the face in the clip is no longer the character's.

Compared is the largest face of the character's source image, in every segment of a chain, with the
face most like it in 5 frames spread over the clip; the value of a frame is the cosine similarity of
their SFace embeddings, -1..1 (1: the same picture).

- likeness: median of the frames.
- likeness_worst: the least of them, with the frame and the face's place in it.
- likeness_drift: change over the whole clip along the line that fits the frames best (least
  squares); negative: it grows less alike.

Below 0.363 SFace holds two faces for two people: the threshold published with it, from the Labeled
Faces in the Wild (OpenCV, "DNN-based face detection and recognition"). A person turns the head in a
clip, so a single frame may go lower than the median. The other limits are a choice, measured on
nothing: set your own in the scene type.
"""

import statistics
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from screentest.media.clips import UnreadableClip
from screentest.media.stills import UnreadableImage, decode_image
from screentest.qa.domain import Limits, Region
from screentest.qa.engine.check import Check, Measure, Reading
from screentest.qa.engine.faces import Embedding, FaceModels, cosine
from screentest.qa.engine.facts import ClipFacts
from screentest.qa.engine.frames import read_frames, sampled

SAME_PERSON = 0.363
"""SFace's published threshold."""

_SAMPLED_FRAMES = 5
#: A line through two frames would call any difference a trend.
_ENOUGH_FOR_A_TREND = 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """The face most like the character's in one frame."""

    frame: int
    likeness: float
    region: Region


@dataclass(frozen=True, slots=True)
class _Track:
    """What was seen over the clip."""

    seen: Sequence[_Seen]
    frames_looked_at: int
    last_frame: int


class _Watcher:
    """Looks at a clip once, for all measures of the check."""

    def __init__(self, models: FaceModels) -> None:
        self._models = models
        # Not the facts themselves: those of a long clip would stay until the next one.
        self._facts: weakref.ref[ClipFacts] | None = None
        self._found: _Track | str = ""

    def track(self, facts: ClipFacts) -> _Track | str:
        """The faces of the clip, or why there is nothing to compare."""
        if self._facts is None or self._facts() is not facts:
            self._facts, self._found = weakref.ref(facts), self._look(facts)
        return self._found

    def _look(self, facts: ClipFacts) -> _Track | str:
        character = self._character(facts)
        if isinstance(character, str):
            return character
        if facts.video is None:
            return "the clip's frames cannot be looked at"
        indices = sampled(_SAMPLED_FRAMES, len(facts.frames))
        seen: list[_Seen] = []
        try:
            for index, picture in read_frames(facts.video, indices):
                found = [
                    _Seen(index, cosine(character, face.embedding), face.region)
                    for face in self._models.find(picture)
                ]
                seen += [max(found, key=lambda each: each.likeness)] if found else []
        except UnreadableClip as error:
            return str(error)
        if not seen:
            return f"no face is found in the {len(indices)} frames looked at"
        return _Track(seen, len(indices), len(facts.frames) - 1)

    def _character(self, facts: ClipFacts) -> Embedding | str:
        if facts.reference_image is None:
            return facts.reference_problem
        try:
            picture = decode_image(facts.reference_image.read_bytes())
        except (OSError, UnreadableImage) as error:
            return f"the source image cannot be read: {error}"
        faces = self._models.find(np.ascontiguousarray(picture))
        return faces[0].embedding if faces else "no face is found in the source image"


def _median(track: _Track) -> Reading:
    value = statistics.median(each.likeness for each in track.seen)
    return Reading(
        value,
        note=f"the face is {value:.2f} like the source image's, "
        f"in {len(track.seen)} of {track.frames_looked_at} frames",
    )


def _worst(track: _Track) -> Reading:
    worst = min(track.seen, key=lambda each: each.likeness)
    note = f"at frame {worst.frame} the face is {worst.likeness:.2f} like the source image's"
    return Reading(worst.likeness, worst.frame, note, worst.region)


def _drift(track: _Track) -> Reading:
    if len(track.seen) < _ENOUGH_FOR_A_TREND:
        return Reading(None, note=f"{len(track.seen)} frames with a face are too few for a trend")
    places = [each.frame / track.last_frame for each in track.seen]
    slope = statistics.linear_regression(places, [each.likeness for each in track.seen]).slope
    change = "grows less alike" if slope < 0 else "stays alike"
    return Reading(
        round(slope, 3),
        track.seen[-1].frame,
        f"the face {change}: {slope:+.2f} over the clip",
        track.seen[-1].region,
    )


def likeness(models: FaceModels | None) -> Check:
    """The check; without ``models`` it measures nothing and says why."""
    watcher = None if models is None else _Watcher(models)

    def measure(name: str, limits: Limits, read: Callable[[_Track], Reading]) -> Measure:
        def look(facts: ClipFacts) -> Reading:
            if watcher is None:
                return Reading(None, note="no face models are set up, see docs/likeness.md")
            track = watcher.track(facts)
            return Reading(None, note=track) if isinstance(track, str) else read(track)

        return Measure(name=name, unit="cosine", limits=limits, read=look)

    return Check(
        name="likeness",
        weight=1.5,
        measures=(
            measure("likeness", Limits(ideal=1, warn=0.5, fail=SAME_PERSON), _median),
            measure("likeness_worst", Limits(ideal=1, warn=SAME_PERSON, fail=0.2), _worst),
            measure("likeness_drift", Limits(ideal=0, warn=-0.15, fail=-0.3), _drift),
        ),
    )
