"""Every event ever shipped is still understood, and still said in the same words."""

import json
from pathlib import Path

import pytest

from screentest.common.events import CONTRACTS, Event, QAScored
from support.events import EXAMPLES

GOLDEN = Path(__file__).parent / "golden"


def test_there_is_an_example_of_every_event():
    assert {type(event) for event in EXAMPLES} == set(CONTRACTS.values())


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_event_is_said_as_the_golden_file_has_it(event: Event):
    """A mismatch is a change of contract: add optional fields only, and a new golden file."""
    golden = json.loads((GOLDEN / f"{event.type}.json").read_text())

    assert event.model_dump(mode="json") == golden


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_file_is_understood(path: Path):
    contract = CONTRACTS[path.stem]
    event = contract.model_validate_json(path.read_text())

    assert event.subject
    assert event.routing_key.startswith(contract.type)


@pytest.mark.parametrize(
    "name", ["shot.requested.v1", "render.requested.v1", "segment.rendered.v1"]
)
def test_what_was_said_before_there_was_a_reference_image_is_understood(name: str):
    said = json.loads((GOLDEN / f"{name}.json").read_text())
    del said["reference_image"]

    assert CONTRACTS[name].model_validate(said).reference_image is None


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_reader_ignores_what_it_does_not_know(event: Event):
    newer = event.model_dump(mode="json") | {"added_in_a_later_version": {"x": 1}}

    assert type(event).model_validate(newer) == event


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type)
def test_event_is_immutable(event: Event):
    field = next(iter(type(event).model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(event, field, None)


def test_a_score_of_before_its_newest_fields_is_understood():
    """Stored and waiting in queues: what qa said before it said stills, checks and re-scores."""
    old = {
        "run_id": "01930000-0000-7000-8000-000000000001",
        "segment": 1,
        "render_id": "01930000-0000-7000-8000-000000000002",
        "score": 0.84,
        "verdict": "warn",
        "checks": [{"name": "frozen", "value": 0.15, "verdict": "warn"}],
    }

    scored = QAScored.model_validate(old)

    (check,) = scored.checks
    assert (check.check, check.still, check.ideal) == ("", None, None)
    assert (scored.rescored, scored.rescore_id, scored.decided_by) == (False, None, ())
