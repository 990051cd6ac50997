"""The look: what LoRAs, CFG and words of mood do to colour and contrast.

A look is a place that colours move towards, not a step they take: the second segment of a chain
starts where the first one ended and hardly moves. Must never change the first frame.
"""

import math
import re
from hashlib import sha256

import numpy as np

from screentest.common.recipes import Lora
from screentest.gpu_runner.engine.builtin.parameters import Parameters
from screentest.media.encode import Frame

Curves = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]
"""1 x 256 x 3: the new value of every level of every channel."""

Colour = np.ndarray[tuple[int], np.dtype[np.float64]]
"""Red, green and blue, in levels away from grey."""

_LEVELS = np.arange(256, dtype=np.float64)
#: Zero at black and white, one in the middle: a tint must not lift blacks or clip whites.
_MIDTONES = 4 * (_LEVELS / 255) * (1 - _LEVELS / 255)
#: Highlights get what shadows lose: the split toning of film stock.
_SPLIT = _MIDTONES * (_LEVELS / 255 - 0.5) * 4

#: Levels that a tint may move in one segment; 10 would be a colour fault to QA.
_MOST_TINT = 8.5
_LORA_TINT = 7.0
_MOST_SPLIT = 4.0
_MOST_BRIGHTNESS = 5.0
_MOST_CONTRAST = 0.08
#: How far from grey a LoRA's own colour lies, in levels.
_LORA_CHROMA = 18.0

#: Words of mood -> (red, green, blue) offset from grey, mean brightness. None leaves it alone.
_MOODS: tuple[tuple[str, tuple[float, float, float] | None, float | None], ...] = (
    (r"\b(?:golden|warm|sunset|sunlit|candle|amber|autumn)", (14, 2, -16), None),
    (r"\b(?:cold|cool|winter|icy|moonlight|blue hour|teal)", (-14, 0, 14), None),
    (r"\b(?:neon|cyberpunk|magenta)", (10, -12, 8), None),
    (r"\b(?:forest|jungle|moss)", (-6, 9, -5), None),
    (r"\b(?:night|dark|moody|noir|low.key)", None, 70.0),
    (r"\b(?:bright|sunny|daylight|high.key|airy)", None, 150.0),
)


#: What a prompt says that asks for a picture that is lost on the way; black from here on, 0..1.
_FADES = re.compile(r"\bfad(?:es?|ing) to black\b")
_BLACK_FROM = 0.25


class Look:
    """The grade one segment ends in, and the curves on the way to it."""

    def __init__(self, parameters: Parameters, seed: Frame) -> None:
        means, contrast = _statistics(seed)
        self._pivot = float(means.mean())
        chroma = means - self._pivot
        tint, split = np.zeros(3), np.zeros(3)
        # CFG asks for contrast as a guided model does: little below 6, more above.
        stretch = _towards(36 + 2.4 * parameters.cfg, contrast, 0.05 * contrast)
        for lora in parameters.loras:
            style = _Style(lora)
            tint += style.tint(chroma)
            split += style.split()
            stretch += style.stretch(contrast)
        mood, lift = _mood(parameters.prompt, chroma, self._pivot)
        self._tint = _at_most(tint + mood, _MOST_TINT)
        self._split = _at_most(split, _MOST_SPLIT)
        self._lift = lift
        self._fades = bool(_FADES.search(parameters.prompt.lower()))
        most = _MOST_CONTRAST * contrast
        self._stretch = max(-most, min(most, stretch)) / max(1.0, contrast)

    def curves(self, progress: float) -> Curves:
        """The tone curves at ``progress`` 0..1; at 0 they change nothing."""
        stretched = self._stretch * (_LEVELS - self._pivot) * _MIDTONES
        common = _LEVELS + progress * (stretched + self._lift * _MIDTONES)
        toned = np.stack(
            [
                common + progress * (tint * _MIDTONES + split * _SPLIT)
                for tint, split in zip(self._tint, self._split, strict=True)
            ],
            axis=-1,
        )
        if self._fades:
            toned = toned * max(0.0, 1 - progress / _BLACK_FROM)
        return np.rint(np.clip(toned, 0, 255)).astype(np.uint8)[None]


class _Style:
    """What one LoRA stands for: drawn from its name, scaled by its weight."""

    def __init__(self, lora: Lora) -> None:
        facts = sha256(lora.name.encode()).digest()
        # A weight of 3 is no model's idea of thrice the style: the effect levels off.
        self._weight = lora.weight / (0.5 + abs(lora.weight) / 2)
        self._hue = facts[2] * math.tau / 256
        self._split_hue = facts[3] * math.tau / 256
        self._contrast = 40 + facts[4] * 40 / 255

    def tint(self, chroma: Colour) -> Colour:
        pull = _at_most(_hue(self._hue) * _LORA_CHROMA - chroma, _LORA_TINT)
        return pull * self._weight

    def split(self) -> Colour:
        return _hue(self._split_hue) * self._weight * 3

    def stretch(self, contrast: float) -> float:
        return _towards(self._contrast, contrast, 0.05 * contrast) * self._weight


def _statistics(seed: Frame) -> tuple[Colour, float]:
    """Mean of each channel and deviation of all levels, from exact integer sums."""
    # Float sums depend on the processor's vector width; counts do not.
    counts = np.stack([np.bincount(seed[..., c].ravel(), minlength=256) for c in range(3)])
    pixels = seed.shape[0] * seed.shape[1]
    sums = [sum(int(n) * level for level, n in enumerate(channel)) for channel in counts]
    squares = sum(int(n) * level * level for level, n in enumerate(counts.sum(axis=0)))
    mean = sum(sums) / (3 * pixels)
    return np.array(sums) / pixels, math.sqrt(max(0.0, squares / (3 * pixels) - mean * mean))


def _mood(prompt: str, chroma: Colour, brightness: float) -> tuple[Colour, float]:
    """The tint and the change of brightness that the prompt's words ask for."""
    tint, lift = np.zeros(3), 0.0
    for words, colour, level in _MOODS:
        if re.search(words, prompt.lower()):
            if colour is not None:
                tint += _at_most(np.array(colour) - chroma, _LORA_TINT)
            if level is not None:
                lift += _towards(level, brightness, _MOST_BRIGHTNESS)
    return tint, lift


def _hue(angle: float) -> Colour:
    """A unit step away from grey in RGB; 0 is red, a third of a turn is green."""
    third = math.tau / 3
    axes = (math.cos(angle), math.cos(angle - third), math.cos(angle + third))
    return np.array(axes) * math.sqrt(2 / 3)


def _towards(target: float, now: float, most: float) -> float:
    return max(-most, min(most, target - now))


def _at_most(step: Colour, length: float) -> Colour:
    size = math.sqrt(sum(float(part) ** 2 for part in step))
    return step if size <= length else step * (length / size)
