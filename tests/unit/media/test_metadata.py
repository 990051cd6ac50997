import json
from itertools import zip_longest

import av
import numpy as np
import pytest

from screentest.media.clips import read_frames
from screentest.media.metadata import read_metadata, write_metadata

GRAPH = json.dumps(
    {
        str(node): {"text": 'a "cat" on\n\tthe roof; ' + "ünïcödé 猫 🐈 = # \\ " * 20}
        for node in range(140)
    },
    ensure_ascii=False,
)


def test_a_large_graph_round_trips_through_mp4_without_touching_a_frame(clip, tmp_path):
    assert len(GRAPH.encode()) > 80_000
    path, out = clip(metadata={"title": "kept", "prompt": "old"}), tmp_path / "labelled.mp4"
    write_metadata(path, out, {"prompt": GRAPH, "workflow": GRAPH[::-1]})

    assert read_metadata(out) == {"title": "kept", "prompt": GRAPH, "workflow": GRAPH[::-1]}
    for one, other in zip_longest(read_frames(path), read_frames(out)):
        np.testing.assert_array_equal(one, other)


def test_encode_and_retag_write_the_same_tags_and_the_same_bytes_each_time(clip, tmp_path):
    path = clip(metadata={"prompt": GRAPH})
    write_metadata(path, tmp_path / "one.mp4", {"workflow": "{}"})
    write_metadata(path, tmp_path / "two.mp4", {"workflow": "{}"})

    assert read_metadata(path) == {"prompt": GRAPH}
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_webm_keys_come_back_in_lower_case(tmp_path, scene):
    path, out = tmp_path / "clip.webm", tmp_path / "labelled.webm"
    with av.open(path, "w") as container:
        container.metadata["prompt"] = GRAPH
        stream = container.add_stream("libvpx", rate=16)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for frame in scene(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    write_metadata(path, out, {"Workflow": "{}"})

    assert read_metadata(path)["prompt"] == GRAPH
    assert read_metadata(out) == {"prompt": GRAPH, "workflow": "{}"}
    assert len(list(read_frames(out))) == 4


def test_a_clip_is_never_overwritten_while_it_is_read(clip):
    path = clip()

    with pytest.raises(ValueError, match="in place"):
        write_metadata(path, path, {"prompt": "x"})
    assert len(list(read_frames(path))) == 8
