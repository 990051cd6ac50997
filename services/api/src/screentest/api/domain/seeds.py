"""Seeds of cells that name none: the same ones whenever a batch is asked for again.

Must never draw a random number: what is drawn once is handed in.
"""

import hashlib

from screentest.api.domain.sweeps import Cell


def usual_seed(scene_type_id: int) -> int:
    """The seed of all cells that ask for none, unless the scene type fixes one.

    It is the same in every batch of a scene type. So a sweep that is asked for again, or with a
    longer axis, asks for the recipes it asked for before, and what differs between any two clips is
    what was varied.
    """
    return _number(f"scene type {scene_type_id}")


def random_seed(draw: int, cell: Cell) -> int:
    """Another seed for every cell of a draw, and the same when the cell is asked for again."""
    return _number(f"{draw}/{cell.character_id}/{cell.key}")


def _number(text: str) -> int:
    """32 bits: small enough for every workflow and for people to read out."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
