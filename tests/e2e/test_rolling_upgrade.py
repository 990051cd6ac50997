"""A rolling upgrade from the former version: its processes and ours work side by side.

A stack of its own, of which every process runs the former version's code on the former version's
database. Then the present version comes as it does in a cluster: its pre migrations, one process of
each service beside a former one, the former ones' end, its post migrations. There is work under way
all the time, asked for by people at both apis.
"""

from pathlib import Path

import pytest

from support.answering import always_answered, contract, everything_is_answered
from support.catalogue import SMALL, Catalogue
from support.former_version import FormerVersion
from support.handled import handled, until_each_handles
from support.live import Listener
from support.rest import Rest
from support.stacks import private_stack
from support.upgrading import migrated, replaced, stopped
from support.waiting import until
from support.work import goes_on, kept_busy

MIGRATIONS = Path(__file__).parents[2] / "migrations"
PACKAGES = ("common", "media", "api", "dispatcher", "gpu_runner", "qa", "promotion")
#: Of two processes of each service the one that is replaced, and its colleague that is stopped.
PRESENT = ("qa", "promotion", "gpu-runner-1", "dispatcher", "api")
FORMER = ("qa-2", "promotion-2", "gpu-runner-2", "dispatcher-2", "api-2")
WORKERS = {"gpu-runner-1", "gpu-runner-2"}
_RENDERS = {
    "SCREENTEST_GPU_RUNNER_BUILTIN_MINIMUM_S": "0.5",
    "SCREENTEST_GPU_RUNNER_LEASE_TTL_S": "3",
    "SCREENTEST_GPU_RUNNER_HEARTBEAT_S": "0.5",
    "SCREENTEST_GPU_RUNNER_SEEN_S": "1",
}


@pytest.fixture(scope="module")
def former(tmp_path_factory):
    return FormerVersion.unpacked(tmp_path_factory.mktemp("former"))


@pytest.fixture
def versions():
    """Process -> what it finds in its environment at its next start, which says its version."""
    return {"": dict(_RENDERS)}


@pytest.fixture
def broken_stack(former, versions):
    """Two processes of every service, all of the former version."""

    def begin_with_the_former_version(stack):
        with stack.servers.postgres_alone():
            former.migrate(stack.servers)
        # It knew of no user for each service: all of its processes connect as one.
        user = {"SCREENTEST_AMQP_URL": stack.servers.amqp_url()}
        versions[""] |= former.environment | user

    with private_stack(
        prepare=begin_with_the_former_version,
        project=former.tree,
        runners=2,
        replicas=2,
        settings=versions,
    ) as stack:
        yield stack


@pytest.fixture
async def former_rest(stack, rest):
    """The administrator at the api that is of the former version until it is stopped."""
    async with Rest(stack.base_urls[1], stack.admin_key) as former_rest:
        yield former_rest


@pytest.fixture
def replaced_by_present(stack, versions):
    """Replace processes by such of the present version."""

    async def replace(*names):
        for name in names:
            user = stack.rabbitmq.service_url(name.rstrip("-0123456789"))
            versions[name] = {"PYTHONPATH": "", "SCREENTEST_AMQP_URL": user}
        await replaced(stack, *names)

    return replace


async def promoted(rest, catalogue, shot):
    """A new scene, of which the test shot is segment 001."""
    scene_id = await catalogue.add_scene()
    promotion = await rest.promote(shot["id"], scene_id)
    assert promotion["status"] == "done", promotion
    return scene_id


async def until_rendered_by(workers, audit, *works):
    """Wait until each of the workers has rendered a test shot that ends from now on."""
    before = [len(ended) for ended in works]

    async def has_each():
        shots = [s for ended, count in zip(works, before, strict=True) for s in ended[count:]]
        return workers <= {one.worker for one in await audit.renders(shots)}

    await until(has_each, what=f"renders by {workers}", timeout_s=120)


async def everything_is_known_of(shot, scene_id, rest, catalogue):
    """See that an api can read what is stored of a test shot and a scene, whoever stored it."""
    known = {
        "shot_id": shot["id"],
        "batch_id": shot["batch_id"],
        "scene_id": scene_id,
        "index": 1,
        "scene_type_id": catalogue.scene_type_id,
        "workflow_id": catalogue.workflow_id,
        "version": 1,
        "character_id": catalogue.character_id,
        "user_id": (await rest.get("/api/me"))["id"],
    }
    await everything_is_answered(rest, known)


# Twenty starts of processes, and work in between.
@pytest.mark.timeout(600)
async def test_the_former_version_is_replaced_under_work_and_nothing_is_lost(
    stack, rest, former_rest, audit, former, replaced_by_present
):
    for package in PACKAGES:
        assert former.file_of(f"screentest.{package}").is_relative_to(former.tree)
    assert await contract(rest) == await contract(former_rest) == former.contract
    catalogue = await Catalogue.create(rest, **SMALL)
    by_former = await catalogue.finished(4)

    async with (
        always_answered(stack),
        Listener(rest) as heard,
        Listener(former_rest) as heard_at_former,
    ):
        # As behind a load balancer: nobody asks an api that begins or ends.
        async with kept_busy(catalogue.asked_by(former_rest)) as asked_at_former:
            assert await migrated(stack, MIGRATIONS, only_pre=True)
            await goes_on(asked_at_former)
            await replaced_by_present(*PRESENT)
            assert await contract(rest) != former.contract == await contract(former_rest)

            async with kept_busy(catalogue) as asked:
                pairs = ("qa", "qa-2", "dispatcher", "dispatcher-2", "api", "api-2")
                await until_each_handles(stack, *pairs)
                # What is asked for from now on is rendered by workers of both versions.
                await goes_on(asked, asked_at_former)
                await until_rendered_by(WORKERS, audit, asked, asked_at_former)
                scenes = [await promoted(rest, catalogue, shot) for shot in by_former]
                promotions = [await handled(stack, name) for name in ("promotion", "promotion-2")]
                assert min(promotions) > 0, promotions
                scene = await former_rest.generate(scenes[0])
                await audit.chain(scene["chain"]["run"]["run_id"], [2, 3])
                for api in (rest, former_rest):
                    for shot in (by_former[0], asked[-1], asked_at_former[-1]):
                        await everything_is_known_of(shot, scenes[0], api, catalogue)

        # Who listens goes on at the other api, from the last event that was heard.
        heard_at_former.rest = rest
        async with kept_busy(catalogue) as asked_last:
            await goes_on(asked_last)
            for name in FORMER:
                await stopped(stack, name)
            scene = await rest.generate(await promoted(rest, catalogue, asked_at_former[0]))
            assert scene["status"] == "completed"
            await audit.chain(scene["chain"]["run"]["run_id"], [2, 3])

            assert await migrated(stack, MIGRATIONS, only_pre=False)
            await goes_on(asked_last)
            await everything_is_known_of(asked_last[-1], scene["id"], rest, catalogue)

    meanwhile = [*asked_at_former, *asked, *asked_last]
    shots = [*by_former, *meanwhile]
    await audit.shots([shot["id"] for shot in shots], scene_type_id=catalogue.scene_type_id)
    await audit.segments(shots)
    audit.one_end_each(meanwhile, heard)
    audit.one_end_each(meanwhile, heard_at_former)
    await audit.nothing_left_over()
