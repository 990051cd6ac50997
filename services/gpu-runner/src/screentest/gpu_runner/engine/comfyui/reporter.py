"""Passes progress on, at most four times a second, with previews small enough for an event.

Must never hold a render up: a preview that cannot be read is dropped.
"""

import asyncio
import io
from collections.abc import Callable

from PIL import Image

from screentest.common.logs import get_logger
from screentest.gpu_runner.engine.backend import Progress, ProgressCallback
from screentest.gpu_runner.engine.comfyui.progress import PromptProgress

_LOG = get_logger()
#: An event carries at most 64 kB in all.
_SMALL_ENOUGH_BYTES = 32 * 1024
#: Longest side and JPEG quality, tried in turn until the preview is small enough.
_SIZES = ((384, 75), (320, 60), (256, 50), (160, 40))


class ProgressReporter:
    """Reports one prompt's progress to the one who asked for it."""

    def __init__(
        self,
        progress: PromptProgress,
        on_progress: ProgressCallback,
        *,
        interval_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._progress = progress
        self._on_progress = on_progress
        self._interval_s = interval_s
        self._clock = clock
        self._reported_at = float("-inf")
        self._last: Progress | None = None

    async def report(self) -> None:
        """Report what changed, unless the last report is too recent."""
        if self._clock() - self._reported_at < self._interval_s:
            return
        self._reported_at = self._clock()
        picture = self._progress.take_preview()
        small = await asyncio.to_thread(shrink, picture) if picture else None
        self._send(
            Progress(
                fraction=self._progress.fraction, node=self._progress.node_title, preview=small
            )
        )

    def finish(self) -> None:
        """Report that the render is whole."""
        self._send(Progress(fraction=1.0, node=self._progress.node_title))

    def _send(self, progress: Progress) -> None:
        if progress != self._last:
            self._last = progress
            self._on_progress(progress)


def shrink(picture: bytes) -> bytes | None:
    """``picture`` if it is small, else a small JPEG of it, else None when it cannot be read."""
    if len(picture) <= _SMALL_ENOUGH_BYTES:
        return picture
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as image:
            image.draft("RGB", (_SIZES[0][0], _SIZES[0][0]))
            small = image.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        _LOG.debug("preview_unreadable", error=str(error))
        return None
    for pixels, quality in _SIZES:
        small.thumbnail((pixels, pixels))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= _SMALL_ENOUGH_BYTES:
            break
    return buffer.getvalue()
