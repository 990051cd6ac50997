"""The main path: a seed image is sent, a prompt followed, its progress told."""

import io

import numpy as np
import pytest
from PIL import Image

from screentest.common.recipes import Lora
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.media.stills import png
from support.comfyui_recording import Recording
from support.comfyui_workflow import pictures


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


async def test_a_lora_without_a_place_is_refused_before_anything_is_sent(
    server, backend_for, job_for, reports
):
    with pytest.raises(RenderFailed, match=r"no place for the LoRA film\.safetensors") as failed:
        await backend_for(server).render(job_for(loras=(Lora(name="film.safetensors"),)), reports)
    assert failed.value.code == "invalid_workflow"
    assert not server.uploads
