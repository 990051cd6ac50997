"""The graph that is submitted: a recipe's, checked, with the server's name for the seed image."""

from screentest.common.recipes import Graph, Recipe
from screentest.common.workflows import check_graph
from screentest.gpu_runner.engine.backend import RenderFailed
from screentest.gpu_runner.engine.comfyui.seed_image import image_slot, place


def placed(recipe: Recipe, image_name: str) -> Graph:
    """The recipe's graph, checked, loading the seed image by the server's name for it.

    Raises:
        RenderFailed: ``invalid_workflow``.
    """
    try:
        check_graph(recipe.graph)
    except ValueError as error:
        raise RenderFailed("invalid_workflow", str(error), retryable=False) from error
    slot = image_slot(recipe)
    _require_lora_slots(recipe)
    return place(recipe.graph, slot, image_name)


def _require_lora_slots(recipe: Recipe) -> None:
    """Refuse a recipe whose LoRAs have no place in the graph: they would be left out silently."""
    names = {slot.name for slot in recipe.slots}
    missing = [
        lora.name
        for number, lora in enumerate(recipe.loras, start=1)
        if f"lora_{number}" not in names
    ]
    if missing:
        raise RenderFailed(
            "invalid_workflow",
            f"The workflow has no slot for the LoRA {', '.join(missing)}: it has "
            f"{sum(name.startswith('lora_') and name[5:].isdigit() for name in names)} LoRA slots "
            f"and the recipe has {len(recipe.loras)} LoRAs.",
            retryable=False,
        )
