"""Whether files that nobody vouches for are a whole clip. Blocking: call it in a thread.

The history names a file when it is closed; one that is only found may be half of one, and may look
whole: an encoder whose server is killed ends its file properly, after the frames it got.
"""

from pathlib import Path

from PIL import Image

from screentest.gpu_runner.engine.comfyui.outputs import Kind
from screentest.media.clips import UnreadableClip, decode
from screentest.media.stills import UnreadableImage, decode_image


def is_whole(kind: Kind, files: tuple[Path, ...], frames: int) -> bool:
    """Whether ``files`` can be decoded to their end and have that many frames."""
    try:
        match kind:
            case Kind.MP4 | Kind.VIDEO:
                return sum(1 for _ in decode(files[0])) == frames
            case Kind.ANIMATION:
                return _animated(files[0]) == frames
            case Kind.FRAMES:
                return sum(1 for file in files if decode_image(file.read_bytes()).size) == frames
    except (UnreadableClip, UnreadableImage, OSError, SyntaxError, ValueError, EOFError):
        # Pillow has words of its own for every format.
        return False


def _animated(path: Path) -> int:
    with Image.open(path) as animation:
        frames = getattr(animation, "n_frames", 1)
        for index in range(frames):
            animation.seek(index)
            animation.load()
    return frames
