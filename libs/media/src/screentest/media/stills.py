"""Still pictures: a clip's last frame, lossless PNG, posters, uploaded images, fitting to a size.

Must never scale or recompress a boundary frame: the next segment is seeded by exactly its pixels.
"""

import io
from collections import deque
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from screentest.media.clips import UnreadableClip, decode, to_rgb
from screentest.media.encode import Frame

#: Level 1: 0.025 s and 538 kB for 832x480; level 9 takes 18 times as long to save 12 %.
_PNG_LEVEL = 1
_POSTER_QUALITY = 82
#: What shows through a transparent picture.
_BACKDROP = (255, 255, 255)


class UnreadableImage(Exception):  # noqa: N818 - the word people use for it
    """Bytes are not a picture that can be read; the message says what is wrong with them."""


def last_frame(path: Path) -> Frame:
    """The last frame of the clip at ``path``, height x width x 3 uint8 RGB.

    Decodes the whole clip: as fast as seeking at our lengths, and it proves the clip is whole.

    Raises:
        UnreadableClip: the clip cannot be decoded to its end.
    """
    final = deque(decode(path), maxlen=1)
    if not final:
        raise UnreadableClip(f"{path.name} has no frames")
    return to_rgb(final[0])


def png(frame: Frame) -> bytes:
    """``frame`` as a lossless PNG; equal frames give equal bytes."""
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "PNG", compress_level=_PNG_LEVEL)
    return buffer.getvalue()


def poster(frame: Frame, width: int = 416) -> bytes:
    """``frame`` as a WebP ``width`` pixels wide (never wider than the frame itself)."""
    picture = Image.fromarray(frame)
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=_POSTER_QUALITY)
    return buffer.getvalue()


def decode_image(data: bytes) -> Frame:
    """A picture file's pixels as a person sees them, height x width x 3 uint8 RGB.

    The camera's orientation tag is applied; transparency is flattened onto white.

    Raises:
        UnreadableImage: not a picture, cut off, or so large that it could exhaust memory.
    """
    if not data:
        raise UnreadableImage("the picture is empty: it has 0 bytes")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            upright = ImageOps.exif_transpose(picture)
            flat = _flatten(upright)
    except UnidentifiedImageError as error:
        raise UnreadableImage(
            "the file is not a picture in a format that can be read (PNG, JPEG, WebP)"
        ) from error
    except Image.DecompressionBombError as error:
        raise UnreadableImage(f"the picture is too large: {error}") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadableImage(f"the picture is damaged: {error}") from error
    return cast("Frame", np.asarray(flat, np.uint8))


def cover(frame: Frame, width: int, height: int) -> Frame:
    """``frame`` scaled to fill ``width`` x ``height``, what hangs over cut off around the centre.

    A frame that already has that size is returned as it is, pixel for pixel.
    """
    if frame.shape[:2] == (height, width):
        return frame
    fitted = ImageOps.fit(Image.fromarray(frame), (width, height), Image.Resampling.LANCZOS)
    return cast("Frame", np.asarray(fitted, np.uint8))


def _flatten(picture: Image.Image) -> Image.Image:
    """``picture`` as RGB with 8 bits a channel, what is transparent shown as white."""
    if picture.mode.startswith("I;16"):
        # Pillow would clip to 255 instead of scaling: a 16-bit scan would come out white.
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8)).convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    backdrop = Image.new("RGBA", layered.size, (*_BACKDROP, 255))
    return Image.alpha_composite(backdrop, layered).convert("RGB")
