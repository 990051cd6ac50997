"""From a sweep to planned cells: all of them can be rendered, or the faulty ones are named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from screentest.api.domain.batches import BatchAxis
from screentest.api.domain.planning import Configuration, Plan, PlanError, configure
from screentest.api.domain.seeds import random_seed
from screentest.api.domain.sources import Sources, named
from screentest.api.domain.sweeps import CHARACTER, Cell, Sweep, SweepError
from screentest.api.handlers.asking import problem_of, sentence
from screentest.api.handlers.axes import check_prompts, check_slots, refused
from screentest.api.problems.batches import BatchTooLarge
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound, WorkflowNotFound
from screentest.api.problems.problem import Problem
from screentest.api.schemas.batches import BatchRequest
from screentest.api.store import planning
from screentest.api.store.workflow_versions import load_versions
from screentest.common.db import Connection

_FAULTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class PlannedCell:
    """A cell that can be rendered."""

    cell: Cell
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A sweep with all of its cells planned."""

    sweep: Sweep
    sources: Sources
    #: Of the cells that ask for none.
    seed: int
    #: What each random one follows from.
    draw: int
    cells: list[PlannedCell]

    @property
    def axes(self) -> list[BatchAxis]:
        """What the cells are laid out along, the characters first."""
        times = Counter(one.name for one in self.sources.characters)
        # Two characters of one name are told apart by their numbers.
        labels = [
            one.name if times[one.name] == 1 else f"{one.name} #{one.id}"
            for one in self.sources.characters
        ]
        axes = [BatchAxis(name=CHARACTER, kind=CHARACTER, labels=labels)]
        for axis in self.sweep.axes:
            points = [point.label for point in axis.points]
            axes.append(BatchAxis(name=axis.name, kind=axis.kind, labels=points))
        return axes


def sweep_of(asked: BatchRequest, *, max_cells: int) -> Sweep:
    """The sweep that is asked for, before anything of it is looked up.

    Raises:
        InvalidAxes: they contradict each other.
        BatchTooLarge: it has more cells than ``max_cells``.
    """
    # Counted before anything is made of it: a short request can ask for a hundred million.
    if asked.cells > max_cells:
        raise BatchTooLarge(asked.cells, max_cells, asked.sizes)
    try:
        return asked.sweep()
    except SweepError as error:
        raise refused("body.axes", str(error)) from error


async def plan_matrix(
    connection: Connection,
    asked: BatchRequest,
    sweep: Sweep,
    *,
    seed: int,
    draw: int | None = None,
) -> Matrix:
    """Look up what the sweep is made of and plan every cell.

    ``seed`` is that of the cells that ask for none; each random one follows from ``draw``, without
    one from ``seed``.

    Raises:
        SceneTypeNotFound, CharacterNotFound, WorkflowNotFound: there is no such thing.
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    sources = await _load(connection, asked.scene_type_id, sweep)
    check_slots(asked, sources)
    matrix = planned(sweep, sources, seed=seed, draw=seed if draw is None else draw)
    check_prompts(asked, sweep, [(one.cell, one.plan) for one in matrix.cells])
    return matrix


def planned(sweep: Sweep, sources: Sources, *, seed: int, draw: int) -> Matrix:
    """Plan every cell with what was looked up before.

    Raises:
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    try:
        sweep = named(sweep, sources)
    except SweepError as error:
        raise refused("body.axes", str(error)) from error
    cells: list[PlannedCell] = []
    faults: list[tuple[Cell, PlanError]] = []
    # Every character is planned with the same ones.
    configurations: dict[tuple[int | None, ...], Configuration] = {}
    for cell in sweep.cells():
        combination = cell.at[1:]
        if combination not in configurations:
            configurations[combination] = configure(
                sources.workflow_of(cell), sources.scene_type, cell.overrides
            )
        is_random = cell.overrides.seed == "random"
        cell_seed = random_seed(draw, cell) if is_random else seed
        try:
            plan = configurations[combination].plan(
                sources.character_of(cell), random_seed=cell_seed
            )
            cells.append(PlannedCell(cell=cell, plan=plan))
        except PlanError as error:
            faults.append((cell, error))
    if faults:
        raise _problem_of_all(faults)
    return Matrix(sweep=sweep, sources=sources, seed=seed, draw=draw, cells=cells)


async def _load(connection: Connection, scene_type_id: int, sweep: Sweep) -> Sources:
    found = await planning.load_scene_type(connection, scene_type_id)
    if found is None:
        raise SceneTypeNotFound(scene_type_id)
    characters = await planning.load_characters(connection, sweep.character_ids)
    for character_id in sweep.character_ids:
        if character_id not in characters:
            raise CharacterNotFound(character_id)
    asked = [point.workflow for axis in sweep.axes for point in axis.points if point.workflow]
    chosen = await load_versions(connection, asked) if asked else {}
    for one in asked:
        if one not in chosen:
            raise WorkflowNotFound(one.id if one.version is None else f"{one.id} v{one.version}")
    return Sources(
        workflow=found[0],
        scene_type=found[1],
        characters=[characters[character_id] for character_id in sweep.character_ids],
        chosen=list(chosen.items()),
    )


def _problem_of_all(faults: Sequence[tuple[Cell, PlanError]]) -> Problem:
    """The problem of the first faulty cell, naming the others as well."""
    problem = problem_of(faults[0][1])
    different = dict.fromkeys(one for _, error in faults for one in error.problems)
    more = len(different) - _FAULTS_SHOWN
    shown = list(different)[:_FAULTS_SHOWN]
    problem.detail = sentence([*shown, f"and {more} more"] if more > 0 else shown)
    problem.extensions["cells"] = [
        {"character_id": cell.character_id, "variation": cell.label, "errors": error.problems}
        for cell, error in faults[:_FAULTS_SHOWN]
    ]
    return problem
