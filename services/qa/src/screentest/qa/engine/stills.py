"""Stills of what is wrong: the frame that decided a measure, with the place marked.

A second decode pass, and only for clips with something to show. Must never change what was
measured: a still that cannot be made is missing, and that is all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from screentest.media.clips import open_clip, to_rgb
from screentest.media.encode import Frame
from screentest.qa.domain import Measurement, Verdict

WIDEST_PX = 480
_QUALITY = 85
_COLOURS = {Verdict.WARN: (255, 176, 0), Verdict.FAIL: (255, 48, 48)}
_TEXT_PX = 14
_LINE_PX = 3
_RIM = (0, 0, 0)


def draw_stills(
    video: Path, measurements: Iterable[Measurement], folder: Path
) -> Mapping[str, str]:
    """Write one JPEG, at most 480 px wide, for each measure that warns or fails.

    The place is outlined where the measure knows it, else the whole frame; name, value, verdict and
    frame are written below. A measure without a frame of its own (a wrong size) shows the first.

    Args:
        video: the clip that was measured.
        measurements: all of its measurements; those that pass are skipped.
        folder: an existing folder; the caller owns what is written into it.

    Returns:
        Path of the still by name of the measure. Empty, and nothing decoded, for a clean clip.

    Raises:
        UnreadableClip: the clip cannot be opened any more.
        OSError: a file cannot be written.
    """
    wrong = [each for each in measurements if each.verdict in _COLOURS]
    if not wrong:
        return {}
    pictures = dict(_pictures(video, {each.frame or 0 for each in wrong}))
    stills: dict[str, str] = {}
    for number, each in enumerate(wrong):
        # A clip that is cut off ends before the frame that was asked for.
        frame = max((i for i in pictures if i <= (each.frame or 0)), default=None)
        if frame is None:
            continue
        path = folder / f"{number:02d}-{re.sub(r'[^A-Za-z0-9_-]', '-', each.name)[:80]}.jpg"
        _mark(pictures[frame], each, frame).save(path, "JPEG", quality=_QUALITY)
        stills[each.name] = str(path)
    return stills


def _pictures(video: Path, wanted: set[int]) -> Iterator[tuple[int, Frame]]:
    """The wanted frames, small; of a stream that breaks off the last one besides."""
    last, final = max(wanted), None
    with open_clip(video) as (container, stream):
        try:
            for index, frame in enumerate(container.decode(stream)):
                final = (index, frame)
                if index in wanted:
                    yield index, _small(to_rgb(frame))
                if index == last:
                    return
        except av.FFmpegError:
            pass  # measured already: the check `truncated` says it
        if final is not None:
            yield final[0], _small(to_rgb(final[1]))


def _small(picture: Frame) -> Frame:
    height, width = picture.shape[:2]
    scale = min(1.0, WIDEST_PX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _mark(picture: Frame, measured: Measurement, frame: int) -> Image.Image:
    """``picture`` with the place outlined and a caption below."""
    height, width = picture.shape[:2]
    colour = _COLOURS[measured.verdict]
    font = ImageFont.load_default(_TEXT_PX)
    still = Image.new("RGB", (width, height + 2 * _TEXT_PX), (16, 16, 16))
    still.paste(Image.fromarray(picture))
    draw = ImageDraw.Draw(still)
    left, top, wide, high = measured.region or (0.0, 0.0, 1.0, 1.0)
    box = (
        round(left * width),
        round(top * height),
        max(round(left * width) + _LINE_PX, round((left + wide) * width) - 1),
        max(round(top * height) + _LINE_PX, round((top + high) * height) - 1),
    )
    # A dark rim: an orange line on an orange thing cannot be seen.
    rim = (box[0] - 1, box[1] - 1, box[2] + 1, min(box[3] + 1, height))
    draw.rectangle(rim, outline=_RIM, width=_LINE_PX + 2)
    draw.rectangle(box, outline=colour, width=_LINE_PX)
    caption = (
        f"{measured.name} {measured.value:.4g} {measured.unit} ({measured.verdict}), frame {frame}"
    )
    draw.text((6, height + _TEXT_PX // 2), caption, fill=colour, font=font)
    return still
