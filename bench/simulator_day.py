"""A synthetic day of work for the simulator: who asks for what, when.

Owns the trace only: it never looks at how work is dispatched, so that two policies can be given the
same day.
"""

from dataclasses import dataclass
from random import Random

from screentest.common.events import Lane, Needs

#: What a set of models is called, seconds of GPU its renders take, how often it is asked for.
MODEL_SETS = (
    ("wide", 40.0, 8),
    ("portrait", 30.0, 6),
    ("action", 60.0, 4),
    ("night", 45.0, 3),
    ("anime", 25.0, 2),
    ("giant", 90.0, 1),
)
GIANT_VRAM = 40_000_000_000

#: The equal users of the fairness index; everybody has weight 1.
USERS = range(1, 9)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run: a test shot, or a scene of many segments."""

    at_s: float
    user: int
    lane: Lane
    models: str
    segments: int
    #: Seconds of GPU of each segment, without loading models; and what was estimated.
    render_s: float
    estimate_s: float | None

    @property
    def needs(self) -> Needs:
        """What it needs of a worker."""
        vram_bytes = GIANT_VRAM if self.models == "giant" else 0
        return Needs(models={"checkpoints": (f"{self.models}.safetensors",)}, vram_bytes=vram_bytes)


def synthetic_day(*, workers: int, hours: float, load: float, seed: int) -> list[Job]:
    """Shots one by one, bursts, sweeps of 500 and scenes, for so many workers.

    ``load`` is the work asked for over what the workers could do; a third of the day has nearly all
    of it, as days have.
    """
    random = Random(seed)
    budget_s = workers * hours * 3600 * load
    jobs: list[Job] = []
    while budget_s > 0:
        for job in _session(random, hours, sweep=min(500, 60 * workers)):
            jobs.append(job)
            budget_s -= job.segments * job.render_s
    return sorted(jobs, key=lambda job: job.at_s)


def _session(random: Random, hours: float, *, sweep: int) -> list[Job]:
    """One sitting of one user."""
    user = random.choice(USERS)
    # Two of three sittings begin in the busy third of the day.
    third_s = hours * 1200
    begins_s = third_s * (1 if random.random() < 2 / 3 else random.choice((0, 2)))
    at_s = begins_s + random.random() * third_s
    favourite = _models(random)
    kind = random.random()
    if kind < 0.55:  # shots, one after the other is looked at
        return [
            _job(random, at_s + 90 * n * random.random(), user, Lane.PREVIEW, favourite)
            for n in range(random.randint(3, 12))
        ]
    if kind < 0.60:  # a sweep
        return [_job(random, at_s, user, Lane.PREVIEW, favourite) for _ in range(sweep)]
    return [
        _job(random, at_s, user, Lane.PRODUCTION, favourite, segments=random.randint(3, 12))
        for _ in range(random.randint(1, 4))
    ]


def _models(random: Random) -> tuple[str, float]:
    name, seconds, _ = random.choices(MODEL_SETS, [often for *_, often in MODEL_SETS])[0]
    return name, seconds


def _job(
    random: Random,
    at_s: float,
    user: int,
    lane: Lane,
    favourite: tuple[str, float],
    *,
    segments: int = 1,
) -> Job:
    name, seconds = favourite if random.random() < 0.8 else _models(random)
    render_s = seconds * random.uniform(0.8, 1.25)
    # History knows a workflow's median, and nothing of some.
    estimate_s = seconds if random.random() < 0.8 else None
    return Job(
        at_s=at_s,
        user=user,
        lane=lane,
        models=name,
        segments=segments,
        render_s=render_s,
        estimate_s=estimate_s,
    )
