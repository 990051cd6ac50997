"""The workflow library over the REST API."""

import pytest

from screentest.common.library import library


async def test_the_library_says_what_a_workflow_makes_and_needs(viewer):
    answer = await viewer.get("/api/workflow-library")

    assert answer.status_code == 200
    listed = {one["name"]: one for one in answer.json()}
    assert list(listed) == [one.name for one in library()]
    wan = listed["wan-2.1-i2v-14b-480p"]
    assert wan["title"] == "Wan 2.1 image to video, 14B, 480p"
    assert wan["defaults"] == {"width": 832, "height": 480, "frames": 49, "fps": 16}
    assert wan["frame_rule"] == {"step": 4, "offset": 1}
    assert wan["frame_counts"][:2] == [5, 9]
    assert wan["vram_gb"] == 16
    assert {
        "folder": "vae",
        "file": "wan_2.1_vae.safetensors",
        "size_gb": 0.3,
        "source": "Hugging Face, Comfy-Org/Wan_2.1_ComfyUI_repackaged, split_files/vae",
    } in wan["models"]
    assert {"prompt", "seed", "image"} <= {slot["name"] for slot in wan["slots"]}
    assert "graph" not in wan


async def test_a_workflow_of_the_library_with_its_graph(viewer):
    answer = await viewer.get("/api/workflow-library/svd-xt-i2v")

    assert answer.json()["frame_counts"] == [14, 25]
    assert answer.json()["graph"]["11"]["class_type"] == "KSampler"


@pytest.mark.parametrize("name", [one.name for one in library()])
async def test_every_workflow_of_the_library_can_be_imported(creator, name):
    shown = (await creator.get(f"/api/workflow-library/{name}")).json()

    answer = await creator.post(f"/api/workflow-library/{name}/import", json={})

    made = answer.json()
    assert answer.status_code == 201, made
    assert answer.headers["Location"] == f"/api/workflows/{made['id']}"
    assert (made["name"], made["renderer"], made["version"]) == (shown["title"], "comfyui", 1)
    for same in ("graph", "slots", "frame_rule", "vram_gb"):
        assert made[same] == shown[same], same
    # It is sound by the rules for any other workflow as well.
    slots = [slot for slot in made["slots"] if slot["name"] != "image"]
    changed = await creator.patch(f"/api/workflows/{made['id']}", json={"slots": made["slots"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["version"] == 1
    assert all(slot["default"] is not None for slot in slots)


async def test_an_import_under_another_name(creator):
    path = "/api/workflow-library/model-free-i2v/import"

    made = (await creator.post(path, json={"name": "Proof"})).json()

    assert made["name"] == "Proof"
    assert made["vram_gb"] is None
    listed = (await creator.get("/api/workflows")).json()["items"]
    assert [one["name"] for one in listed] == ["Proof"]


async def test_an_import_of_a_name_that_is_known_is_like_any_other(creator):
    path = "/api/workflow-library/model-free-i2v/import"
    made = (await creator.post(path, json={})).json()

    again = await creator.post(path, json={})

    assert (again.status_code, again.json()) == (200, made)
    assert again.headers["Location"] == f"/api/workflows/{made['id']}"

    await creator.patch(f"/api/workflows/{made['id']}", json={"frame_rule": {"step": 4}})
    restored = await creator.post(path, json={})
    assert restored.status_code == 201, restored.text
    assert (restored.json()["id"], restored.json()["version"]) == (made["id"], 3)
    assert restored.json()["frame_rule"] == made["frame_rule"]


async def test_what_the_library_does_not_have(creator):
    answer = await creator.post("/api/workflow-library/another/import", json={})

    assert answer.status_code == 404
    assert answer.json()["detail"] == (
        "Library workflow another does not exist: GET /api/workflow-library lists those that do."
    )


async def test_a_viewer_may_look_but_not_import(viewer):
    answer = await viewer.post("/api/workflow-library/model-free-i2v/import", json={})

    assert answer.status_code == 403
