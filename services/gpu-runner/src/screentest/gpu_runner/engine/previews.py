"""Previews small enough to be sent to every browser, several times a second.

Blocking: call it in a thread.
"""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.glimpses import GLIMPSE_WIDTH, Glimpse, glimpse

log = get_logger()

#: As a data URL it takes a third more; an event carries 48,000 characters at most.
_MOST_BYTES = 32_000
_WIDTH = 320
_QUALITY = 70
_JPEG = b"\xff\xd8\xff"
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def data_url(picture: bytes) -> str | None:
    """A JPEG data URL of ``picture``, shrunk where needed; None when it is no picture."""
    try:
        jpeg = picture if _is_small(picture) else _shrunk(picture)
    except _UNREADABLE as error:
        log.debug("preview_unreadable", error=str(error))
        return None
    # A picture of pure noise: a preview is not worth a second try.
    if len(jpeg) > _MOST_BYTES:
        return None
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def look(picture: bytes) -> Glimpse | None:
    """What ``picture`` shows at a glance; None when it is no picture."""
    try:
        return glimpse(_tiny(picture))
    except _UNREADABLE as error:
        log.debug("preview_unreadable", error=str(error))
        return None


def _tiny(picture: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(picture)) as opened:
        whole = opened.convert("RGB")
    height = max(1, round(whole.height * GLIMPSE_WIDTH / whole.width))
    return np.asarray(whole.resize((GLIMPSE_WIDTH, height), Image.Resampling.BOX), np.uint8)


def _is_small(picture: bytes) -> bool:
    return picture.startswith(_JPEG) and len(picture) <= _MOST_BYTES


def _shrunk(picture: bytes) -> bytes:
    with Image.open(io.BytesIO(picture)) as opened:
        small = opened.convert("RGB")
    small.thumbnail((_WIDTH, _WIDTH))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
