"""The checks, one module each, in the order they are reported.

Limits and weights were measured on a corpus of real photographs with good motions and made
defects (`tests/qa`, docs/qa.md); every one is a default that a scene type can override.
"""

from screentest.qa.engine.check import Check
from screentest.qa.engine.checks.banding import BANDING
from screentest.qa.engine.checks.black import BLACK
from screentest.qa.engine.checks.blockiness import BLOCKINESS
from screentest.qa.engine.checks.boundary import BOUNDARY
from screentest.qa.engine.checks.colour import COLOUR
from screentest.qa.engine.checks.corrupt import CORRUPT
from screentest.qa.engine.checks.cut import CUT
from screentest.qa.engine.checks.exposure import EXPOSURE
from screentest.qa.engine.checks.flat import FLAT
from screentest.qa.engine.checks.flicker import FLICKER
from screentest.qa.engine.checks.frozen import FROZEN
from screentest.qa.engine.checks.jitter import JITTER
from screentest.qa.engine.checks.judder import JUDDER
from screentest.qa.engine.checks.loop import LOOP
from screentest.qa.engine.checks.motion import MOTION
from screentest.qa.engine.checks.noise import NOISE
from screentest.qa.engine.checks.sharpness import SHARPNESS
from screentest.qa.engine.checks.truncated import TRUNCATED
from screentest.qa.engine.checks.wrong_fps import WRONG_FPS
from screentest.qa.engine.checks.wrong_frame_count import WRONG_FRAME_COUNT
from screentest.qa.engine.checks.wrong_size import WRONG_SIZE

CHECKS: tuple[Check, ...] = (
    CORRUPT,
    TRUNCATED,
    WRONG_SIZE,
    WRONG_FPS,
    WRONG_FRAME_COUNT,
    BLACK,
    FLAT,
    NOISE,
    FROZEN,
    JUDDER,
    FLICKER,
    MOTION,
    JITTER,
    CUT,
    SHARPNESS,
    BLOCKINESS,
    BANDING,
    EXPOSURE,
    COLOUR,
    LOOP,
    BOUNDARY,
)

__all__ = ["CHECKS"]
