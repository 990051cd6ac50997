"""What becomes of errors nobody foresaw."""

import pytest
from obstore.exceptions import GenericError
from pydantic import BaseModel, TypeAdapter, ValidationError

from screentest.api.problem_json import faults, problem_of
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


class TestFaults:
    """Of a report on what somebody sent: where each is in it, and one for each place."""

    def reported(self, kind, body):
        with pytest.raises(ValidationError) as report:
            TypeAdapter(kind).validate_python(body)
        errors = [one | {"loc": ("body", *one["loc"])} for one in report.value.errors()]
        return [(fault["where"], fault["message"]) for fault in faults(errors, body)]

    def test_members_of_a_list_are_counted(self):
        ((where, _),) = self.reported(dict[str, list[dict[str, int]]], {"a": [{}, {"b": "x"}]})

        assert where == "body.a[1].b"

    def test_what_may_be_many_things_has_one_fault(self):
        ((where, message),) = self.reported(list[int | bool], [1, None])

        assert where == "body[1]"
        assert message == "Input should be a valid integer; or: Input should be a valid boolean"

    def test_what_is_missing_is_named(self):
        class Named(BaseModel):
            name: str

        assert self.reported(list[Named], [{}]) == [("body[0].name", "Field required")]

    def test_places_outside_the_body_stay(self):
        error = {"loc": ("query", "limit"), "msg": "Value error, too many", "type": "value_error"}

        assert faults([error], None) == [
            {"where": "query.limit", "message": "too many", "kind": "value_error"}
        ]
