"""Numbers that no slot can hold are refused with a sentence, wherever they are written."""

import pytest

BATCH = "/api/test-shots/batch"
HUGE = f"1{'0' * 400}"


def body_of(kind: str, catalogue, number: str) -> tuple[str, str]:
    """A path, and the text of a body that has a number somewhere; JSON writers would refuse it."""
    scene_type = f'"scene_type_id": {catalogue.scene_type_id}'
    character = f'"character_id": {catalogue.character_ids[0]}'
    axis = f'{{"kind": "slot", "slot": "cfg", "values": [{number}]}}'
    wide = f'{{"kind": "slot", "slot": "cfg", "values": {{"start": 1, "stop": {number}}}}}'
    bodies = {
        "shot": (
            f"/api/scene-types/{catalogue.scene_type_id}/test-shot",
            f'{{{character}, "values": {{"cfg": {number}}}}}',
        ),
        "axis": (
            BATCH,
            f'{{{scene_type}, "character_ids": {catalogue.character_ids}, "axes": [{axis}]}}',
        ),
        "range": (
            BATCH,
            f'{{{scene_type}, "character_ids": {catalogue.character_ids}, "axes": [{wide}]}}',
        ),
        "a/b": (
            "/api/test-shots/ab",
            f'{{{scene_type}, {character}, "b": {{"values": {{"cfg": {number}}}}}}}',
        ),
        "scene type": (
            "/api/scene-types",
            f'{{"name": "t", "workflow_id": 1, "slot_values": {{"cfg": {number}}}}}',
        ),
    }
    return bodies[kind]


@pytest.mark.parametrize("kind", ["shot", "axis", "range", "a/b", "scene type"])
@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", HUGE, f"1{'0' * 5000}"])
async def test_what_no_slot_can_hold(creator, pool, catalogue, kind, number):
    path, text = body_of(kind, catalogue, number)

    answer = await creator.post(path, content=text, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    if number.endswith("e400"):
        assert f"the number {number} is too large" in answer.json()["detail"]
    assert await pool.fetchval("select count(*) from test_shots") == 0


@pytest.mark.parametrize("kind", ["shot", "axis", "a/b", "scene type"])
async def test_a_choice_takes_no_number(creator, pool, catalogue, kind):
    sampler = {"name": "sampler", "node": "3", "input": "sampler", "kind": "choice"}
    await pool.execute("update workflows set slots = slots || $1::jsonb", [sampler])
    path, text = body_of(kind, catalogue, "5")
    text = text.replace('"cfg"', '"sampler"')

    answer = await creator.post(path, content=text, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422, answer.text
    assert 'lot "sampler" takes text, not 5' in answer.json()["detail"]
