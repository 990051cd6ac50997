"""The one file that is kept of what a backend made in another form than the clip.

Blocking: call it in a thread. Must never change a byte of what it keeps.
"""

from pathlib import Path
from shutil import copyfileobj
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from screentest.common.logs import get_logger

log = get_logger()

#: Frames of more bytes are left where the backend has them: for most it is the clip that counts,
#: and storing them would take longer than making them.
MOST_FRAME_BYTES = 512 * 1024 * 1024


def keepable(
    original: tuple[Path, ...], archive: Path, *, most_frame_bytes: int = MOST_FRAME_BYTES
) -> Path | None:
    """The file to store; None when there is none, or too much of it.

    Equal originals give equal bytes.

    Args:
        original: one file, which is kept as it is, or all frames in their order.
        archive: where frames go, as an uncompressed ZIP that counts them: `00000.png`, ...
        most_frame_bytes: frames that are larger together are not kept.
    """
    if len(original) <= 1:
        return next(iter(original), None)
    size_bytes = sum(frame.stat().st_size for frame in original)
    if size_bytes > most_frame_bytes:
        log.info("original_not_kept", frames=len(original), size_bytes=size_bytes)
        return None
    with ZipFile(archive, "w", ZIP_STORED) as packed:
        for number, frame in enumerate(original):
            # Its date is 1980, whenever it was made.
            entry = ZipInfo(f"{number:05d}{frame.suffix}")
            with frame.open("rb") as source, packed.open(entry, "w") as target:
                copyfileobj(source, target, 1024 * 1024)
    return archive
