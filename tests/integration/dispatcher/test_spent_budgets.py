"""Budgets that are spent hold what waits, on a real database, until they allow it again."""

from screentest.common.events import QueueControlled
from support.dispatching import asked, failed, rendered, scene, worker
from support.queue_report import report

SPENT = "the budget of carla is spent: 120 of 100 GPU seconds today"


def spent(version=1, *, paused=True, **whose):
    reason = SPENT if paused else ""
    return QueueControlled(version=version, paused=paused, reason=reason, by=0, **whose)


class TestSpentBudgets:
    async def test_nothing_more_of_a_user_is_released_and_everything_says_why(self, loop):
        waits, another = asked(1), asked(2)
        await loop.hear(waits, spent(user_id=1))

        said = await loop.hear(worker(slots=3), asked(1), another)

        assert [each.run_id for each in said] == [another.run_id]
        reasons = await report(loop)
        held = [each for each in reasons.values() if each.run_id != another.run_id]
        assert len(held) == 2
        assert {(each.code, each.reason, each.position) for each in held} == {
            ("budget_spent", SPENT, None)
        }

    async def test_everybodys_holds_everybody(self, loop):
        said = await loop.hear(spent(everybody=True), worker(slots=3), asked(1), asked(2))

        assert said == []

    async def test_it_goes_on_when_the_budget_allows_it(self, loop):
        runs = [asked(1), asked(1)]
        await loop.hear(worker(slots=2), spent(user_id=1), *runs)

        said = await loop.hear(spent(2, user_id=1, paused=False))

        assert {each.run_id for each in said} == {run.run_id for run in runs}

    async def test_both_budgets_have_to_allow_it(self, loop):
        await loop.hear(worker(), spent(user_id=1), spent(everybody=True), asked(1))

        assert await loop.hear(spent(2, user_id=1, paused=False)) == []
        assert len(await loop.hear(spent(2, everybody=True, paused=False))) == 1

    async def test_what_renders_goes_on_and_its_retry_waits(self, loop):
        (request,) = await loop.hear(worker(), asked(1))
        await loop.hear(spent(user_id=1))

        assert await loop.hear(failed(request)) == [], "a retry is another render"
        (reason,) = (await report(loop)).values()
        assert reason.code == "budget_spent"
        (again,) = await loop.hear(spent(2, user_id=1, paused=False))
        assert (again.run_id, again.attempt) == (request.run_id, 2)

    async def test_what_renders_goes_on_and_its_next_segment_waits(self, loop):
        (request,) = await loop.hear(worker(), asked(1, event=scene(segments=2)))
        await loop.hear(spent(user_id=1))

        assert await loop.hear(rendered(request)) == []
        (following,) = await loop.hear(spent(2, user_id=1, paused=False))
        assert (following.run_id, following.segment) == (request.run_id, 2)

    async def test_what_a_person_paused_stays_paused_when_the_budget_allows_it(self, loop):
        await loop.hear(worker(), spent(user_id=1), asked(1, batch_id=4))
        await loop.hear(QueueControlled(version=1, batch_id=4, paused=True, by=9))

        assert await loop.hear(spent(2, user_id=1, paused=False)) == []
        (reason,) = (await report(loop)).values()
        assert reason.code == "batch_paused"

    async def test_a_control_of_a_batch_does_not_lift_the_budget(self, loop):
        await loop.hear(worker(), spent(user_id=1), asked(1, batch_id=4))

        resume = QueueControlled(version=1, batch_id=4, paused=False, by=9)
        assert await loop.hear(resume) == []
