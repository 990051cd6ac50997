"""Grids and pairs of test shots: shown before they are paid for, rendered, and in part again."""

import pytest

from support.catalogue import LORA, SMALL, Catalogue
from support.waiting import until

AXES = [
    {"kind": "slot", "slot": "cfg", "values": [4, 8]},
    {"kind": "lora", "names": [LORA], "weights": [0.4, 1.2]},
]


@pytest.fixture
async def catalogue(stack, rest):
    return await Catalogue.create(rest, **SMALL)


def hashes(cells):
    return [cell["recipe_hash"] for cell in cells]


async def test_a_sweep_is_what_its_dry_run_showed_and_one_cell_is_rendered_again(
    rest, audit, catalogue
):
    """A dry run stores nothing and tells every recipe; a rerun renders its cells and no other."""
    body = {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": list(catalogue.characters),
        "axes": AXES,
        "baseline": {},
    }

    shown = await rest.post("/api/test-shots/batch", {**body, "dry_run": True})
    stored = await rest.gallery(scene_type_id=catalogue.scene_type_id)
    batch_id = (await rest.post("/api/test-shots/batch", body))["id"]
    shots = await rest.until_ended(batch_id)
    batch = await rest.get(f"/api/batches/{batch_id}")

    assert (shown["count"], shown["to_render"], stored) == (5, 5, [])
    grid = batch["grid"]
    assert hashes(shown["cells"]) == hashes(grid["cells"])
    assert len(set(hashes(grid["cells"]))) == 5
    assert grid["columns"] == ["baseline", "film-look 0.4", "film-look 1.2"]
    assert [row["cells"] for row in grid["rows"]] == [[0, 1, 2], [0, 3, 4]]
    made_with = [
        (shot["parameters"]["values"]["cfg"], shot["parameters"]["loras"]) for shot in shots
    ]
    assert made_with == [
        (cfg, [{"name": LORA, "weight": weight}])
        for cfg, weight in ((6.0, 0.8), (4, 0.4), (4, 1.2), (8, 0.4), (8, 1.2))
    ]
    assert {shot["status"] for shot in shots} == {"scored"}
    assert len({shot["artefacts"]["video"]["sha256"] for shot in shots}) == 5

    # The first column's second row: cfg 8 with the weaker LoRA.
    place = {"cfg": ["8"], "lora": ["film-look 0.4"]}
    await rest.post(f"/api/batches/{batch_id}/rerun", {"only": "all", "axes": place})
    after = await rest.until_ended(batch_id)

    again = after[3]
    assert [shot["id"] for shot in after if shot["id"] != again["id"]] == [
        shot["id"] for place, shot in enumerate(shots) if place != 3
    ]
    assert again["id"] != shots[3]["id"]
    assert (again["reused"], again["recipe_hash"]) == (False, shots[3]["recipe_hash"])
    assert again["artefacts"]["video"]["key"] != shots[3]["artefacts"]["video"]["key"]
    assert again["artefacts"]["video"]["sha256"] == shots[3]["artefacts"]["video"]["sha256"]
    (act,) = await rest.acts("batch", batch_id)
    assert (act["action"], act["after"]["test_shot_ids"]) == ("batch.rerun", [again["id"]])
    await audit.segments([*shots, again])
    await audit.nothing_left_over()


async def test_a_comparison_fills_with_both_clips_and_their_scores(rest, audit, catalogue):
    """Two parameter sets are two shots that differ in just that, each with a clip and a score."""
    asked = await rest.post(
        "/api/test-shots/ab",
        {
            "scene_type_id": catalogue.scene_type_id,
            "character_id": catalogue.character_id,
            "a": {"label": "soft", "values": {"cfg": 4}},
            "b": {"label": "strong", "values": {"cfg": 9}},
        },
    )

    async def scored():
        found = await rest.get(f"/api/comparisons/{asked['id']}")
        return found if {found[side]["status"] for side in "ab"} == {"scored"} else None

    comparison = await until(scored, what="both sides of the comparison to be scored")

    assert comparison["differs"] == [{"name": "cfg", "a": 4, "b": 9}]
    sides = [comparison[side] for side in "ab"]
    assert [side["label"] for side in sides] == ["soft", "strong"]
    assert all(0 <= side["quality_score"] <= 1 and side["verdict"] for side in sides)
    clips = [(await rest.media(side["output_video_path"])).content for side in sides]
    assert [len(clip) for clip in clips] == [s["artefacts"]["video"]["size_bytes"] for s in sides]
    assert clips[0] != clips[1]
    await audit.segments(sides)
    await audit.nothing_left_over()
