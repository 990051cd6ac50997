"""The checks, one module each, in the order they are reported.

Limits and weights were measured on a corpus of real photographs with good motions and made
defects (676 clips); every one is a default that a scene type can override.
"""

from screentest.qa.engine.check import Check
from screentest.qa.engine.checks.black import BLACK
from screentest.qa.engine.checks.boundary import BOUNDARY
from screentest.qa.engine.checks.colour import COLOUR
from screentest.qa.engine.checks.corrupt import CORRUPT
from screentest.qa.engine.checks.exposure import EXPOSURE
from screentest.qa.engine.checks.flat import FLAT
from screentest.qa.engine.checks.frozen import FROZEN
from screentest.qa.engine.checks.noise import NOISE
from screentest.qa.engine.checks.sharpness import SHARPNESS
from screentest.qa.engine.checks.wrong_fps import WRONG_FPS
from screentest.qa.engine.checks.wrong_frame_count import WRONG_FRAME_COUNT
from screentest.qa.engine.checks.wrong_size import WRONG_SIZE

CHECKS: tuple[Check, ...] = (
    CORRUPT,
    WRONG_SIZE,
    WRONG_FPS,
    WRONG_FRAME_COUNT,
    BLACK,
    FLAT,
    NOISE,
    FROZEN,
    SHARPNESS,
    EXPOSURE,
    COLOUR,
    BOUNDARY,
)

__all__ = ["CHECKS"]
