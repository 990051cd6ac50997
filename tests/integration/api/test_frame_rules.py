"""Legal numbers of frames, wherever somebody asks for some."""

import pytest

from screentest.api.handlers.progress import on_run_finished, on_segment_rendered
from screentest.common.db import transaction
from screentest.common.events import ShotRequested
from screentest.common.frame_rule import FrameRule
from support.shots import GRAPH, SLOTS, add_catalogue, finished, rendered, said

WORKFLOW = "/api/workflows/1"
RULE = {"step": 4, "offset": 1}
SAYS = "4n+1 frames, not 80: take 77 or 81"


@pytest.fixture
async def catalogue(creator, pool):
    """A workflow whose version 1 makes any number of frames, version 2 4n+1."""
    made = await add_catalogue(pool)
    answer = await creator.patch(WORKFLOW, json={"frame_rule": RULE})
    assert answer.status_code == 200, answer.text
    return made


def shot_path(catalogue) -> str:
    return f"/api/scenes/{catalogue.scene_ids[0]}/test-shot"


def batch(catalogue, *axes) -> dict:
    return {
        "scene_type_id": catalogue.scene_type_id,
        "character_ids": catalogue.character_ids,
        "axes": list(axes),
    }


class TestVersions:
    async def test_a_changed_rule_makes_a_new_version_of_the_workflow(self, creator, catalogue):
        now = (await creator.get(WORKFLOW)).json()
        same = (await creator.patch(WORKFLOW, json={"frame_rule": RULE})).json()
        other = (await creator.patch(WORKFLOW, json={"frame_rule": None})).json()

        assert (now["version"], now["frame_rule"]) == (2, RULE)
        assert [one["version"] for one in (same, other)] == [2, 3]

    async def test_every_version_keeps_its_own(self, creator, pool, catalogue):
        """Also where a version is an axis, whose cells are planned with what it was then."""
        versions = [{"id": 1, "version": 1}, {"id": 1}]
        axis = {"kind": "workflow", "workflows": versions}

        answer = await creator.post("/api/test-shots/batch", json=batch(catalogue, axis))

        assert answer.status_code == 202, answer.text
        runs = await said(pool, ShotRequested)
        assert [run.frame_rule for run in runs] == [None, FrameRule(**RULE)]
        # 2 s at 12.5 fps, which is legal as it is.
        assert {run.recipe.values["frames"] for run in runs} == {25}

    @pytest.mark.parametrize(("version", "is_refused"), [(1, False), (2, True), (None, True)])
    async def test_a_batch_is_held_to_the_rule_of_the_version_it_asks_for(
        self, creator, pool, catalogue, version, is_refused
    ):
        choice = {"id": 1} | ({"version": version} if version else {})
        axes = [
            {"kind": "workflow", "workflows": [choice]},
            {"kind": "slot", "slot": "frames", "values": [80, 81]},
        ]

        answer = await creator.post("/api/test-shots/batch", json=batch(catalogue, *axes))

        assert answer.status_code == (422 if is_refused else 202), answer.text
        assert (SAYS in answer.text) == is_refused
        assert len(await said(pool, ShotRequested)) == (0 if is_refused else 2)

    async def test_a_side_of_a_comparison_is_held_to_the_rule_of_its_version(
        self, creator, pool, catalogue
    ):
        def sides(version):
            return {
                "scene_type_id": catalogue.scene_type_id,
                "character_id": catalogue.character_ids[0],
                "a": {"values": {"frames": 81}},
                "b": {"values": {"frames": 80}, "workflow": {"id": 1, "version": version}},
            }

        refused = await creator.post("/api/test-shots/ab", json=sides(2))
        taken = await creator.post("/api/test-shots/ab", json=sides(1))

        assert (refused.status_code, taken.status_code) == (422, 202)
        assert SAYS in refused.json()["detail"]
        assert [run.frame_rule for run in await said(pool, ShotRequested)] == [
            FrameRule(**RULE),
            None,
        ]


class TestAsking:
    async def test_a_test_shot_is_refused_or_rounded(self, creator, pool, catalogue):
        refused = await creator.post(shot_path(catalogue), json={"values": {"frames": 80}})
        rounded = await creator.post(shot_path(catalogue), json={"values": {"fps": 16}})

        assert refused.status_code == 422
        assert refused.json()["type"].endswith("invalid-parameters")
        assert SAYS in refused.json()["detail"]
        assert rounded.status_code == 202, rounded.text
        assert rounded.json()["parameters"]["frames_rounded"] == {
            "wanted": 32,
            "frames": 33,
            "rule": "4n+1",
        }
        (run,) = await said(pool, ShotRequested)
        assert run.recipe.values["frames"] == 33

    @pytest.mark.parametrize(
        ("values", "faulty_cells"), [([77, 81], 0), ([80], 1), ([77, 80, 82], 2)]
    )
    async def test_a_batch_names_the_cells_that_cannot_be_made(
        self, creator, pool, catalogue, values, faulty_cells
    ):
        axis = {"kind": "slot", "slot": "frames", "values": values}

        answer = await creator.post("/api/test-shots/batch", json=batch(catalogue, axis))

        if not faulty_cells:
            assert answer.status_code == 202, answer.text
            return
        assert answer.status_code == 422
        assert SAYS in answer.json()["detail"]
        assert len(answer.json()["cells"]) == faulty_cells
        assert await said(pool, ShotRequested) == []

    async def test_a_scene_type_cannot_be_saved_with_them(self, creator, catalogue):
        new = {"name": "t", "workflow_id": 1, "slot_values": {"frames": 80}}
        path = f"/api/scene-types/{catalogue.scene_type_id}"

        made = await creator.post("/api/scene-types", json=new)
        changed = await creator.patch(path, json={"slot_values": {"frames": 80}})

        for refused in (made, changed):
            assert refused.status_code == 422
            assert refused.json()["type"].endswith("invalid-scene-type")
            assert SAYS in refused.json()["detail"]
        assert (await creator.get(path)).json()["slot_values"] == {"cfg": 6.0}

    async def test_the_workflows_own_number_counts_where_no_rate_is_known(self, creator, catalogue):
        graph = GRAPH | {"4": {"class_type": "Video", "inputs": {"frames": 80}}}
        slots = [slot for slot in SLOTS if slot["name"] != "fps"]
        workflow = {"name": "no rate", "graph": graph, "slots": slots, "frame_rule": RULE}
        made = (await creator.post("/api/workflows", json=workflow)).json()
        scene_type = {"name": "t", "workflow_id": made["id"]}

        refused = await creator.post("/api/scene-types", json=scene_type)
        legal = scene_type | {"slot_values": {"frames": 77}}
        saved = await creator.post("/api/scene-types", json=legal)

        frames = next(slot for slot in made["slots"] if slot["name"] == "frames")
        assert frames["default"] == 80
        assert refused.status_code == 422
        assert SAYS in refused.json()["detail"]
        assert saved.status_code == 201, saved.text


class TestGenerating:
    """A chain goes on with the recipe it was begun with, and with what is known of that."""

    @pytest.fixture
    async def begun(self, creator, pool, catalogue) -> int:
        """A scene with a segment of 80 frames, made when its workflow had no rule."""
        await creator.patch(WORKFLOW, json={"frame_rule": None})
        await pool.execute(
            "update scene_types set target_duration_s = 30, slot_values = '{\"frames\": 80}'"
        )
        scene_id = catalogue.scene_ids[0]
        asked = await creator.post(f"/api/scenes/{scene_id}/generate", json={"up_to_segment": 1})
        assert asked.status_code == 202, asked.text
        (run,) = await said(pool, ShotRequested)
        async with transaction(pool) as tx:
            await on_segment_rendered(rendered(run.run_id), tx)
            await on_run_finished(finished(run), tx)
        return scene_id

    async def test_a_rule_that_was_found_out_later_counts(self, creator, pool, begun):
        await creator.patch(WORKFLOW, json={"frame_rule": RULE})

        refused = await creator.post(f"/api/scenes/{begun}/generate")
        anew = await creator.post(
            f"/api/scenes/{begun}/regenerate",
            json={"from_segment": 1, "overrides": {"values": {"frames": 81}}},
        )

        assert refused.status_code == 422
        assert refused.json()["type"].endswith("invalid-parameters")
        assert SAYS in refused.json()["detail"]
        assert f"POST /api/scenes/{begun}/regenerate" in refused.json()["detail"]
        assert anew.status_code == 202, anew.text
        run = (await said(pool, ShotRequested))[-1]
        assert (run.frame_rule, run.recipe.values["frames"]) == (FrameRule(**RULE), 81)

    async def test_the_rule_of_another_graph_does_not(self, creator, pool, begun):
        graph = GRAPH | {"6": {"class_type": "AnotherModel", "inputs": {"latent": ["3", 0]}}}
        changes = {"graph": graph, "slots": SLOTS, "frame_rule": RULE}
        assert (await creator.patch(WORKFLOW, json=changes)).status_code == 200

        answer = await creator.post(f"/api/scenes/{begun}/generate")

        assert answer.status_code == 202, answer.text
        run = (await said(pool, ShotRequested))[-1]
        assert (run.frame_rule, run.recipe.values["frames"]) == (None, 80)
