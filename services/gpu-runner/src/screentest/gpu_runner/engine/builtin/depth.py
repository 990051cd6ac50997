"""A guess at how near each part of a picture is, good enough for parallax.

Must never be sharp: a step in depth would tear the picture when the camera moves.
"""

import cv2
import numpy as np

from screentest.media.encode import Frame

Field = np.ndarray[tuple[int, int], np.dtype[np.float32]]
"""Height x width, one float a pixel."""

#: The guess is made at this width; depth has no detail anyway.
_WORK_WIDTH = 104


def guess_depth(picture: Frame) -> Field:
    """Nearness of every pixel of ``picture``: 0 is far, 1 is near.

    Three cues: the ground is near at the bottom, subjects stand in the middle, and what is in
    focus (rich in detail) is nearer than a smooth backdrop.
    """
    height, width = picture.shape[:2]
    rows = max(8, round(height * _WORK_WIDTH / width))
    small = cv2.resize(
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY),
        (_WORK_WIDTH, rows),
        interpolation=cv2.INTER_AREA,
    )
    detail = cv2.GaussianBlur(cv2.absdiff(small, cv2.GaussianBlur(small, (0, 0), 2)), (0, 0), 6)
    down = np.linspace(0, 1, rows)[:, None]
    across = np.linspace(-1, 1, _WORK_WIDTH)[None, :]
    subject = np.clip(1.2 - across * across - 0.6 * (2 * down - 1) * (2 * down - 1), 0, 1)
    cue = 0.4 * down + 0.35 * subject + 0.45 * detail / max(1, int(detail.max()))
    spread = float(cue.max() - cue.min())
    level = np.rint((cue - cue.min()) * (255 / spread)).astype(np.uint8)
    smooth = cv2.GaussianBlur(level, (0, 0), 4)
    full = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC)
    # 8-bit steps are invisible only after another blur: they become displacements of < 0.05 px.
    full = cv2.GaussianBlur(full, (0, 0), width / 100)
    return np.asarray(full, np.float32) * np.float32(1 / 255)
