"""Where files go, what is said of a render's end, what a clip carries."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.common.events import RenderRequested
from screentest.common.leases import Lease
from screentest.gpu_runner import domain
from screentest.gpu_runner.domain import CANCELLED, Claim, Failure
from support.events import EXAMPLES, RENDER, RUN

REQUEST = next(event for event in EXAMPLES if isinstance(event, RenderRequested))


def test_first_claim_stores_under_the_name_of_the_render():
    keys = domain.artefact_keys(REQUEST, token=1)

    assert keys.video == f"renders/{RUN}/001/{RENDER}.mp4"
    assert keys.last_frame == f"renders/{RUN}/001/{RENDER}.last.png"
    assert keys.poster == f"renders/{RUN}/001/{RENDER}.poster.webp"
    assert keys.original == f"renders/{RUN}/001/{RENDER}.original"


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=5, unique=True))
def test_no_two_claims_write_the_same_file(tokens):
    """So a worker that lost its lease can never overwrite the winner's bytes."""
    keys = [domain.artefact_keys(REQUEST, token) for token in tokens]
    files = [file for key in keys for file in (key.video, key.last_frame, key.poster, key.original)]

    assert len(set(files)) == len(files)


def test_provenance_says_all_that_decides_the_pixels():
    tags = domain.provenance(REQUEST.recipe, REQUEST.recipe_hash)

    assert json.loads(tags["prompt"]) == REQUEST.recipe.graph
    facts = json.loads(tags["screentest"])
    assert facts["recipe_hash"] == REQUEST.recipe_hash
    assert (facts["seed"], facts["prompt"]) == (REQUEST.recipe.seed, REQUEST.recipe.prompt)
    assert facts["loras"] == [{"name": "film", "weight": 0.8}]


def test_provenance_does_not_depend_on_the_order_of_keys():
    """The graph comes from JSON in a database that keeps no order: equal recipes, equal bytes."""
    recipe = REQUEST.recipe
    turned = recipe.model_copy(
        update={
            "graph": dict(reversed(recipe.graph.items())),
            "values": dict(reversed(recipe.values.items())),
        }
    )

    assert domain.provenance(turned, "0" * 64) == domain.provenance(recipe, "0" * 64)


@pytest.mark.parametrize(
    ("fraction", "elapsed_s", "eta_s"),
    [(0.0, 3, None), (0.01, 3, None), (0.25, 5, 15), (0.5, 10, 10), (1.0, 10, 0)],
)
def test_eta_goes_on_as_it_began(fraction, elapsed_s, eta_s):
    assert domain.eta_s(fraction, elapsed_s) == eta_s


def test_failure_is_told_of_the_render_and_its_attempt():
    event = domain.failed(REQUEST, CANCELLED, worker="w")

    assert (event.render_id, event.run_id, event.segment) == (RENDER, RUN, 1)
    assert (event.code, event.retryable, event.worker) == ("cancelled", False, "w")


def test_long_message_keeps_its_end_where_the_cause_stands():
    failure = Failure(code="x", message="a" * 100_000 + "CUDA error", retryable=True)
    event = domain.failed(REQUEST, failure, worker="w")

    assert len(event.model_dump_json()) < 64 * 1024
    assert event.message.endswith("CUDA error")


def test_result_hands_on_what_qa_needs():
    from support.events import CLIP, artefacts

    claim = Claim(request=REQUEST, lease=Lease(str(RENDER), "w", 1), device="NVIDIA L4")
    segment = domain.RenderedSegment(artefacts=artefacts(), clip=CLIP, gpu_seconds=2.5)
    event = domain.rendered(claim, segment)

    assert event.qa == REQUEST.qa
    assert event.seed_image == REQUEST.seed_image
    assert event.recipe_hash == REQUEST.recipe_hash
    assert (event.attempt, event.worker, event.gpu_seconds) == (1, "w", 2.5)
    assert event.device == "NVIDIA L4"


@pytest.mark.parametrize(("lost_s", "salvaged_s", "told_s"), [(10, 0, 10), (10, 4, 6), (3, 4, 0)])
def test_what_an_heir_goes_on_with_was_not_lost(lost_s, salvaged_s, told_s):
    from support.events import CLIP, artefacts

    lease = Lease(str(RENDER), "w", 2)
    claim = Claim(request=REQUEST, lease=lease, lost_gpu_seconds=lost_s)
    segment = domain.RenderedSegment(
        artefacts=artefacts(), clip=CLIP, gpu_seconds=20, salvaged_seconds=salvaged_s
    )

    assert domain.rendered(claim, segment).lost_gpu_seconds == told_s


def test_lease_is_named_after_the_render():
    assert UUID(domain.lease_name(RENDER)) == RENDER
