"""The process that renders: orders come in on standard input, reports go out on standard output.

One line of JSON each. A process of its own keeps the runner's event loop free, can be stopped at
once, and takes nobody with it when it dies. Must never outlive the runner: it ends itself when its
standard input closes.
"""

import base64
import json
import os
import queue
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import cv2

from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.builtin.film import film
from screentest.gpu_runner.engine.builtin.order import RenderOrder
from screentest.gpu_runner.engine.builtin.parameters import Parameters, parameters_of
from screentest.media.encode import Frame, encode
from screentest.media.stills import UnreadableImage, decode_image

_FRAMES_PER_REPORT = 4
_PREVIEW_INTERVAL_S = 0.25
_PREVIEW_WIDTH = 208
_PREVIEW_QUALITY = 70


class _Cancelled(Exception):  # noqa: N818 - not an error
    """The runner no longer wants this render."""


class _Child:
    """Carries out orders one after the other; a thread listens for the next, or for a cancel."""

    def __init__(self, orders: TextIO, reports: TextIO) -> None:
        self._orders = orders
        self._reports = reports
        self._waiting: queue.SimpleQueue[RenderOrder] = queue.SimpleQueue()
        self._cancelled = threading.Event()

    def run(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        self._report(event="ready")
        while True:
            self._carry_out(self._waiting.get())

    def _listen(self) -> None:
        for line in self._orders:
            if line.strip() == "cancel":
                self._cancelled.set()
            else:
                self._cancelled.clear()
                self._waiting.put(RenderOrder.model_validate_json(line))
        # The runner is gone, perhaps killed: there is nobody to render for.
        os._exit(0)

    def _carry_out(self, order: RenderOrder) -> None:
        began = time.monotonic()
        try:
            parameters = parameters_of(order.recipe)
            frames = film(_seed(order.seed_image), parameters)
            encode(self._watched(frames, parameters, order, began), order.video, fps=parameters.fps)
        except _Cancelled:
            self._report(event="cancelled")
        except RenderFailed as failure:
            self._fail(failure.code, failure.message, retryable=failure.retryable)
        except Exception as error:  # noqa: BLE001 - whatever it is, the runner must hear of it
            traceback.print_exc()
            self._fail("renderer_error", f"{type(error).__name__}: {error}", retryable=True)
        else:
            self._report(event="done", seconds=time.monotonic() - began)

    def _watched(
        self, frames: Iterator[Frame], parameters: Parameters, order: RenderOrder, began: float
    ) -> Iterator[Frame]:
        """``frames``, stopping when cancelled, reported on the way, held back if asked for."""
        previewed = -_PREVIEW_INTERVAL_S
        last = parameters.frames - 1
        for index, frame in enumerate(frames):
            due = began + order.minimum_seconds * index / last
            if self._cancelled.wait(max(0.0, due - time.monotonic())):
                raise _Cancelled
            yield frame
            if index % _FRAMES_PER_REPORT == 0 or index == last:
                now = time.monotonic()
                preview = None
                if now - previewed >= _PREVIEW_INTERVAL_S:
                    previewed, preview = now, _preview(frame)
                self._report(event="progress", fraction=(index + 1) / (last + 1), preview=preview)

    def _fail(self, code: str, message: str, *, retryable: bool) -> None:
        self._report(event="failed", code=code, message=message, retryable=retryable)

    def _report(self, **facts: object) -> None:
        self._reports.write(json.dumps(facts) + "\n")
        self._reports.flush()


def _seed(path: Path) -> Frame:
    try:
        return decode_image(path.read_bytes())
    except (OSError, UnreadableImage) as error:
        raise RenderFailed(
            "bad_seed_image", f"the seed image cannot be used: {error}", retryable=False
        ) from error


def _preview(frame: Frame) -> str:
    """A small JPEG in base64: JSON has no bytes."""
    height = round(frame.shape[0] * _PREVIEW_WIDTH / frame.shape[1])
    small = cv2.resize(frame, (_PREVIEW_WIDTH, height), interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _PREVIEW_QUALITY])
    return base64.b64encode(data.tobytes()).decode()


def main() -> None:
    """Render what standard input orders until it closes."""
    # A terminal's Ctrl-C and a supervisor's stop reach this process too, but the runner decides
    # when a render ends: it may be draining, and this process ends with it in any case.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # What a library prints must not end up between the reports.
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with os.fdopen(0, encoding="utf-8", closefd=False) as orders:
        _Child(orders, reports).run()


if __name__ == "__main__":
    main()
