"""From catalogue and overrides to a recipe."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screentest.api.domain.catalogue import Character, Overrides, SceneType, Workflow
from screentest.api.domain.planning import PlanError, plan
from screentest.api.domain.segment_counts import segments_for
from screentest.common.events import Artefact, Boundary, BoundaryMode, Needs, QAPolicy
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import MAX_SEED, Lora, Position, Prompts, Renderer, Slot
from screentest.common.workflows import discover_slots
from support.shots import GRAPH, SLOTS
from support.workflows import wan

WORKFLOW = Workflow(
    id=1,
    name="w",
    version=3,
    renderer=Renderer.COMFYUI,
    graph=GRAPH,
    slots=tuple(Slot.model_validate(slot) for slot in SLOTS),
)
SCENE_TYPE = {
    "id": 1,
    "name": "portrait",
    "prompts": Prompts(start="{name} begins", continuation="{name} goes on", full="{name}"),
    "negative_prompt": "blurry",
    "loras": (),
    "values": {"cfg": 6.0},
    "seed": None,
    "target_duration_s": 6.0,
    "segment_duration_s": 2.0,
    "qa": QAPolicy(),
}
CHARACTER = Character(
    id=1,
    name="Mina",
    metadata={"hair": "red", "name": "not this"},
    seed_image=Artefact(key="images/a.png", sha256="a" * 64, size_bytes=1),
)


def planned(workflow=WORKFLOW, character=CHARACTER, overrides=None, random_seed=99, **scene_type):
    return plan(
        workflow,
        SceneType(**SCENE_TYPE | scene_type),
        character,
        overrides or Overrides(),
        random_seed=random_seed,
    )


def problems_of(**arguments) -> PlanError:
    with pytest.raises(PlanError) as raised:
        planned(**arguments)
    return raised.value


class TestPrompts:
    def test_the_characters_name_wins_over_its_metadata(self):
        assert planned().recipe.prompts.start == "Mina begins"

    def test_a_scene_of_one_segment_takes_the_full_prompt(self):
        assert planned().first.prompt == "Mina begins"
        assert planned(target_duration_s=2.0).first.prompt == "Mina"

    def test_overrides_replace_one_position_and_leave_the_others(self):
        made = planned(overrides=Overrides(prompts=Prompts(start="{hair}")))

        assert made.recipe.prompts == Prompts(start="red", continuation="Mina goes on", full="Mina")

    def test_an_empty_negative_prompt_is_one(self):
        assert planned(overrides=Overrides(negative_prompt="")).recipe.negative_prompt == ""

    def test_unresolved_placeholders_are_all_named_with_the_way_out(self):
        error = problems_of(
            overrides=Overrides(prompts=Prompts(start="{hat}, {coat}"), negative_prompt="{hat}")
        )

        assert error.code == "unresolved-placeholders"
        (problem,) = error.problems
        assert "{hat}, {coat}" in problem
        assert '"Mina"' in problem
        assert "{hat|...}" in problem


class TestValues:
    def test_a_whole_float_fits_an_int_slot(self):
        made = planned(overrides=Overrides(values={"steps": 30.0}))

        assert made.recipe.values["steps"] == 30
        assert isinstance(made.recipe.values["steps"], int)

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({"cgf": 3}, 'no slot "cgf"'),
            ({"steps": 0}, "at least 1"),
            ({"cfg": 20.5}, "at most 20"),
            ({"steps": 2.5}, "whole number"),
            ({"steps": True}, "takes a number"),
            ({"cfg": "high"}, "takes a number"),
            ({"fps": float("inf")}, "takes a number from"),
            ({"fps": float("nan")}, "takes a number from"),
            ({"fps": 10**400}, "takes a number from"),
            ({"steps": float("inf")}, "takes a number from"),
            ({"image": "x.png"}, "seed image"),
            ({"seed": 1}, 'through "seed"'),
            ({"prompt": "x"}, 'through "prompts"'),
            ({"lora_1_weight": 1}, 'through "loras"'),
        ],
    )
    def test_what_does_not_fit_is_said(self, values, says):
        error = problems_of(overrides=Overrides(values=values))

        assert error.code == "invalid-parameters"
        assert says in str(error)

    def test_a_second_picture_is_said_to_stay_the_workflows_own(self):
        end = Slot(name="image_2", node="3", input="end_image", kind="image")
        workflow = replace(WORKFLOW, slots=(*WORKFLOW.slots, end))

        error = problems_of(workflow=workflow, overrides=Overrides(values={"image_2": "end.png"}))

        assert "keeps the file that the workflow names" in str(error)
        assert "image_2" not in planned(workflow=workflow).recipe.values

    @pytest.mark.parametrize("choices", [(), ("euler", "heun")])
    @pytest.mark.parametrize("value", [5, 1.5, True])
    def test_a_choice_is_a_text_whether_or_not_the_choices_are_known(self, choices, value):
        sampler = Slot(name="sampler", node="3", input="sampler", kind="choice", choices=choices)
        workflow = replace(WORKFLOW, slots=(*WORKFLOW.slots, sampler))

        error = problems_of(workflow=workflow, overrides=Overrides(values={"sampler": value}))

        assert error.problems == [f'slot "sampler" takes text, not {value}']
        made = planned(workflow=workflow, overrides=Overrides(values={"sampler": "euler"}))
        assert made.recipe.values["sampler"] == "euler"

    def test_all_that_is_wrong_is_said_at_once(self):
        error = problems_of(
            overrides=Overrides(
                values={"cgf": 1, "steps": 0},
                seed=MAX_SEED + 1,
                loras=(Lora(name="a"), Lora(name="b")),
            )
        )

        assert len(error.problems) == 4

    def test_a_graph_too_large_for_a_message_is_refused(self):
        graph = GRAPH | {"note": {"class_type": "Note", "inputs": {"text": "x" * 60_000}}}
        large = Workflow(**WORKFLOW.__dict__ | {"graph": graph})

        assert problems_of(workflow=large).code == "workflow-too-large"

    def test_a_character_without_a_picture_is_refused(self):
        bare = Character(id=1, name="Mina", metadata={}, seed_image=None)

        assert problems_of(character=bare).code == "no-source-image"


class TestLoras:
    def test_the_graphs_own_lora_is_left_alone_unless_a_stack_is_given(self):
        assert "lora_1_weight" not in planned().first.values
        assert planned(overrides=Overrides(loras=())).first.values["lora_1_weight"] == 0

    def test_the_stack_goes_to_its_slots(self):
        made = planned(overrides=Overrides(loras=(Lora(name="film", weight=0.5),)))

        assert made.first.graph["5"]["inputs"] == {"name": "film", "weight": 0.5}

    def test_what_goes_beyond_the_slots_gets_a_loader_that_a_worker_needs(self):
        stack = (Lora(name="a.pt"), Lora(name="b.pt"), Lora(name="c.pt"))
        workflow = replace(WORKFLOW, graph=wan(), slots=discover_slots(wan()))
        made = planned(workflow=workflow, values={}, overrides=Overrides(loras=stack))

        assert made.first.graph["screentest_lora_1"]["inputs"]["lora_name"] == "c.pt"
        assert made.needs.models["loras"] == ("a.pt", "b.pt", "c.pt")

    def test_a_lora_that_is_left_out_is_not_needed(self):
        workflow = replace(WORKFLOW, graph=wan(), slots=discover_slots(wan()))
        made = planned(workflow=workflow, values={}, overrides=Overrides(loras=()))

        assert "loras" not in made.needs.models
        assert "LoraLoaderModelOnly" not in made.needs.nodes

    def test_a_stack_without_a_place_is_refused_with_the_reason(self):
        error = problems_of(overrides=Overrides(loras=(Lora(name="a.pt"), Lora(name="b.pt"))))

        assert error.code == "invalid-parameters"
        assert error.problems[0].startswith("the LoRA b.pt has no place: the workflow has 1 LoRA")

    def test_the_builtin_renderer_needs_no_slots_for_loras(self):
        builtin = Workflow(**WORKFLOW.__dict__ | {"renderer": Renderer.BUILTIN})
        stack = (Lora(name="a"), Lora(name="b"))

        assert planned(workflow=builtin, overrides=Overrides(loras=stack)).recipe.loras == stack


class TestSeed:
    @pytest.mark.parametrize(
        ("fixed", "asked", "seed"),
        [(None, None, 99), (42, None, 42), (42, 7, 7), (42, "random", 99), (None, 0, 0)],
    )
    def test_asked_for_before_fixed_before_random(self, fixed, asked, seed):
        assert planned(seed=fixed, overrides=Overrides(seed=asked)).recipe.seed == seed


class TestLength:
    def test_frames_follow_from_duration_and_fps(self):
        made = planned(overrides=Overrides(values={"fps": 15}), segment_duration_s=2.5)

        assert made.recipe.values["frames"] == 38
        assert made.length.duration_s == pytest.approx(38 / 15)

    def test_frames_that_are_given_decide_the_duration_and_the_plan(self):
        made = planned(overrides=Overrides(values={"frames": 50}))

        assert made.recipe.values["frames"] == 50
        assert (made.length.duration_s, made.planned_segments) == (4.0, 2)

    def test_frames_beyond_the_slots_range_name_duration_and_fps(self):
        error = problems_of(segment_duration_s=30.0)

        assert "segments of 30 s at 12.5 fps need 375 frames" in str(error)

    def test_the_frame_rule_of_the_workflow_is_kept_and_rounding_is_shown(self):
        ruled = replace(WORKFLOW, frame_rule=FrameRule(step=4, offset=1))

        made = planned(workflow=ruled, segment_duration_s=2.5)

        assert made.recipe.values["frames"] == 33
        assert made.parameters["frames_rounded"] == {"wanted": 32, "frames": 33, "rule": "4n+1"}
        error = problems_of(workflow=ruled, overrides=Overrides(values={"frames": 32}))
        assert "4n+1 frames, not 32: take 29 or 33" in str(error)

    def test_a_window_is_smaller_than_a_segment(self):
        calm = Boundary(mode=BoundaryMode.CALMEST, window=25)

        assert planned(boundary=calm, segment_duration_s=2.08).length.frames == 26
        assert "one of the last 25 frames, and a segment has 25" in str(
            problems_of(boundary=calm, segment_duration_s=2.0)
        )
        assert planned(boundary=Boundary(window=25), segment_duration_s=2.0)

    @given(count=st.integers(1, 500), duration_s=st.floats(0.04, 60))
    def test_a_target_of_n_segments_has_n_segments(self, count, duration_s):
        assert segments_for(count * duration_s, duration_s) == count


class TestNeeds:
    def test_the_memory_that_the_workflow_says_it_needs(self):
        assert planned().needs.vram_bytes == 0
        assert planned(workflow=replace(WORKFLOW, vram_gb=23.5)).needs.vram_bytes == 23_500_000_000

    def test_the_builtin_renderer_needs_none(self):
        builtin = replace(WORKFLOW, renderer=Renderer.BUILTIN, vram_gb=24)

        assert planned(workflow=builtin).needs == Needs()


class TestRecipe:
    def test_a_shot_and_segment_1_of_the_scene_are_one_recipe(self):
        shot = planned(seed=5)

        segment = shot.recipe.for_segment(1, Position.START, "a" * 64)

        assert shot.recipe_hash == segment.hash

    def test_parameters_hold_all_that_decides_the_pixels(self):
        made = planned(overrides=Overrides(loras=(Lora(name="film", weight=0.5),), seed=7))

        assert made.parameters == {
            "workflow": {"id": 1, "name": "w", "version": 3, "renderer": "comfyui"},
            "values": {
                "cfg": 6.0,
                "steps": 20,
                "frames": 25,
                "fps": 12.5,
                "seed": 7,
                "prompt": "Mina begins",
                "negative_prompt": "blurry",
                "lora_1": "film",
                "lora_1_weight": 0.5,
            },
            "loras": [{"name": "film", "weight": 0.5}],
            "seed": 7,
            "prompt": "Mina begins",
            "prompts": {"start": "Mina begins", "continuation": "Mina goes on", "full": "Mina"},
            "negative_prompt": "blurry",
            "templates": {
                "start": "{name} begins",
                "continuation": "{name} goes on",
                "full": "{name}",
                "negative_prompt": "blurry",
            },
            "planned_segments": 3,
            "segment_duration_s": 2.0,
            "frames_rounded": None,
            "target_duration_s": 6.0,
            "duration_tolerance_s": 0,
            "boundary": {"mode": "last", "window": 12},
            "seed_image_sha256": "a" * 64,
        }
