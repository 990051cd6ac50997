"""What no live worker can render is refused before it is paid for, with what each of them lacks."""

import copy

import pytest

from screentest.api.handlers.workers import on_worker_seen
from screentest.common.db import transaction
from screentest.common.events import ShotRequested, WorkerSeen
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.recipes import Renderer
from support.shots import said

SEED = ["INT", {"min": 0, "max": 2**64 - 1}]
NUMBER, TEXT, FLOAT = ["INT", {"min": 0, "max": 10000}], ["STRING"], ["FLOAT", {"max": 12.5}]
#: A server that has all that the catalogue's workflow needs.
ABLE = {
    "LoadImage": {"input": {"required": {"image": [["a.png"], {"image_upload": True}]}}},
    "Text": {"input": {"required": {"text": TEXT}}},
    "Sampler": {
        "input": {"required": {"seed": SEED, "cfg": FLOAT, "steps": NUMBER}},
        "output_node": True,
    },
    "Video": {"input": {"required": {"frames": NUMBER, "fps": FLOAT}}, "output_node": True},
    "Lora": {
        "input": {"required": {"name": [["none", "film.safetensors"], {}], "weight": FLOAT}},
        "output_node": True,
    },
}


@pytest.fixture
def hear(api, pool):
    """Let the api hear of a worker, and store what its server says of its nodes."""

    async def hear(name="gpu-1", answer=None, **facts):
        if answer is not None:
            info = ObjectInfo.reduce(answer)
            await api.deps.objects.put(
                object_info_key(info.sha256), info.document, media_type="application/json"
            )
            facts |= {"object_info_sha256": info.sha256, "nodes": tuple(info.nodes)}
        facts = {"renderer": Renderer.COMFYUI} | facts
        async with transaction(pool) as tx:
            await on_worker_seen(WorkerSeen(worker=name, **facts), tx)

    return hear


def without(node):
    return {name: body for name, body in ABLE.items() if name != node}


def limited(**limits):
    answer = copy.deepcopy(ABLE)
    answer["Sampler"]["input"]["required"]["steps"] = ["INT", limits]
    return answer


def shoot(creator, catalogue, **body):
    return creator.post(f"/api/scenes/{catalogue.scene_ids[0]}/test-shot", json=body)


async def validate(client, **body):
    answer = await client.post("/api/workflows/1/validate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_live_worker_is_told_of_with_what_it_lacks(viewer, catalogue, hear):
    await hear("able", ABLE)
    await hear("bare", without("Video"))
    await hear("silent")
    await hear("other", renderer=Renderer.BUILTIN)

    told = await validate(viewer)

    assert told["can_render"] is True
    assert told["detail"] == "able, silent can render this."
    able, bare, other, silent = told["workers"]
    assert (able["can_render"], able["has_reported"], able["faults"]) == (True, True, [])
    assert (silent["can_render"], silent["has_reported"]) == (True, False)
    assert [fault["code"] for fault in other["faults"]] == ["wrong_renderer"]
    (fault,) = bare["faults"]
    assert (fault["code"], fault["node"], fault["node_class"]) == ("missing_node", "4", "Video")


async def test_values_and_loras_are_looked_at_as_they_would_be_rendered(viewer, catalogue, hear):
    await hear("low", limited(min=1, max=30))

    assert (await validate(viewer, values={"steps": 30}))["can_render"]
    (low,) = (await validate(viewer, values={"steps": 31}))["workers"]
    assert [(one["code"], one["input"]) for one in low["faults"]] == [("out_of_range", "steps")]
    (low,) = (await validate(viewer, loras=[{"name": "flim.safetensors"}]))["workers"]
    assert [one["nearest"] for one in low["faults"]] == [["film.safetensors"]]
    by_type = await validate(viewer, scene_type_id=catalogue.scene_type_id)
    assert by_type["can_render"]


async def test_what_fits_no_slot_is_a_fault_of_the_request(viewer, catalogue):
    path = "/api/workflows/1/validate"

    assert (await viewer.post(path, json={"values": {"nose": 1}})).status_code == 422
    assert (await viewer.post(path, json={"version": 7})).status_code == 404
    assert (await viewer.post(path, json={"scene_type_id": 99})).status_code == 404
    assert (await viewer.post("/api/workflows/99/validate")).status_code == 404


async def test_with_nobody_alive_nobody_can_tell(creator, pool, catalogue, hear):
    await hear("gone", without("Video"))
    await pool.execute("update workers set last_seen_at = now() - interval '16 s'")

    told = await validate(creator)

    assert told["can_render"] is True
    assert told["workers"] == []
    assert (await shoot(creator, catalogue)).status_code == 202


async def test_a_shot_that_no_live_worker_can_render_is_refused_with_the_report(
    creator, pool, catalogue, hear
):
    await hear("bare", without("Video"))

    refused = await shoot(creator, catalogue)

    assert refused.status_code == 409
    problem = refused.json()
    assert problem["type"].endswith("/no-worker-can-render")
    assert 'bare: Node 4 "Video" is of class Video' in problem["detail"]
    assert "wait_for_worker: true" in problem["detail"]
    assert [report["worker"] for report in problem["workers"]] == ["bare"]
    assert await said(pool, ShotRequested) == []


async def test_one_that_is_to_wait_is_let_in(creator, pool, catalogue, hear):
    await hear("bare", without("Video"))

    taken = await shoot(creator, catalogue, wait_for_worker=True)

    assert taken.status_code == 202
    assert len(await said(pool, ShotRequested)) == 1


async def test_one_able_worker_is_enough(creator, catalogue, hear):
    await hear("bare", without("Video"))
    await hear("able", ABLE)

    assert (await shoot(creator, catalogue)).status_code == 202


async def test_without_a_description_the_lists_of_nodes_and_files_decide(creator, catalogue, hear):
    await hear("listed", nodes=("LoadImage", "Text", "Sampler", "Lora"))

    refused = await shoot(creator, catalogue)

    (report,) = refused.json()["workers"]
    assert [one["code"] for one in report["faults"]] == ["missing_node"]
    assert "the node Video" in report["faults"][0]["message"]


async def test_a_description_that_is_not_stored_is_held_against_nobody(creator, catalogue, hear):
    await hear("lost", nodes=tuple(ABLE), object_info_sha256="0" * 64)

    assert (await shoot(creator, catalogue)).status_code == 202


async def test_memory_counts_beside_the_description(creator, catalogue, hear):
    await creator.patch("/api/workflows/1", json={"vram_gb": 24})
    await hear("small", ABLE, vram_bytes=16_000_000_000)

    (report,) = (await shoot(creator, catalogue)).json()["workers"]

    assert [one["code"] for one in report["faults"]] == ["short_of_vram"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("test-shots/batch", {"scene_type_id": 1, "character_ids": [1]}),
        ("test-shots/ab", {"scene_type_id": 1, "character_id": 1, "seeds": [1, 2]}),
        ("scene-types/1/test-shot", {"character_id": 1}),
        ("scenes/1/generate", {}),
    ],
)
async def test_everything_that_renders_is_looked_at(creator, catalogue, hear, path, body):
    await hear("bare", without("Video"))

    refused = await creator.post(f"/api/{path}", json=body)
    taken = await creator.post(f"/api/{path}", json=body | {"wait_for_worker": True})

    assert refused.status_code == 409, refused.text
    assert taken.status_code == 202, taken.text


async def test_a_batch_is_looked_at_once_for_each_demand(creator, catalogue, hear, monkeypatch):
    """Seeds and texts ask nothing of a server: 40 cells of two steps are two demands."""
    looks = []
    monkeypatch.setattr(
        "screentest.api.domain.ability.graph_faults",
        lambda graph, *_, **__: looks.append(graph) or (),
    )
    await hear("a", ABLE)
    await hear("b", ABLE)
    axes = [
        {"kind": "seed", "values": list(range(20))},
        {"kind": "slot", "slot": "steps", "values": [8, 20]},
    ]
    body = {"scene_type_id": 1, "character_ids": [1], "axes": axes}

    answer = await creator.post("/api/test-shots/batch", json=body)

    assert answer.status_code == 202, answer.text
    assert len(looks) == 2


async def test_a_dry_run_is_a_test_shot_of_a_few_small_frames(creator, pool, catalogue, hear):
    await creator.patch("/api/workflows/1", json={"frame_rule": {"step": 8, "offset": 1}})
    await hear("able", ABLE)

    answer = await creator.post(
        "/api/workflows/1/dry-run", json={"scene_type_id": 1, "character_id": 1}
    )

    assert answer.status_code == 202, answer.text
    shot = answer.json()
    assert answer.headers["location"] == f"/api/test-shots/{shot['id']}"
    assert shot["label"] == "dry run"
    values = shot["parameters"]["values"]
    assert (values["frames"], values["cfg"], values["steps"]) == (9, 7.0, 20)
    (run,) = await said(pool, ShotRequested)
    assert run.fresh
    assert run.segments == 1


async def test_a_dry_run_that_nobody_can_render_is_refused(creator, pool, catalogue, hear):
    await hear("bare", without("Video"))
    body = {"scene_type_id": 1, "character_id": 1}

    refused = await creator.post("/api/workflows/1/dry-run", json=body)
    unknown = await creator.post("/api/workflows/1/dry-run", json=body | {"character_id": 9})

    assert refused.json()["type"].endswith("/no-worker-can-render")
    assert unknown.status_code == 404
    assert await said(pool, ShotRequested) == []


async def test_a_workers_facts_are_shown(viewer, hear):
    versions = {"comfyui": "0.3.64", "python": "3.11.7", "torch": "2.9.0"}
    await hear("gpu-1", ABLE, versions=versions, nodes_sha256="a" * 64, device="NVIDIA L4")

    (worker,) = (await viewer.get("/api/workers")).json()

    assert worker["versions"] == versions
    assert worker["nodes_sha256"] == "a" * 64
    assert worker["object_info_sha256"] == ObjectInfo.reduce(ABLE).sha256
