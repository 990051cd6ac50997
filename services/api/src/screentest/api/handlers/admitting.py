"""Whether what is asked for can be rendered by anybody who is there, told before it is paid for."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

from screentest.api.deps import Deps
from screentest.api.descriptions import Descriptions
from screentest.api.domain.ability import Ability, ability, has_able_worker
from screentest.api.domain.estimates import RenderShape
from screentest.api.domain.outlays import Identity, Outlay
from screentest.api.domain.segment_counts import segments_to_come
from screentest.api.domain.workers import Worker
from screentest.api.problems.workers import NoWorkerCanRender
from screentest.api.store.workers import fetch_live_workers
from screentest.common.chain_length import ChainLength
from screentest.common.db import Connection
from screentest.common.events import Needs, ShotRequested
from screentest.common.object_info import ObjectInfo
from screentest.common.objects import Objects
from screentest.common.recipes import Position, Recipe


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A run that is asked for, and what decides its cost."""

    run: ShotRequested
    shape: RenderShape
    #: Of segment 1 of its chain.
    recipe_hash: str

    @property
    def outlay(self) -> Outlay:
        """What it is expected to render; `segments` of the run is only how far it may go."""
        run = self.run
        may_take = run.first_segment == 1 and not run.fresh
        length = ChainLength(
            last_segment=run.segments,
            target_duration_s=run.target_duration_s,
            tolerance_s=run.tolerance_s,
        )
        return Outlay(
            shape=self.shape,
            segments=segments_to_come(
                run.first_segment - 1, run.elapsed_s, length, planned=run.planned_segments
            ),
            first=Identity.of(self.recipe_hash, run.boundary) if may_take else None,
        )

    @property
    def demand(self) -> Hashable:
        """Equal for runs that ask the same of a worker: they differ in seed and texts alone."""
        recipe = self.run.recipe
        free = {slot.name for slot in recipe.slots if slot.kind == "text"} | {"seed"}
        values = sorted((name, value) for name, value in recipe.values.items() if name not in free)
        shape = self.shape
        return shape.workflow_id, shape.workflow_version, recipe.loras, tuple(values)

    @property
    def first(self) -> Recipe:
        """The first segment that is rendered."""
        run = self.run
        return run.recipe.for_segment(run.first_segment, Position.FULL, run.seed_image.sha256)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Lets in what a live worker can render, or everything that is willing to wait for one."""

    descriptions: Descriptions
    objects: Objects
    wait_for_worker: bool = False

    @classmethod
    def of(cls, deps: Deps, *, wait_for_worker: bool = False) -> Self:
        """With what this process knows of workers."""
        return cls(
            descriptions=deps.descriptions, objects=deps.objects, wait_for_worker=wait_for_worker
        )

    async def check(self, connection: Connection, asked: Sequence[Asked]) -> None:
        """See that every run can be rendered by somebody. Equal demands are looked at once.

        Raises:
            NoWorkerCanRender: one of them cannot, and is not to wait.
        """
        if self.wait_for_worker:
            return
        fleet = await self._fleet(connection)
        demands: dict[Hashable, Asked] = {}
        for one in asked:
            # The largest seed stands for all: servers limit them from above.
            known = demands.setdefault(one.demand, one)
            if one.run.recipe.seed > known.run.recipe.seed:
                demands[one.demand] = one
        for one in demands.values():
            recipe, needs = one.first, one.run.needs
            if not has_able_worker(fleet.workers, fleet.infos, recipe, needs):
                told = fleet.ability(recipe, needs)
                raise NoWorkerCanRender(
                    told.detail,
                    workflow_id=one.shape.workflow_id,
                    workers=[report.model_dump(mode="json") for report in told.workers],
                )

    async def ability(self, connection: Connection, recipe: Recipe, needs: Needs) -> Ability:
        """What every live worker says to a recipe."""
        return (await self._fleet(connection)).ability(recipe, needs)

    async def _fleet(self, connection: Connection) -> "_Fleet":
        workers = await fetch_live_workers(connection)
        hashes = [worker.object_info_sha256 for worker in workers]
        return _Fleet(workers, await self.descriptions.read(self.objects, hashes))


@dataclass(frozen=True)
class _Fleet:
    """The workers that are alive, and what is known of them."""

    workers: Sequence[Worker]
    infos: dict[str, ObjectInfo]

    def ability(self, recipe: Recipe, needs: Needs) -> Ability:
        return ability(self.workers, self.infos, recipe, needs)
