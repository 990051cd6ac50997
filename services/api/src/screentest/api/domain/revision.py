"""A chain that is made anew from one of its segments: its own recipe, with changes.

Must never look at the scene type's recipe: what the segments before were made with counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from screentest.api.domain.catalogue import Character, Overrides, SceneType, Workflow
from screentest.api.domain.planning import Plan, plan
from screentest.api.domain.slots import is_set_elsewhere, silenced_loras
from screentest.common.recipes import RunRecipe


def revise(
    kept: RunRecipe,
    parameters: Mapping[str, Any],
    overrides: Overrides,
    *,
    workflow: Workflow,
    scene_type: SceneType,
    character: Character,
    random_seed: int,
) -> Plan:
    """The plan of a chain that goes on with ``kept``, changed.

    Args:
        kept: with what the chain was made so far.
        parameters: what people were shown of that.
        overrides: what is to change; without a seed a random one is drawn, for the same seed would
            give the same pixels again.
        workflow: only its rule of frames and its needs count.
        scene_type: as it is now; its durations, boundary and QA count, its recipe does not.
        character: whose metadata fills placeholders of new prompts.
        random_seed: drawn by the caller.

    Raises:
        PlanError: a value fits no slot, or a placeholder has no value.
    """
    as_type = replace(
        scene_type,
        prompts=kept.prompts,
        negative_prompt=kept.negative_prompt,
        loras=kept.loras,
        values={name: one for name, one in kept.values.items() if not is_set_elsewhere(name)},
        seed=None,
    )
    was = parameters["workflow"]
    as_workflow = replace(
        workflow,
        id=was["id"],
        name=was["name"],
        version=was["version"],
        renderer=kept.renderer,
        graph=kept.graph,
        slots=kept.slots,
    )
    silenced = silenced_loras(kept.slots, len(kept.loras)).keys() & kept.values.keys()
    if overrides.loras is None and silenced:
        overrides = replace(overrides, loras=kept.loras)
    return plan(as_workflow, as_type, character, overrides, random_seed=random_seed)
