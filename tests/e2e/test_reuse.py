"""What has been rendered is not rendered again, unless its files are gone or somebody insists."""

from pathlib import Path

from support.catalogue import Catalogue
from support.fleet import held_lane
from support.live import Listener
from support.rest import Json, Rest

VARIATIONS = [{"name": "soft", "values": {"cfg": 4}}, {"name": "strong", "values": {"cfg": 9}}]


async def shot_by_cell(catalogue: Catalogue, rest: Rest) -> dict[tuple[str, str], Json]:
    """A batch that may take what there is, once all its test shots are scored."""
    batch_id, _ = await catalogue.shoot_batch(VARIATIONS, fresh=False)
    shots = await rest.until_ended(batch_id)
    assert {shot["status"] for shot in shots} == {"scored"}, shots
    return {(shot["character"]["name"], shot["label"]): shot for shot in shots}


async def saved_by_reuse(rest: Rest) -> float:
    return float((await rest.get("/api/stats/savings"))["total"]["reuse"]["gpu_seconds"])


def lose(path: Path) -> None:
    path.unlink()


async def test_the_same_batch_twice_is_rendered_once(stack, rest, audit):
    """Though neither the batch nor the scene type names a seed."""
    catalogue = await Catalogue.create(rest, "Eileen", "Chelsea", seed=None)
    first = await shot_by_cell(catalogue, rest)
    saved_before = await saved_by_reuse(rest)

    second = await shot_by_cell(catalogue, rest)

    assert first.keys() == second.keys()
    assert not any(shot["reused"] for shot in first.values())
    assert all(shot["reused"] and shot["gpu_seconds"] == 0 for shot in second.values())
    for cell, shot in second.items():
        assert shot["artefacts"] == first[cell]["artefacts"]
        assert shot["quality_score"] == first[cell]["quality_score"]
    cost = sum(shot["gpu_seconds"] for shot in first.values())
    assert round(await saved_by_reuse(rest) - saved_before, 3) == round(cost, 3)
    await audit.segments([*first.values(), *second.values()])
    await audit.nothing_left_over()


async def test_lost_files_are_rendered_again(stack, rest):
    catalogue = await Catalogue.create(rest, seed=None)
    first = await shot_by_cell(catalogue, rest)
    lost = first["Eileen", "soft"]
    lose(Path(stack.folder, "objects", lost["poster_path"]))

    second = await shot_by_cell(catalogue, rest)

    assert {cell: shot["reused"] for cell, shot in second.items()} == {
        ("Eileen", "soft"): False,
        ("Eileen", "strong"): True,
    }
    again = second["Eileen", "soft"]
    assert again["artefacts"]["video"]["key"] != lost["artefacts"]["video"]["key"]
    assert again["artefacts"]["video"]["sha256"] == lost["artefacts"]["video"]["sha256"]


async def test_a_reused_shot_is_promoted_and_its_scene_goes_on(stack, rest):
    catalogue = await Catalogue.create(rest)
    scene_id = await catalogue.add_scene()
    original = await rest.post(f"/api/scenes/{scene_id}/test-shot")
    original = await rest.until_status(original["id"], "scored")
    shot = await rest.post(f"/api/scenes/{scene_id}/test-shot")
    shot = await rest.until_status(shot["id"], "scored")
    assert shot["reused"]

    promotion = await rest.until_decided(await rest.promote(shot["id"], scene_id))
    scene = await rest.generate(scene_id, up_to_segment=2)

    assert promotion["status"] == "done", promotion
    assert promotion["gpu_seconds_saved"] == original["gpu_seconds"]
    one, two = scene["chain"]["segments"][:2]
    assert one["artefacts"]["video"]["sha256"] == original["artefacts"]["video"]["sha256"]
    assert (two["source"], two["reused"]) == ("run", False)


async def the_same_asked_twice(catalogue, colleague, rest, audit):
    """One recipe that two people ask for before any render of it has begun: both test shots."""
    async with held_lane(rest, audit):
        return [await one.shoot(fresh=False) for one in (catalogue, catalogue.asked_by(colleague))]


async def test_two_people_who_ask_for_the_same_share_one_render(stack, rest, colleague, audit):
    """Identical requests in flight are one render, and each has the clip and the score."""
    catalogue = await Catalogue.create(rest)
    asked = await the_same_asked_twice(catalogue, colleague, rest, audit)

    shots = [await rest.until_status(shot["id"], "scored") for shot in asked]

    assert len(await audit.renders(shots)) == 1
    assert sorted(shot["reused"] for shot in shots) == [False, True]
    assert shots[0]["artefacts"] == shots[1]["artefacts"]
    assert shots[0]["quality_score"] == shots[1]["quality_score"]
    await audit.segments(shots)
    await audit.nothing_left_over()


async def test_who_cancels_a_shared_render_leaves_it_to_the_other(stack, rest, colleague, audit):
    """The render goes on for whoever still wants it, also when it had begun for who does not."""
    catalogue = await Catalogue.create(rest)
    async with Listener(rest) as heard:
        asked = {
            shot["id"]: shot
            for shot in await the_same_asked_twice(catalogue, colleague, rest, audit)
        }
        progress = await heard.hears(
            lambda event: event.type == "progress" and event.data["test_shot_id"] in asked
        )
        begun_for = asked.pop(progress.data["test_shot_id"])
        await rest.post(f"/api/test-shots/{begun_for['id']}/cancel")
        (other,) = asked.values()
        gone = await rest.until_status(begun_for["id"], "cancelled")
        other = await rest.until_status(other["id"], "scored")

    assert gone["output_video_path"] is None
    assert len(await audit.renders([gone, other])) == 1
    assert (await rest.media(other["output_video_path"])).status_code == 200
    await audit.segments([other])
    await audit.nothing_left_over()
