"""Where in a picture a defect is: for the outline on a still. Decides no value."""

import cv2
import numpy as np
from numpy.typing import NDArray

from screentest.qa.domain import Region

#: The outlined window, as a share of the width and of the height.
_SHARE = 0.25
#: A window that is not that many times the mean of the picture is no place of its own.
_STANDS_OUT = 1.5


def strongest_region(values: NDArray[np.floating]) -> Region | None:
    """The window of a quarter of the width and height in which ``values`` is largest in the mean.

    Args:
        values: how wrong every cell of a grid is, 0 and up; shape (rows, columns).

    Returns:
        Left, top, width, height as shares of the picture; None where it is wrong all over.
    """
    rows, columns = values.shape
    high, wide = max(1, round(rows * _SHARE)), max(1, round(columns * _SHARE))
    # Summed areas in float64: which window wins must not depend on the CPU.
    sums = cv2.integral(np.ascontiguousarray(values, np.float32), sdepth=cv2.CV_64F)
    windows = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    top, left = (int(each) for each in np.unravel_index(int(windows.argmax()), windows.shape))
    if windows[top, left] / (high * wide) <= _STANDS_OUT * sums[-1, -1] / values.size:
        return None
    return left / columns, top / rows, wide / columns, high / rows
