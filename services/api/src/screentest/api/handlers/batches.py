"""Batches: every character with every variation, all of them or none."""

from dataclasses import dataclass
from itertools import product

from screentest.api.domain.planning import Character, Plan, PlanError, plan
from screentest.api.domain.users import User
from screentest.api.handlers.asking import draw_seed, problem_of, sentence, shot_requested
from screentest.api.problems.catalogue import CharacterNotFound, SceneTypeNotFound
from screentest.api.problems.problem import Problem
from screentest.api.problems.shots import BatchTooLarge
from screentest.api.schemas.batches import BatchRequest, Variation
from screentest.api.store import batches, changes, planning, shots
from screentest.common import outbox
from screentest.common.db import Tx
from screentest.common.ids import new_id

_FAULTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One test shot of a batch."""

    variation: Variation
    plan: Plan


async def request_batch(tx: Tx, user: User, asked: BatchRequest, *, max_cells: int) -> int:
    """Ask for a whole batch in one transaction; returns its id.

    Raises:
        BatchTooLarge: it has more cells than ``max_cells``.
        SceneTypeNotFound, CharacterNotFound: there is no such thing.
        Problem: a cell cannot be rendered; the answer names those that cannot.
    """
    character_ids = list(dict.fromkeys(asked.character_ids))
    count = len(character_ids) * len(asked.variations)
    if count > max_cells:
        raise BatchTooLarge(count, max_cells)
    cells = await _plan_cells(tx, asked, character_ids)

    batch_id = await batches.add_batch(
        tx,
        name=asked.name,
        scene_type_id=asked.scene_type_id,
        cells=count,
        created_by_id=user.id,
    )
    new = [
        shots.NewShot(
            run_id=new_id(),
            plan=cell.plan,
            created_by_id=user.id,
            batch_id=batch_id,
            label=cell.variation.name,
        )
        for cell in cells
    ]
    ids = await shots.add_shots(tx, new)
    await outbox.add_all(
        tx, [shot_requested(shot, shot_id) for shot, shot_id in zip(new, ids, strict=True)]
    )
    await changes.tell_batch(tx, batch_id, ids)
    return batch_id


async def _plan_cells(tx: Tx, asked: BatchRequest, character_ids: list[int]) -> list[Cell]:
    found = await planning.load_scene_type(tx, asked.scene_type_id)
    if found is None:
        raise SceneTypeNotFound(asked.scene_type_id)
    characters = await planning.load_characters(tx, character_ids)
    for character_id in character_ids:
        if character_id not in characters:
            raise CharacterNotFound(character_id)
    # One seed for all cells that ask for none: what differs between two clips is then what was
    # varied. A variation with the seed "random" draws one for every cell.
    common_seed = draw_seed()
    cells: list[Cell] = []
    faults: list[tuple[Character, Variation, PlanError]] = []
    for character_id, variation in product(character_ids, asked.variations):
        character = characters[character_id]
        seed = draw_seed() if variation.seed == "random" else common_seed
        try:
            planned = plan(*found, character, variation.overrides(), random_seed=seed)
        except PlanError as error:
            faults.append((character, variation, error))
        else:
            cells.append(Cell(variation=variation, plan=planned))
    if faults:
        raise _problem_of_all(faults)
    return cells


def _problem_of_all(faults: list[tuple[Character, Variation, PlanError]]) -> Problem:
    """The problem of the first faulty cell, naming the others as well."""
    problem = problem_of(faults[0][2])
    different = dict.fromkeys(one for _, _, error in faults for one in error.problems)
    more = len(different) - _FAULTS_SHOWN
    shown = list(different)[:_FAULTS_SHOWN]
    problem.detail = sentence([*shown, f"and {more} more"] if more > 0 else shown)
    problem.extensions["cells"] = [
        {"character_id": character.id, "variation": variation.name, "errors": error.problems}
        for character, variation, error in faults[:_FAULTS_SHOWN]
    ]
    return problem
