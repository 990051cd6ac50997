"""What becomes of errors nobody foresaw."""

import pytest
from obstore.exceptions import GenericError

from screentest.api.problem_json import problem_of
from screentest.api.problems import PROBLEMS
from screentest.api.problems.catalogue import CharacterNotFound


class DatabaseError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("invalid byte sequence")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (CharacterNotFound(7), "character-not-found"),
        (ConnectionRefusedError("database"), "unavailable"),
        (TimeoutError(), "unavailable"),
        (GenericError("storage"), "unavailable"),
        (DatabaseError("22021"), "unstorable-value"),
        (DatabaseError("42P01"), "internal-error"),
        (FileExistsError("an image with other bytes"), "internal-error"),
        (KeyError("x"), "internal-error"),
    ],
)
def test_every_error_becomes_a_problem(error, name):
    assert problem_of(error).name == name


def test_every_problem_explains_itself():
    for name, problem in PROBLEMS.items():
        assert problem.title(), name
        assert problem.explanation().rstrip().endswith((".", "`", ")")), name
        assert 400 <= problem.status < 600, name


def test_names_are_stable_words():
    assert CharacterNotFound.type_uri() == "/problems/character-not-found"
    assert CharacterNotFound(7).body() == {
        "type": "/problems/character-not-found",
        "title": "There is no such character",
        "status": 404,
        "detail": "Character 7 does not exist: GET /api/characters lists those that do.",
    }
