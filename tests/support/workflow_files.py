"""Files that carry their workflow, as ComfyUI writes them: PNG, WebP, MP4, WebM."""

import io
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from screentest.media.encode import encode

#: EXIF tags ComfyUI counts down from: Model, Make, ...
_FIRST_EXIF_TAG = 0x0110


def png(**tags: str) -> bytes:
    """As SaveImage does: text chunks."""
    info = PngInfo()
    for key, text in tags.items():
        info.add_text(key, text)
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def webp(**tags: str) -> bytes:
    """As SaveAnimatedWEBP does: EXIF texts."""
    exif = Image.Exif()
    for place, (key, text) in enumerate(tags.items()):
        exif[_FIRST_EXIF_TAG - place] = f"{key}:{text}"
    pictures = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    pictures[0].save(out, "WEBP", save_all=True, append_images=pictures[1:], exif=exif)
    return out.getvalue()


def mp4(**tags: str) -> bytes:
    """As SaveVideo and VHS_VideoCombine do: tags of the container."""
    with TemporaryDirectory() as folder:
        clip = Path(folder, "clip.mp4")
        frames = [np.full((64, 64, 3), 40 * index, np.uint8) for index in range(4)]
        encode(frames, clip, fps=8, metadata=tags)
        return clip.read_bytes()


def webm(**tags: str) -> bytes:
    """As SaveWEBM does: tags of the container, which it shouts."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        container.metadata.update({key.upper(): text for key, text in tags.items()})
        stream = container.add_stream("libvpx-vp9", rate=Fraction(8))
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
