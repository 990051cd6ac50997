"""Workers render side by side: what the data says, and no clock of the test's own."""

from datetime import datetime, timedelta

from support.catalogue import Catalogue

WORKERS = {"gpu-runner-1", "gpu-runner-2", "gpu-runner-3"}


def interval(shot):
    """When a shot was on the GPU: it is said to be rendered right after that."""
    end = datetime.fromisoformat(shot["rendered_at"])
    return end - timedelta(seconds=shot["gpu_seconds"]), end


def most_at_once(shots):
    """The most workers that rendered at any one moment."""
    begins = [interval(shot)[0] for shot in shots]
    return max(
        len({shot["worker"] for shot in shots if interval(shot)[0] <= at < interval(shot)[1]})
        for at in begins
    )


async def test_a_batch_of_six_keeps_three_workers_busy_at_once(stack, rest, audit):
    catalogue = await Catalogue.create(rest, "Eileen", "Chelsea", "Espresso")
    variations = [{"name": "soft", "values": {"cfg": 4}}, {"name": "strong", "values": {"cfg": 9}}]

    batch_id, requested = await catalogue.shoot_batch(variations)
    shots = await rest.until_ended(batch_id)

    assert len(requested) == 6
    assert {shot["worker"] for shot in shots} == WORKERS
    assert most_at_once(shots) == 3
    begun, ended = zip(*map(interval, shots), strict=True)
    assert (max(ended) - min(begun)).total_seconds() < sum(shot["gpu_seconds"] for shot in shots)
    assert {(shot["character"]["name"], shot["parameters"]["values"]["cfg"]) for shot in shots} == {
        (name, cfg) for name in catalogue.characters.values() for cfg in (4, 9)
    }
    await audit.shots(requested, scene_type_id=catalogue.scene_type_id)
    await audit.segments(shots)
    await audit.nothing_left_over()
