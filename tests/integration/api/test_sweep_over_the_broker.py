"""One sweep along every kind of axis, held back and let go, as the dispatcher hears of it."""

import httpx

from screentest.api.domain.users import Role
from screentest.common.events import QueueControlled, RunStatus, ShotCancelled, ShotRequested
from support.dispatcher_process import Neighbours
from support.shots import add_catalogue, finished, rendered, scored
from support.sweeps import BATCH, CFG, sweep
from support.waiting import until

AXES = [
    CFG | {"values": {"start": 4, "stop": 5}},
    {"kind": "seed", "values": [7, 8]},
    {
        "kind": "prompt",
        "variants": [{"label": "night", "start": "{name} at night"}, {"label": "as it is"}],
    },
    {"kind": "lora", "names": ["film.pt"], "weights": [0.4, 0.8], "baseline": True},
    {"kind": "workflow", "workflows": [{"id": 1}, {"id": 1, "version": 1}]},
]
CELLS = 2 * 2 * 2 * 3 * 2 + 1


async def test_a_sweep_along_every_kind_of_axis(api_process, amqp_url, pool, api):
    _, address = api_process
    catalogue = await add_catalogue(pool, seed=None)
    await pool.execute(
        "update workflows set version = 2, graph = jsonb_set(graph, '{3,inputs,sampler}', '1')"
    )
    _, local = await api.sign_up("carla", Role.CREATOR)
    headers = {"Authorization": local.headers["authorization"]}
    async with (
        Neighbours.connected(amqp_url) as others,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client,
    ):

        def heard(contract):
            return [one for one in others.heard if isinstance(one, contract)]

        async def asked(verb, **body):
            answer = await client.post(f"/api/batches/{batch['id']}/{verb}", json=body or None)
            assert answer.is_success, answer.text
            return answer.json()

        body = sweep(catalogue, *AXES, baseline={}, priority=2)
        dry = (await client.post(BATCH, json=body | {"dry_run": True})).json()
        batch = (await client.post(BATCH, json=body)).json()
        runs = await until(
            lambda: found if len(found := heard(ShotRequested)) == CELLS else None,
            what="every cell to be asked for",
        )

        assert dry["to_render"] == CELLS
        hashes = [cell["recipe_hash"] for cell in batch["grid"]["cells"]]
        assert hashes == [cell["recipe_hash"] for cell in dry["cells"]]
        assert len(set(hashes)) == CELLS
        assert {(run.batch_id, run.priority) for run in runs} == {(batch["id"], 2)}
        assert [axis["kind"] for axis in batch["axes"]] == [
            "character", "slot", "seed", "prompt", "lora", "workflow",
        ]  # fmt: skip
        assert batch["grid"]["cells"][0]["label"] == "baseline"

        first = next(run for run in runs if run.test_shot_id == batch["shots"][0]["id"])
        clip = rendered(first.run_id)
        await others.say(clip)
        await others.say(scored(first.run_id, clip.render_id))
        await others.say(finished(first, RunStatus.COMPLETED))

        async def is_scored() -> bool:
            now = (await client.get(f"/api/batches/{batch['id']}")).json()
            return bool(now["counts"]["scored"] == 1)

        await until(is_scored, what="the baseline to be scored")
        assert (await asked("pause"))["status"] == "paused"
        await client.patch(f"/api/batches/{batch['id']}", json={"priority": 9})
        assert (await asked("resume"))["status"] == "running"
        await asked("cancel")
        await until(
            lambda: len(heard(ShotCancelled)) == CELLS - 1, what="all others to be cancelled"
        )

        controls = sorted(heard(QueueControlled), key=lambda control: control.version)
        assert [(one.paused, one.priority) for one in controls] == [
            (True, 2), (True, 9), (False, 9),
        ]  # fmt: skip
        cancelled = {one.run_id for one in heard(ShotCancelled)}
        assert cancelled == {run.run_id for run in runs} - {first.run_id}
