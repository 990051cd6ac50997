"""The state of a test shot follows from what was heard, in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.shots import TERMINAL, ShotFacts, ShotStatus, status_of
from screentest.common.events import RunStatus

FACTS = st.builds(
    ShotFacts,
    status=st.sampled_from(ShotStatus),
    is_rendered=st.booleans(),
    is_scored=st.booleans(),
    ended=st.none() | st.sampled_from(RunStatus),
    awaits_retry=st.booleans(),
)


@given(facts=FACTS.filter(lambda facts: facts.status in TERMINAL))
def test_a_terminal_state_is_never_left(facts):
    assert status_of(facts) is facts.status


@given(facts=FACTS.filter(lambda facts: facts.status not in TERMINAL))
def test_a_shot_is_scored_only_with_a_clip_and_its_score(facts):
    is_scored = facts.is_rendered and facts.is_scored
    is_ended = facts.ended in {RunStatus.FAILED, RunStatus.CANCELLED}

    assert (status_of(facts) is ShotStatus.SCORED) == (is_scored and not is_ended)


@given(facts=FACTS.filter(lambda facts: facts.ended is None and facts.is_rendered))
def test_a_rendered_shot_never_waits_again(facts):
    assert status_of(facts) is not ShotStatus.WAITING


def test_a_completed_run_waits_for_its_score():
    facts = ShotFacts(
        status=ShotStatus.RENDERING, is_rendered=True, is_scored=False, ended=RunStatus.COMPLETED
    )

    assert status_of(facts) is ShotStatus.RENDERED
