from itertools import pairwise

from screentest.common.events import Lane, Needs
from screentest.common.ids import new_id
from screentest.common.recipes import Renderer
from screentest.dispatcher.domain.capabilities import Capability, Place
from screentest.dispatcher.domain.lanes import Candidate, Slot
from screentest.dispatcher.domain.passing import Bounds
from screentest.dispatcher.domain.policy import Policy
from screentest.dispatcher.domain.shares import Shares

LARGE = Place(renderer=Renderer.COMFYUI, capability_class="large")
SMALL = Place(renderer=Renderer.COMFYUI, capability_class="small")
CAPABILITIES = {
    LARGE: Capability(
        models={"loras": frozenset("ab")}, nodes=frozenset(["Upscale"]), vram_bytes=48 * 10**9
    ),
    SMALL: Capability(models={"loras": frozenset("a")}, vram_bytes=16 * 10**9),
}


def run(user=1, *, lane=Lane.PREVIEW, turn=0.0, model=None, needs=None, **facts):
    needs = needs or (Needs(models={"loras": (model,)}) if model else Needs())
    return Candidate(
        run_id=new_id(),
        lane=lane,
        renderer=facts.pop("renderer", Renderer.COMFYUI),
        user=user,
        turn=turn,
        needs=needs,
        needs_key=needs.model_dump_json(),
        estimate_s=facts.pop("estimate_s", 10.0),
        **facts,
    )


def slot(warm=(), place=LARGE):
    return Slot(worker="w", place=place, warm_models=tuple(warm))


def policy(*, production_share=0.2, **facts):
    shares = Shares(production_share=production_share)
    return Policy(shares=shares, capabilities=CAPABILITIES, **facts)


def one_after_the_other(policy, waiting, *, times, warm=()):
    """What one worker renders, each release known to the next."""
    waiting, order = list(waiting), []
    for _ in range(times):
        (pick,) = policy.choose(waiting, [slot(warm)])
        waiting.remove(pick.run)
        order.append(pick.run)
        warm = pick.run.needs.model_names
    return order


class TestLanes:
    def test_preview_first(self):
        scene, test_shot = run(lane=Lane.PRODUCTION, turn=1), run(turn=2)

        assert one_after_the_other(policy(), [scene, test_shot], times=2) == [test_shot, scene]

    def test_production_has_its_share_while_both_wait(self):
        waiting = [run(lane=lane, turn=n) for lane in Lane for n in range(200)]

        order = one_after_the_other(policy(), waiting, times=100)

        assert sum(each.lane is Lane.PRODUCTION for each in order) in (19, 20, 21)

    def test_production_that_nobody_contends_with_earns_and_spends_nothing(self):
        rules = policy()
        one_after_the_other(rules, [run(lane=Lane.PRODUCTION) for _ in range(9)], times=9)

        assert rules.shares.at(LARGE).production_credit_s == 0

    def test_a_paused_lane_waits(self):
        rules = policy(paused_lanes=[Lane.PREVIEW])

        assert rules.choose([run()], [slot()]) == []


class TestUsers:
    def test_a_batch_delays_a_colleagues_shot_by_one_render_at_most(self):
        batch = [run(user=1, turn=n, model="a", alike=500) for n in range(500)]
        rules = policy()
        begun = one_after_the_other(rules, batch, times=100, warm="a")
        left = [each for each in batch if each not in begun]
        single = run(user=2, turn=1000, model="b")

        order = one_after_the_other(rules, [*left, single], times=2, warm="a")

        assert single in order

    def test_equal_users_get_equal_seconds(self):
        waiting = [run(user=1, turn=n, estimate_s=10) for n in range(100)]
        waiting += [run(user=2, turn=n, estimate_s=30) for n in range(100)]

        order = one_after_the_other(policy(), waiting, times=80)

        assert sum(each.user == 1 for each in order) in range(58, 63)

    def test_weights_are_shares(self):
        waiting = [run(user=1, turn=n, weight=3) for n in range(99)]
        waiting += [run(user=2, turn=n) for n in range(99)]

        order = one_after_the_other(policy(), waiting, times=80)

        assert sum(each.user == 1 for each in order) in range(59, 62)

    def test_who_renders_elsewhere_takes_nothing_from_shares_here(self):
        """Each place has accounts of its own: the third user's many seconds are no clock here."""
        shares = Shares(production_share=0)
        elsewhere = Place(renderer=Renderer.BUILTIN)
        waiting = [run(user=1, turn=n, weight=3) for n in range(99)]
        waiting += [run(user=2, turn=n) for n in range(99)]
        waiting += [run(user=3, turn=n, renderer=Renderer.BUILTIN) for n in range(99)]
        users = []
        for _ in range(80):
            rules = Policy(shares=shares, capabilities=CAPABILITIES)
            here, there = rules.choose(waiting, [slot(), slot(place=elsewhere)])
            waiting = [each for each in waiting if each not in (here.run, there.run)]
            users.append(here.run.user)
            assert there.run.user == 3

        assert users.count(1) in range(59, 62)

    def test_a_pause_earns_no_credit(self):
        rules = policy()
        waiting = [run(user=1, turn=n) for n in range(300)]
        begun = one_after_the_other(rules, waiting, times=100)
        left = [each for each in waiting if each not in begun]
        late = [run(user=2, turn=900 + n) for n in range(100)]

        order = one_after_the_other(rules, [*left, *late], times=20)

        assert sum(each.user == 2 for each in order) in (9, 10, 11)

    def test_of_one_users_runs_whose_turn_is_first(self):
        later, sooner = run(turn=5), run(turn=-3600)

        assert one_after_the_other(policy(), [later, sooner], times=2) == [sooner, later]


class TestModels:
    def test_what_is_warm_goes_first_among_one_users_runs(self):
        other, warm = run(turn=1, model="b"), run(turn=2, model="a")

        assert one_after_the_other(policy(), [other, warm], times=1, warm="a") == [warm]

    def test_but_not_for_ever(self):
        """Starves nobody: a run is passed at most as often as the look-ahead is wide."""
        rules = policy(bounds=Bounds(look_ahead=4))
        patient = run(turn=0, model="b")
        waiting = [patient, *(run(turn=n, model="a") for n in range(1, 50))]

        order = one_after_the_other(rules, waiting, times=10, warm="a")

        assert order.index(patient) == 4

    def passes(self, cold, warm, **facts):
        """How often ``cold`` is passed on a worker that has the models of ``warm``."""
        rules = policy(**facts)
        return one_after_the_other(rules, [cold, *warm], times=50, warm="a").index(cold)

    def test_a_shot_is_passed_by_others_shots_as_often_as_it_can_bear(self):
        cold = run(user=1, turn=0, model="b")
        warm = [run(user=user, turn=user, model="a") for user in range(2, 60)]

        assert self.passes(cold, warm) == 3
        assert self.passes(cold, warm, slots={LARGE: 2}) == 6

    def test_a_shot_is_passed_by_a_batch_once_a_slot(self):
        cold = run(user=1, turn=0, model="b")
        warm = [run(user=2, turn=n, model="a", alike=60) for n in range(60)]

        assert self.passes(cold, warm) == 1
        assert self.passes(cold, warm, slots={LARGE: 2}) == 2

    def test_a_shot_is_passed_by_a_scene_once_a_slot(self):
        cold = run(user=1, turn=0, model="b")
        warm = [run(user=2, turn=n, model="a", lane=Lane.PRODUCTION) for n in range(60)]

        assert self.passes(cold, warm) == 1

    def test_a_batch_bears_more(self):
        cold = [run(user=1, turn=n, model="b", alike=60) for n in range(60)]
        warm = [run(user=2, turn=n, model="a", alike=60) for n in range(60)]

        order = one_after_the_other(policy(), [*cold, *warm], times=40, warm="a")
        models = "".join(each.needs.models["loras"][0] for each in order)

        assert models.startswith("a" * 9 + "b")
        assert models.count("ab") + models.count("ba") <= 3
        assert 18 <= models.count("a") <= 26

    def test_a_batch_is_passed_within_the_reach_of_fair_shares_only(self):
        """Eight renders of lead at most, however many slots there are to be patient for."""
        cold = [run(user=1, turn=n, model="b", alike=60) for n in range(60)]
        warm = [run(user=2, turn=n, model="a", alike=60) for n in range(60)]

        order = one_after_the_other(policy(slots={LARGE: 10}), [*cold, *warm], times=40, warm="a")

        assert [each.user for each in order].index(1) == 9

    def test_production_goes_on_where_its_models_are_until_it_is_ahead(self):
        """Lanes change every few renders and not with each, and the share is kept."""
        waiting = [run(user=1, turn=n, model="a", alike=400) for n in range(400)]
        waiting += [run(user=2, turn=n, model="b", lane=Lane.PRODUCTION) for n in range(200)]

        order = one_after_the_other(policy(), waiting, times=300, warm="a")
        lanes = [each.lane for each in order]
        changes = sum(one is not other for one, other in pairwise(lanes))

        assert lanes.count(Lane.PRODUCTION) in range(54, 67)
        assert changes < 30


class TestCapabilities:
    def test_only_where_it_can_be_rendered(self):
        large = run(needs=Needs(models={"loras": ("b",)}))
        (pick,) = policy().choose([large], [slot(place=SMALL), slot(place=LARGE)])

        assert pick.slot.place == LARGE

    def test_what_is_missing_is_named(self):
        small = CAPABILITIES[SMALL]

        short = [
            small.shortfall(Needs(models={"loras": ("b",)})),
            small.shortfall(Needs(vram_bytes=28 * 10**9)),
            CAPABILITIES[LARGE].shortfall(Needs(nodes=("Upscale", "Sharpen"))),
        ]

        assert [(each.code, each.what) for each in short] == [
            ("missing_model", "the model b"),
            ("short_of_vram", "12.0 GB of VRAM more"),
            ("missing_node", "the node Sharpen"),
        ]

    def test_who_says_nothing_is_taken_to_have_it(self):
        needs = Needs(models={"loras": ("z",)}, nodes=("Z",), vram_bytes=10**12)

        assert Capability().shortfall(needs) is None

    def test_what_fits_nowhere_holds_nobody_up(self):
        stuck = run(user=1, turn=0, needs=Needs(models={"loras": ("z",)}))
        fine = run(user=1, turn=1)

        assert one_after_the_other(policy(), [stuck, fine], times=1) == [fine]
