"""Whether an upload is a picture that can seed a segment. The only module that decodes uploads."""

import io
from dataclasses import dataclass

from PIL import ExifTags, Image, UnidentifiedImageError

from screentest.api.problems.catalogue import ImageTooLarge, InvalidImage

_KINDS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
}
#: EXIF orientations that turn the picture by a quarter.
_TURNED = frozenset({5, 6, 7, 8})
#: Less is no picture of anybody, and video codecs cannot encode it.
_MIN_SIDE = 16


@dataclass(frozen=True)
class Picture:
    """What is known of a picture that was decoded once."""

    media_type: str
    extension: str
    #: As a person sees it, the orientation applied.
    width: int
    height: int
    #: EXIF orientation, 1 (upright) to 8.
    orientation: int


def examine(data: bytes, *, max_pixels: int) -> Picture:
    """Decode a picture to see that all of it is there.

    The bytes stay as they are: who decodes them later applies the orientation, as ComfyUI's
    LoadImage and the built-in renderer do.

    Raises:
        InvalidImage: no PNG, JPEG or WebP, damaged, animated, or too small.
        ImageTooLarge: it would decode to more than ``max_pixels``.
    """
    try:
        with _open(data) as picture:
            _check_size(picture.size, max_pixels)
            if getattr(picture, "n_frames", 1) > 1:
                raise InvalidImage("The picture is animated: upload one frame of it.")
            media_type, extension = _KINDS[picture.format or ""]
            picture.verify()
        # A picture cannot be used any more once it was verified.
        with _open(data) as picture:
            picture.load()
            orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except UnidentifiedImageError:
        raise InvalidImage(
            "The file is no PNG, JPEG or WebP picture, whatever its name says: "
            "convert it to one of these."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(f"The picture would fill the memory: {error}.") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidImage(f"The picture is damaged ({error}): export it again.") from None
    orientation = orientation if orientation in range(1, 9) else 1
    width, height = picture.size[::-1] if orientation in _TURNED else picture.size
    return Picture(media_type, extension, width, height, orientation)


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=tuple(_KINDS))


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"The picture has {width} x {height} pixels and {max_pixels} are accepted: "
            "make it smaller."
        )
    if min(size) < _MIN_SIDE:
        raise InvalidImage(
            f"The picture has {width} x {height} pixels: each side takes at least {_MIN_SIDE}."
        )
