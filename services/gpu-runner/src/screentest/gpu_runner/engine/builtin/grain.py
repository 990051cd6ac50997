"""Film grain and drifting light: what is added to the brightness of a frame.

Must never leave anything behind: both are zero in the first and in the last frame, so a chain of
segments does not gather noise.
"""

import math
import re
from hashlib import sha256

import cv2
import numpy as np

from screentest.gpu_runner.engine.builtin.parameters import Parameters

Delta = np.ndarray[tuple[int, int], np.dtype[np.int16]]
"""Height x width, levels to add to every channel."""

#: Fixed point: fields are held in 1/8 level and faded in 1/64, all in integers, because float
#: sums differ between processors in their last bit. The largest product is 6000: int16 holds it.
_LEVEL = 8
_FADE = 64
_SHIFT = 9
_PLANES = 4
#: Room to shift a plane, so that four of them do for any number of frames.
_MARGIN = 64
_FADE_FRAMES = 8
#: Standard deviation in levels; QA calls 8 noisy.
_MOST_GRAIN = 4.5
#: Standard deviation of the sum of two even draws from 0..255.
_DICE_DEVIATION = 104.5


class Atmosphere:
    """Grain and light of one segment."""

    def __init__(self, parameters: Parameters, random: np.random.Generator) -> None:
        self._height, self._width = parameters.height, parameters.width
        self._last = parameters.frames - 1
        self._random = random
        level, coarse = _grain_level(parameters), _coarseness(parameters)
        self._planes = [self._plane(level, coarse) for _ in range(_PLANES)]
        self._light = self._light_field(_light_level(parameters))

    def delta(self, index: int) -> Delta:
        """What to add to the frame ``index``. Draws numbers: call once a frame, in order."""
        left, top = (int(shift) for shift in self._random.integers(0, _MARGIN, 2))
        plane = self._planes[index % _PLANES]
        grain = plane[top : top + self._height, left : left + self._width]
        faded = min(1.0, index / _FADE_FRAMES, (self._last - index) / _FADE_FRAMES)
        swell = math.sin(math.pi * index / self._last) ** 2
        total: Delta = grain * np.int16(round(faded * _FADE))
        total += self._light * np.int16(round(swell * _FADE))
        total += np.int16(1 << (_SHIFT - 1))
        return np.asarray(total >> np.int16(_SHIFT), np.int16)

    def _plane(self, level: float, coarse: int) -> Delta:
        height, width = self._height + _MARGIN, self._width + _MARGIN
        rows, columns = -(-height // coarse), -(-width // coarse)
        # The sum of two even draws is a triangle: near enough to a bell, and made of integers.
        dice = self._random.integers(0, 256, (2, rows, columns), dtype=np.uint8)
        triangle = dice[0].astype(np.int16) + dice[1] - np.int16(255)
        plane = np.rint(triangle * (level * _LEVEL / _DICE_DEVIATION)).astype(np.int16)
        enlarged = plane.repeat(coarse, axis=0).repeat(coarse, axis=1)
        return np.asarray(enlarged[:height, :width], np.int16)

    def _light_field(self, level: float) -> Delta:
        lamps = self._random.integers(0, 256, (3, 4), dtype=np.uint8)
        size = (self._width, self._height)
        glow = cv2.resize(lamps, size, interpolation=cv2.INTER_CUBIC).astype(np.float64) - 128
        return np.rint(glow * (level * _LEVEL / 128)).astype(np.int16)


def _grain_level(parameters: Parameters) -> float:
    """Standard deviation in levels: 4.2 at 4 steps, 1.7 at 20, 1.2 at 50."""
    level = 0.9 + 14 / (parameters.steps + 0.3)
    if re.search(r"\b(?:grain|grainy|noise|noisy)\b", parameters.negative_prompt.lower()):
        level *= 0.4
    elif re.search(r"\b(?:film grain|grainy|16mm|super 8|vintage)\b", parameters.prompt.lower()):
        level *= 1.6
    return min(_MOST_GRAIN, level)


def _coarseness(parameters: Parameters) -> int:
    """Pixels across one grain: a LoRA of full weight may bring a coarser film."""
    return 1 + any(
        abs(lora.weight) >= 0.5 and sha256(lora.name.encode()).digest()[1] % 3 == 0  # noqa: PLR2004
        for lora in parameters.loras
    )


def _light_level(parameters: Parameters) -> float:
    """How far light swells and fades in the middle of a segment, in levels."""
    if re.search(r"\bflicker", parameters.negative_prompt.lower()):
        return 1.5
    if re.search(r"\b(?:candle|fire|flame|neon|torch|sunset|storm)", parameters.prompt.lower()):
        return 8.0
    return 4.5
