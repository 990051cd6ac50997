"""The main path: from a seed image to a clip, in every form a server hands clips out."""

import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from screentest.common.output_names import unmarked
from screentest.common.recipes import Lora
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.clips import probe, read_frames
from screentest.media.encode import encode
from screentest.media.metadata import read_metadata
from screentest.media.stills import png
from support.comfyui_recording import Recording
from support.comfyui_workflow import SIZE, pictures


async def test_the_servers_mp4_is_kept_byte_for_byte(server, backend_for, job_for, reports, mp4):
    server.will(Recording.named("success_mp4", mp4))
    job = job_for()

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert clip.video.is_relative_to(job.workdir)
    assert clip.original == ()
    # execution_start and execution_success of the recording, in the server's own clock.
    assert clip.gpu_seconds == pytest.approx(3.163)


async def test_the_prompt_says_what_it_is_for(server, backend_for, job_for, reports, mp4):
    server.will(Recording.named("success_mp4", mp4))
    job = job_for()

    await backend_for(server, worker="gpu-1").render(job, reports)

    (prompt,) = server.submitted
    assert prompt.graph["1"]["inputs"]["image"] == f"screentest/{job.render_id}/seed.png"
    assert server.uploads[f"screentest/{job.render_id}/seed.png"] == job.seed_image.read_bytes()
    assert prompt.graph["3"]["inputs"]["value"] == 7
    assert prompt.graph["2"]["inputs"]["value"] == "a boat in fog"
    assert prompt.extra_data["screentest"] == {
        "render_id": job.render_id,
        "run_id": job.run_id,
        "segment": 1,
        "recipe_hash": job.recipe.hash,
        "worker": "gpu-1",
    }


async def test_the_name_the_server_stored_the_image_under_is_used(
    server, backend_for, job_for, reports, mp4
):
    server.will(Recording.named("success_mp4", mp4))
    server.renames_uploads = True
    job = job_for()

    await backend_for(server).render(job, reports)

    stored = f"screentest/{job.render_id}/seed (1).png"
    assert server.submitted[0].graph["1"]["inputs"]["image"] == stored


async def test_seed_image_that_was_sent_ahead_is_not_sent_again(
    server, backend_for, job_for, reports, mp4
):
    server.will(Recording.named("success_mp4", mp4))
    server.renames_uploads = True
    job, backend = job_for(), backend_for(server)

    await backend.prepare(job)
    assert list(server.uploads.values()) == [job.seed_image.read_bytes()]
    server.uploads.clear()
    await backend.render(job, reports)

    assert not server.uploads
    stored = f"screentest/{job.render_id}/seed (1).png"
    assert server.submitted[0].graph["1"]["inputs"]["image"] == stored


async def test_what_was_prepared_for_another_render_is_not_used(
    server, backend_for, job_for, reports, mp4
):
    server.will(Recording.named("success_mp4", mp4))
    job, backend = job_for(), backend_for(server)

    await backend.prepare(job_for())
    await backend.render(job, reports)

    image = server.submitted[0].graph["1"]["inputs"]["image"]
    assert image == f"screentest/{job.render_id}/seed.png"


async def test_seed_image_that_cannot_be_sent_ahead_fails_when_it_is_needed(
    server, backend_for, job_for, reports
):
    job, backend = job_for(), backend_for(server)
    job.seed_image.write_bytes(b"no picture")

    await backend.prepare(job)
    with pytest.raises(RenderFailed) as failure:
        await backend.render(job, reports)

    assert failure.value.code == "bad_seed_image"


async def test_progress_goes_from_nothing_to_all_and_never_back(
    server, backend_for, job_for, reports, mp4
):
    server.will(Recording.named("success_mp4", mp4))

    await backend_for(server).render(job_for(), reports)

    assert reports.fractions == sorted(reports.fractions)
    assert reports.fractions[-1] == 1.0
    assert {"fit to frame", "save mp4"} <= {report.node for report in reports.all}


@pytest.mark.parametrize("recording", ["previews", "previews_legacy"])
async def test_previews_of_both_formats_arrive(
    server, backend_for, job_for, reports, mp4, recording
):
    picture = png(pictures(1)[0])
    replay = Recording.named(recording, mp4)
    for message in replay.messages:
        if "binary" in message:
            message["binary"]["picture"] = picture
    server.will(replay)

    await backend_for(server).render(job_for(), reports)

    assert reports.previews
    assert set(reports.previews) == {picture}


async def test_a_large_preview_is_made_small(server, backend_for, job_for, reports, mp4):
    noise = np.random.default_rng(1).integers(0, 255, (512, 512, 3), dtype=np.uint8)
    replay = Recording.named("previews", mp4)
    for message in replay.messages:
        if "binary" in message:
            message["binary"]["picture"] = png(noise)
    server.will(replay)

    await backend_for(server).render(job_for(), reports)

    assert reports.previews
    for preview in reports.previews:
        assert len(preview) <= 32 * 1024
        assert Image.open(io.BytesIO(preview)).format == "JPEG"


async def test_videohelpersuite_is_understood(server, backend_for, job_for, reports, mp4, saving):
    """Its clip hides under the key `gifs`, and its previews have a header of their own."""
    graph = saving("VHS_VideoCombine")
    graph["9"] = graph.pop("8")
    picture = png(pictures(1)[0])
    replay = Recording.named("vhs", mp4)
    at = next(i for i, m in enumerate(replay.messages) if m.get("type") == "progress")
    preview = {"event": 1, "header": b"\0" * 28, "picture": picture}
    replay.messages.insert(at, {"binary": preview})
    server.will(replay)

    clip = await backend_for(server).render(job_for(graph), reports)

    assert clip.video.read_bytes() == mp4
    assert reports.previews == [picture]


async def test_frames_become_a_clip(server, backend_for, job_for, reports, saving):
    frames = pictures(5)
    server.will(Recording.named("frames", *map(png, frames)))
    job = job_for(saving("SaveImage"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.width, info.height, info.frames, info.codec) == (*SIZE, 5, "h264")
    for made, frame in zip(read_frames(clip.video), frames, strict=True):
        assert np.abs(made.astype(int) - frame).mean() < 6
    assert [file.read_bytes() for file in clip.original] == list(map(png, frames))
    prompt = json.loads(read_metadata(clip.video)["prompt"])
    assert prompt == unmarked(server.submitted[0].graph)
    assert prompt["8"]["inputs"]["filename_prefix"] == "clip"


async def test_frames_of_an_odd_size_lose_their_last_row_and_column(
    server, backend_for, job_for, reports, saving
):
    server.will(Recording.named("frames", *map(png, pictures(5, (97, 65)))))

    clip = await backend_for(server).render(job_for(saving("SaveImage")), reports)

    info = probe(clip.video)
    assert (info.width, info.height) == SIZE


async def test_an_animated_webp_becomes_a_clip_at_the_recipes_rate(
    server, backend_for, job_for, reports, webp, saving
):
    server.will(Recording.named("webp", webp))
    job = job_for(saving("SaveAnimatedWEBP"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.codec, info.frames, info.fps) == ("h264", 5, Fraction(16))
    assert [(file.suffix, file.read_bytes()) for file in clip.original] == [(".webp", webp)]


async def test_a_clip_in_another_codec_is_encoded_and_the_original_kept(
    server, backend_for, job_for, reports, saving, tmp_path: Path
):
    encode(pictures(5), tmp_path / "a.mp4", fps=24)
    webm = _as_vp9(tmp_path / "a.mp4", tmp_path / "a.webm")
    server.will(Recording.named("webm", webm))
    job = job_for(saving("SaveWEBM"))

    clip = await backend_for(server).render(job, reports)

    info = probe(clip.video)
    assert (info.codec, info.frames, info.fps) == ("h264", 5, Fraction(24))
    assert [(file.suffix, file.read_bytes()) for file in clip.original] == [(".webm", webm)]


async def test_a_servers_path_is_only_ever_a_name(server, backend_for, job_for, reports, mp4):
    recording = Recording.named("success_mp4")
    for entry in recording.outputs():
        entry["filename"] = "../../../etc/clip.mp4"
    server.will(recording)
    server.files["clip.mp4", "probe", "output"] = mp4
    job = job_for()

    clip = await backend_for(server).render(job, reports)

    assert clip.video.read_bytes() == mp4
    assert clip.video.parent == job.workdir / "comfyui"


async def test_an_old_server_with_ids_of_its_own(server, backend_for, job_for, reports, mp4):
    server.version, server.honours_prompt_id = "0.3.30", False
    server.will(Recording.named("success_mp4", mp4))

    clip = await backend_for(server).render(job_for(), reports)

    assert clip.video.read_bytes() == mp4
    assert server.submitted[0].id == "server-made-0"


async def test_a_server_behind_a_password(server, backend_for, job_for, reports, mp4):
    server.required_headers = {"authorization": "Basic c2hvdDp0ZXN0"}
    server.will(Recording.named("success_mp4", mp4))

    with pytest.raises(RenderFailed) as refused:
        await backend_for(server).render(job_for(), reports)
    assert refused.value.code == "backend_refused"

    backend = backend_for(server, headers={"Authorization": "Basic c2hvdDp0ZXN0"})
    clip = await backend.render(job_for(), reports)
    assert clip.video.read_bytes() == mp4
    assert server.connections == 1


async def test_what_a_server_can_do(server, backend_for):
    capabilities = await backend_for(server).describe()

    assert capabilities.version == "0.3.64"
    assert capabilities.versions == {
        "comfyui": "0.3.64",
        "python": "3.11.7",
        "torch": "2.13.0+cpu",
    }
    assert capabilities.device == "cpu"
    assert capabilities.vram_bytes == 25276514304
    assert capabilities.nodes == ("LoadImage", "SaveVideo")
    assert tuple(capabilities.object_info.nodes) == capabilities.nodes
    assert capabilities.models["loras"] == ("film.safetensors",)
    assert capabilities.models["vae"] == ()
    assert capabilities.model_hashes == {}, "servers without that request are servers all the same"


async def test_a_server_that_was_away_is_described_anew(server, backend_for):
    """It may have been restarted with other custom nodes."""
    backend = backend_for(server)
    await backend.describe()
    server.object_info = {"SaveWEBM": {"output_node": True}}
    assert (await backend.describe()).nodes == ("LoadImage", "SaveVideo"), "it is read seldom"

    await server.stop()
    with pytest.raises(RenderFailed):
        await backend.describe()
    await server.start()

    assert (await backend.describe()).nodes == ("SaveWEBM",)


async def test_which_model_files_a_server_has(server, backend_for):
    server.model_files = {
        "loras": [
            {"name": "film.safetensors", "pathIndex": 0, "modified": 1.5, "size": 10},
            {"name": "film.safetensors", "pathIndex": 1, "modified": 2.5, "size": 20},
            {"name": "a server of another kind"},
            "film.safetensors",
        ],
        "vae": [],
    }
    before = await backend_for(server).describe()
    server.model_files["loras"][0]["modified"] = 3.5
    after = await backend_for(server).describe()

    assert before.model_hashes == {"loras": {"film.safetensors": "10@1.5"}}
    assert after.model_hashes == {"loras": {"film.safetensors": "10@3.5"}}


async def test_a_lora_without_a_place_is_refused_before_anything_is_sent(
    server, backend_for, job_for, reports
):
    with pytest.raises(RenderFailed, match=r"no place for the LoRA film\.safetensors") as failed:
        await backend_for(server).render(job_for(loras=(Lora(name="film.safetensors"),)), reports)
    assert failed.value.code == "invalid_workflow"
    assert not server.uploads


def _as_vp9(source: Path, target: Path) -> bytes:
    import av

    with av.open(target, "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=24)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for frame in read_frames(source):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return target.read_bytes()
