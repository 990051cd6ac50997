"""The least a workflow can render: legal, whatever its slots and its frame rule are."""

import pytest

from screentest.api.domain.catalogue import Workflow
from screentest.api.domain.trials import bare_scene_type, small, trial
from screentest.common.frame_rule import FrameRule
from screentest.common.recipes import Renderer, Slot


def workflow(*slots: Slot, rule: FrameRule | None = None) -> Workflow:
    node = {"class_type": "Sampler", "inputs": {slot.input: slot.default for slot in slots}}
    return Workflow(
        id=1, name="w", version=1, renderer=Renderer.COMFYUI, graph={"1": node}, slots=slots,
        frame_rule=rule,
    )  # fmt: skip


def number(name: str, default: int | None, minimum: int | None = None) -> Slot:
    return Slot(name=name, node="1", input=name, kind="int", default=default, minimum=minimum)


@pytest.mark.parametrize(
    ("default", "minimum", "expected"),
    [(832, 16, 256), (64, 16, 64), (None, None, 256), (1024, 512, 512)],
)
def test_sizes_are_small_and_never_below_what_the_slot_takes(default, minimum, expected):
    assert small(workflow(number("width", default, minimum))) == {"width": expected}


@pytest.mark.parametrize(
    ("rule", "minimum", "expected"),
    [(None, None, 5), (FrameRule(step=4, offset=1), 1, 5), (FrameRule(step=8, offset=1), 1, 9),
     (None, 14, 14), (FrameRule(step=4, offset=1), 14, 17)],
)  # fmt: skip
def test_frames_are_the_fewest_that_the_workflow_makes(rule, minimum, expected):
    assert small(workflow(number("frames", 81, minimum), rule=rule)) == {"frames": expected}


def test_a_trial_has_the_workflows_own_values():
    mine = workflow(number("frames", 81), number("steps", 20), rule=FrameRule(step=4, offset=1))

    values = trial(mine, bare_scene_type(mine), {"steps": 8}, None).first.values

    assert (values["frames"], values["steps"]) == (81, 8)
