"""The graph that is submitted: a recipe's, checked, with the server's name for the seed image."""

from screentest.common.lora_stack import unplaced_loras
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
    _require_loras(recipe)
    return place(recipe.graph, slot, image_name)


def _require_loras(recipe: Recipe) -> None:
    """Refuse a recipe whose LoRAs are not in its graph: they would be left out silently."""
    missing = unplaced_loras(recipe.graph, recipe.loras)
    if missing:
        raise RenderFailed(
            "invalid_workflow",
            f"The workflow has no place for the LoRA {', '.join(missing)}: no LoRA slot, and no "
            "single model behind which a loader could be added.",
            retryable=False,
        )
