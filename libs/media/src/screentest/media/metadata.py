"""Container tags: the recipe travels inside the clip, under the keys ComfyUI itself writes.

`prompt` holds the API-format graph and `workflow` the editor's graph, both as JSON text, so that
dropping the clip onto ComfyUI's page restores the workflow. Must never touch a packet.
"""

from collections.abc import Mapping
from pathlib import Path

import av

from screentest.media.clips import open_clip
from screentest.media.encode import MP4_OPTIONS

#: What the containers say about themselves; neither read as our tags nor copied into a new file.
_CONTAINERS_OWN = {
    "compatible_brands",
    "creation_time",
    "duration",
    "encoder",
    "major_brand",
    "minor_version",
}


def read_metadata(path: Path) -> dict[str, str]:
    """The clip's tags, keys in lower case (WebM shouts them: `PROMPT`).

    Raises:
        UnreadableClip: it cannot be opened.
    """
    with open_clip(path) as (container, _):
        tags = {key.lower(): text for key, text in container.metadata.items()}
    return {key: text for key, text in tags.items() if key not in _CONTAINERS_OWN}


def write_metadata(path: Path, out: Path, metadata: Mapping[str, str]) -> None:
    """Copy the clip at ``path`` to ``out`` with ``metadata`` added to its tags.

    Packets are copied, so every frame stays bit-exact; other tags are kept. Equal input gives equal
    bytes. The container is that of ``path``.

    Raises:
        UnreadableClip: it cannot be opened or read to its end.
        ValueError: ``out`` is ``path`` itself.
    """
    if out.exists() and out.samefile(path):
        raise ValueError(f"{path.name} cannot be retagged in place: name another file to write")
    tags = read_metadata(path) | {key.lower(): text for key, text in metadata.items()}
    try:
        with open_clip(path) as (source, _):
            is_mp4 = "mp4" in source.format.name.split(",")
            options = MP4_OPTIONS if is_mp4 else {"fflags": "+bitexact"}
            with av.open(out, "w", format="mp4" if is_mp4 else "webm", options=options) as copy:
                copy.metadata.update(tags)
                streams = {
                    stream.index: copy.add_stream_from_template(stream)
                    for stream in (*source.streams.video, *source.streams.audio)
                }
                for packet in source.demux(*(source.streams[index] for index in streams)):
                    if packet.dts is not None:
                        packet.stream = streams[packet.stream.index]
                        copy.mux(packet)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
