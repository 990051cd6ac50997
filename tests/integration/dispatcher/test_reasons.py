"""Every run that nobody renders says why, on a real database: reported as the api hears it."""

from screentest.common.events import (
    Boundary,
    BoundaryMode,
    Lane,
    Needs,
    QAPolicy,
    QueueControlled,
    ShotCancelled,
)
from screentest.common.model_files import ModelFiles, model_files_key
from screentest.common.object_info import ObjectInfo, object_info_key
from screentest.common.objects import Objects
from screentest.common.recipes import Renderer
from support.dispatching import asked, rendered, run_recipe, scene, shot, worker
from support.queue_report import picture, report

FILM = {"loras": ("film.safetensors",)}


def comfyui_shot(**needs):
    recipe = run_recipe(renderer=Renderer.COMFYUI, seed=len(str(needs)))
    return asked(event=shot(recipe=recipe), needs=Needs(**needs), estimate_s=30)


def seen(name="w1", begun=(), staged=(), **facts):
    one = worker(name, busy_with=tuple(each.render_id for each in begun))
    ids = tuple(each.render_id for each in staged)
    return one.model_copy(update={"stages": 1, "staged": ids, **facts})


def comfyui(name="w1", begun=(), **facts):
    return seen(name, begun, renderer=Renderer.COMFYUI, stages=0, **facts)


async def begun_ago(loop, request, seconds):
    await loop.pool.execute(
        "update renders set begun_at = begun_at - make_interval(secs => $2) where id = $1",
        request.render_id,
        float(seconds),
    )


class TestReleased:
    async def test_a_staged_shot_waits_for_the_present_render(self, loop):
        first, second = asked(estimate_s=60), asked(estimate_s=60)
        begun, staged = await loop.hear(seen(), first, second)
        await loop.hear(seen(begun=[begun], staged=[staged]))
        await begun_ago(loop, begun, 20)

        said = await report(loop)

        assert set(said) == {second.run_id}
        assert (said[second.run_id].code, said[second.run_id].position) == ("staged", None)
        assert said[second.run_id].reason == "worker w1 takes it after the present render"
        assert 35 < said[second.run_id].starts_in_s <= 40

    async def test_what_was_staged_before_counts_from_its_begin(self, loop):
        """Its release is long ago, and nothing of it is rendered yet."""
        begun, staged = await loop.hear(seen(), asked(estimate_s=60), asked(estimate_s=60))
        await loop.hear(seen(begun=[begun], staged=[staged]))
        await loop.pool.execute("update renders set released_at = now() - interval '1 hour'")
        await loop.hear(rendered(begun), seen(begun=[staged]))
        waits = asked(estimate_s=60)
        await loop.hear(waits)

        assert (await report(loop))[waits.run_id].starts_in_s > 50

    async def test_what_no_worker_has_taken(self, loop):
        first = asked()
        await loop.hear(seen(), first)

        assert (await report(loop))[first.run_id].code == "released"

        await loop.hear(seen(draining=True))
        said = (await report(loop))[first.run_id]
        assert (said.code, said.starts_in_s) == ("released", None)
        assert said.reason == "no worker of its class takes work now"

    async def test_nothing_of_what_is_rendered_or_over(self, loop):
        first, second = asked(), asked()
        request, _ = await loop.hear(
            worker(), first, second, ShotCancelled(run_id=second.run_id, by=1)
        )
        await loop.hear(seen(begun=[request]))

        assert await report(loop) == {}


class TestBetweenSegments:
    async def test_a_run_that_awaits_its_verdict(self, loop):
        chain = scene(segments=2).model_copy(update={"qa": QAPolicy(mode="halt")})
        (first,) = await loop.hear(worker(), chain)
        await loop.hear(rendered(first))

        said = (await report(loop))[chain.run_id]

        assert said.code == "awaiting_qa"
        assert said.reason == "it waits for the verdict on segment 1"

    async def test_a_run_that_awaits_its_frame(self, loop):
        manual = Boundary(mode=BoundaryMode.MANUAL)
        chain = scene(segments=2).model_copy(update={"boundary": manual})
        (first,) = await loop.hear(worker(), chain)
        await loop.hear(rendered(first))

        said = (await report(loop))[chain.run_id]

        assert said.code == "awaiting_frame"
        assert said.reason == "somebody has to choose the boundary frame of segment 1"

    async def test_a_chain_is_staged_between_two_segments(self, loop):
        chain = scene(segments=2)
        (first,) = await loop.hear(seen(), chain)
        (second,) = await loop.hear(rendered(first))
        await loop.hear(seen(staged=[second]))

        assert (await report(loop))[chain.run_id].code == "staged"


class TestIdentical:
    async def test_one_shares_the_render_of_another(self, loop):
        recipe = run_recipe(seed=7)
        first, second = asked(event=shot(recipe=recipe)), asked(2, event=shot(recipe=recipe))
        (request,) = await loop.hear(worker(), first, second)
        await loop.hear(seen(begun=[request]))

        said = await report(loop)

        assert {run_id: each.code for run_id, each in said.items()} == {
            second.run_id: "shares_render"
        }

    async def test_what_takes_a_finished_render_needs_no_slot(self, loop):
        recipe = run_recipe(seed=7)
        (request,) = await loop.hear(worker(), asked(event=shot(recipe=recipe)))
        await loop.hear(rendered(request))
        (begun,) = await loop.hear(asked(estimate_s=60))
        await loop.hear(seen(begun=[begun], stages=0))
        taken, waits = asked(event=shot(recipe=recipe)), asked(estimate_s=60)
        await loop.hear(taken, waits)

        said = await report(loop)

        assert (said[taken.run_id].code, said[taken.run_id].position) == ("checks_reuse", None)
        assert said[waits.run_id].position == 1
        assert said[waits.run_id].starts_in_s <= 60


class TestHindrances:
    async def test_every_waiting_run_says_why(self, loop):
        first, second = asked(estimate_s=30), asked(estimate_s=30)
        await loop.hear(first, second)
        assert {each.reason for each in (await report(loop)).values()} == {
            "no live worker renders with builtin"
        }

        await loop.hear(worker(draining=True))
        assert {each.code for each in (await report(loop)).values()} == {"workers_draining"}

        await loop.hear(worker())
        third = asked(estimate_s=30)
        await loop.hear(third)
        said = await report(loop)
        assert said[second.run_id].reason == "the only slot for it is busy; it is next"
        assert (said[second.run_id].position, said[third.run_id].position) == (1, 2)
        assert 29 < said[third.run_id].starts_in_s - said[second.run_id].starts_in_s < 31
        assert said[first.run_id].code == "released"

    async def test_what_is_missing(self, loop):
        lacks = comfyui_shot(models=FILM)
        await loop.hear(comfyui(capability_class="aa", models={"loras": ("x",)}), lacks)

        said = (await report(loop))[lacks.run_id]

        assert (said.code, said.position, said.starts_in_s) == ("missing_model", None, None)
        assert said.reason == "no live worker has the model film.safetensors"

    async def test_paused_lane_and_paused_batch(self, loop):
        in_lane, in_batch = asked(), asked(event=scene(), batch_id=4)
        await loop.hear(
            QueueControlled(version=1, lane=Lane.PREVIEW, paused=True, by=9),
            QueueControlled(version=1, batch_id=4, paused=True, by=9),
            in_lane,
            in_batch,
            worker(),
        )

        said, outlooks = await picture(loop)

        assert said[in_lane.run_id].code == "lane_paused"
        assert said[in_lane.run_id].reason == "the preview lane is paused"
        assert said[in_batch.run_id].code == "batch_paused"
        assert said[in_batch.run_id].reason == "batch 4 is paused"
        assert outlooks == {("builtin", "", "production"): 0}

    async def test_a_missing_node_and_too_little_memory(self, loop):
        node, memory = comfyui_shot(nodes=("Upscale",)), comfyui_shot(vram_bytes=24 * 10**9)
        able = comfyui(capability_class="aa", nodes=("Film",), vram_bytes=12 * 10**9)
        await loop.hear(able, node, memory)

        said = await report(loop)

        assert said[node.run_id].code == "missing_node"
        assert said[node.run_id].reason == "no live worker has the node Upscale"
        assert said[memory.run_id].code == "short_of_vram"
        assert said[memory.run_id].reason == (
            "every live worker is short of VRAM: it takes 12.0 GB of VRAM more"
        )

    async def test_model_files_that_are_in_a_list_of_their_own(self, loop, objects_url):
        """Who cannot read it yet keeps what was known; then it counts."""
        files = ModelFiles(models={"loras": ("other.safetensors",)})
        able = comfyui(capability_class="aa", model_files_sha256=files.sha256)
        shot_of = comfyui_shot(models=FILM)
        paused = QueueControlled(version=1, lane=Lane.PREVIEW, paused=True, by=9)
        await loop.hear(able, paused, shot_of)
        unread = await report(loop)

        await Objects.open(objects_url).put(
            model_files_key(files.sha256), files.document, media_type="application/json"
        )
        resumed = QueueControlled(version=2, lane=Lane.PREVIEW, paused=False, by=9)
        await loop.hear(able, resumed)
        read = await report(loop)

        assert unread[shot_of.run_id].code != "missing_model"
        assert read[shot_of.run_id].code == "missing_model"

    async def test_nodes_that_are_in_the_description_of_a_worker(self, loop, objects_url):
        """Read as soon as it can be, also when nothing else of the worker changes."""
        info = ObjectInfo.reduce({"Film": {}})
        able = comfyui(capability_class="aa", object_info_sha256=info.sha256)
        shot_of = comfyui_shot(nodes=("Upscale",))
        paused = QueueControlled(version=1, lane=Lane.PREVIEW, paused=True, by=9)
        await loop.hear(able, paused, shot_of)
        # It cannot be read yet, and what is not known is held against nobody.
        unread = await report(loop)

        await Objects.open(objects_url).put(
            object_info_key(info.sha256), info.document, media_type="application/json"
        )
        resumed = QueueControlled(version=2, lane=Lane.PREVIEW, paused=False, by=9)
        await loop.hear(able, resumed)
        read = await report(loop)

        assert unread[shot_of.run_id].code == "lane_paused"
        assert read[shot_of.run_id].reason == "no live worker has the node Upscale"


class TestForecast:
    async def test_an_idle_worker_of_another_class_is_no_slot(self, loop):
        able = {"capability_class": "bb", "models": FILM}
        first, second = comfyui_shot(models=FILM), comfyui_shot(models=FILM, nodes=("x",))
        (begun,) = await loop.hear(comfyui("able", **able), first)
        await loop.hear(
            comfyui("idle", capability_class="aa", models={"loras": ("x",)}),
            comfyui("able", [begun], **able),
            second,
        )

        said, outlooks = await picture(loop)

        assert 25 < said[second.run_id].starts_in_s <= 30
        assert said[second.run_id].reason == "the only slot for it is busy; it is next"
        assert outlooks["comfyui", "aa", "preview"] == 0
        assert 55 < outlooks["comfyui", "bb", "preview"] <= 60

    async def test_nothing_is_made_up_where_nothing_is_known(self, loop):
        """The accounts hold a guess for a render; that is no estimate."""
        waits = asked(estimate_s=30)
        (begun,) = await loop.hear(worker(), asked(), waits)
        await loop.hear(seen(begun=[begun], stages=0))
        assert (await report(loop))[waits.run_id].starts_in_s is None

        await loop.pool.execute("update lane_shares set typical_s = 40 where lane = 'preview'")
        assert 35 < (await report(loop))[waits.run_id].starts_in_s <= 40
