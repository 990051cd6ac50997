"""The generation loop as a whole: any order of wishes, results, workers and repetitions."""

from collections import Counter, defaultdict
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from screentest.common.events import RenderCancelled, RunFinished
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Place
from screentest.dispatcher.domain.lanes import Candidate, Released, Worker, free_slots, open_slots
from screentest.dispatcher.domain.plan import PromotedChain
from screentest.dispatcher.domain.policy import Policy
from screentest.dispatcher.domain.run import Refusal, Release, Status, open_run
from screentest.dispatcher.domain.shares import Shares
from support.dispatching import failed, promoted, rendered, run_recipe, scene, shot

RENDERERS = st.sampled_from(Renderer)


class GenerationLoop(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.runs = {}
        self.requested_at = {}
        self.chains = {}
        self.workers = {}
        #: Requests by render id, in order; results said of them, for repetition.
        self.requests = {}
        self.results = []
        self.accepted = defaultdict(list)
        self.finished = Counter()
        self.called_back = set()

    # What is said and remembered

    def keep(self, step):
        run = step.run
        self.runs[run.plan.run_id] = run
        for event in step.says:
            match event:
                case RunFinished():
                    self.finished[event.run_id] += 1
                    assert event.segments == len(self.accepted[event.run_id])
                case RenderCancelled():
                    self.called_back.add(event.render_id)

    def out(self):
        """Renders that are released and not ended: what the dispatcher counts slots by."""
        return {
            run.render_id: run.plan.recipe.renderer
            for run in self.runs.values()
            if run.status is Status.RELEASED
        }

    def waiting(self):
        return [
            Candidate(
                run_id=run_id,
                lane=run.plan.lane,
                renderer=run.plan.recipe.renderer,
                user=1,
                turn=self.requested_at[run_id],
            )
            for run_id, run in self.runs.items()
            if run.status is Status.WAITING
        ]

    def deliver(self, result, *, accept):
        run = self.runs[result.run_id]
        step = accept(run, result)
        if isinstance(step, Refusal):
            assert result.render_id != run.render_id
            return
        assert result.render_id == run.render_id
        if accept is clip:
            self.accepted[result.run_id].append(result)
        self.keep(step)

    # People

    def request(self, event):
        self.requested_at[event.run_id] = float(len(self.runs))
        self.keep(open_run(event, promoted=self.chains.get(event.scene_id)))

    @rule(renderer=RENDERERS)
    def request_shot(self, renderer):
        self.request(shot(recipe=run_recipe(renderer=renderer)))

    @rule(
        renderer=RENDERERS,
        segments=st.integers(1, 4),
        first=st.integers(1, 2),
        target_s=st.none() | st.floats(0.5, 6),
        scene_id=st.integers(1, 3),
    )
    def request_scene(self, renderer, segments, first, target_s, scene_id):
        self.request(
            scene(
                scene_id=scene_id,
                segments=segments,
                first_segment=first,
                target_duration_s=target_s,
                recipe=run_recipe(renderer=renderer),
            )
        )

    @rule(scene_id=st.integers(1, 3), renderer=RENDERERS)
    def promote(self, scene_id, renderer):
        if scene_id in self.chains:
            return
        chain = PromotedChain.of(
            promoted(scene_id=scene_id, recipe=run_recipe(renderer=renderer, seed=77))
        )
        self.chains[scene_id] = chain
        for run in list(self.runs.values()):
            if step := run.adopt(chain):
                self.keep(step)

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def cancel(self, data):
        run = self.runs[data.draw(st.sampled_from(list(self.runs)))]
        step = run.cancel()
        assert isinstance(step, Refusal) == run.status.is_final
        if not isinstance(step, Refusal):
            assert (run.render_id is None) == (len(step.says) == 1)
            self.keep(step)

    # Workers

    @rule(name=st.integers(1, 3), renderer=RENDERERS, slots=st.integers(0, 3), drains=st.booleans())
    def worker_is_seen(self, name, renderer, slots, drains):
        known = self.workers.get(name)
        busy = known.holds if known else frozenset()
        if known and known.place.renderer is not renderer:
            busy = frozenset()
        self.workers[name] = Worker(
            name=str(name), place=place(renderer), slots=slots, draining=drains, holds=busy
        )

    @precondition(lambda self: self.workers)
    @rule(data=st.data())
    def worker_vanishes(self, data):
        del self.workers[data.draw(st.sampled_from(list(self.workers)))]

    @precondition(lambda self: self.workers and self.out())
    @rule(data=st.data())
    def worker_takes(self, data):
        name = data.draw(st.sampled_from(list(self.workers)))
        render_id = data.draw(st.sampled_from(list(self.out())))
        taken = set().union(*(worker.holds for worker in self.workers.values()))
        known = self.workers[name]
        if self.out()[render_id] is known.place.renderer and render_id not in taken:
            self.workers[name] = Worker(
                name=known.name,
                place=known.place,
                slots=known.slots,
                draining=known.draining,
                holds=known.holds | {render_id},
            )

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), how=st.sampled_from(["rendered", "retryable", "fatal"]))
    def render_ends(self, data, how):
        """Of any render ever released: live, called back, given up or done."""
        request = self.requests[data.draw(st.sampled_from(list(self.requests)))]
        if how == "rendered":
            result, accept = rendered(request), clip
        else:
            result, accept = failed(request, retryable=how == "retryable"), failure
        self.results.append((result, accept))
        self.deliver(result, accept=accept)

    @precondition(lambda self: self.results)
    @rule(data=st.data())
    def result_is_repeated(self, data):
        result, accept = data.draw(st.sampled_from(self.results))
        before = self.runs[result.run_id]
        self.deliver(result, accept=accept)
        assert self.runs[result.run_id] == before

    # Dispatcher

    @rule()
    def release(self):
        workers = list(self.workers.values())
        before, waited = self.out(), self.waiting()
        claims = [
            Released(render_id=render_id, run_id=self.requests[render_id].run_id, place=place(of))
            for render_id, of in before.items()
        ]
        policy = Policy(shares=Shares(production_share=0), capabilities={})
        chosen = [pick.run for pick in policy.choose(waited, free_slots(workers, claims))]
        for waiting in chosen:
            self.release_one(waiting.run_id)

        held = {r for w in workers if w.draining or not w.slots for r in w.holds}
        slots = open_slots(workers)
        for renderer in Renderer:
            claims = [r for r, of in self.out().items() if of is renderer and r not in held]
            fresh = [w for w in chosen if w.renderer is renderer]
            left = [w for w in waited if w.renderer is renderer and w not in chosen]
            assert not fresh or len(claims) <= slots[renderer], "released beyond the slots"
            assert not left or len(claims) >= slots[renderer], "a slot idles while work waits"
            for ahead in fresh:
                assert all(rank(ahead) < rank(behind) for behind in left), "out of turn"

    def release_one(self, run_id):
        run = self.runs[run_id]
        decision = run.release(new_id())
        assert isinstance(decision, Release)
        self.runs[run_id] = decision.run
        request = decision.request
        assert request.render_id not in self.requests
        self.requests[request.render_id] = request
        clips = self.accepted[run_id]
        assert request.segment == run.plan.first_segment + len(clips)
        assert 1 <= request.attempt <= 3
        if clips:
            assert request.seed_image.sha256 == clips[-1].artefacts.last_frame.sha256
        elif run.plan.first_segment == 2 and run.plan.recipe.seed == 77:
            chain = self.chains[run.plan.scene_id]
            assert request.seed_image.sha256 == chain.artefacts.last_frame.sha256

    # What must always hold

    @invariant()
    def one_end_a_run(self):
        for run_id, run in self.runs.items():
            assert self.finished[run_id] == int(run.status.is_final)

    @invariant()
    def one_live_render_a_run(self):
        for run in self.runs.values():
            assert (run.render_id is not None) == (run.status is Status.RELEASED)
        assert not self.called_back & set(self.out())

    @invariant()
    def clips_are_a_chain(self):
        for run_id, clips in self.accepted.items():
            first = self.runs[run_id].plan.first_segment
            assert [clip.segment for clip in clips] == list(range(first, first + len(clips)))
            for before, after in pairwise(clips):
                assert after.seed_image.sha256 == before.artefacts.last_frame.sha256

    def teardown(self):
        """Whatever has happened, enough workers bring every run to its end, lucky or not."""
        unlucky = list(self.runs)[::2]
        self.workers = {
            renderer: Worker(name=renderer, place=place(renderer), slots=1000)
            for renderer in Renderer
        }
        while any(not run.status.is_final for run in self.runs.values()):
            self.release()
            for render_id in self.out():
                request = self.requests[render_id]
                if request.run_id in unlucky:
                    self.deliver(failed(request), accept=failure)
                else:
                    self.deliver(rendered(request), accept=clip)
        self.one_end_a_run()
        self.clips_are_a_chain()


def place(renderer):
    return Place(renderer=renderer)


def clip(run, event):
    return run.take_clip(event)


def failure(run, event):
    return run.take_failure(event)


def rank(waiting):
    return (waiting.lane.value == "production", waiting.turn)


TestGenerationLoop = GenerationLoop.TestCase
TestGenerationLoop.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
