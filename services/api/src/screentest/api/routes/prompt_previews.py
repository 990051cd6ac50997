"""Prompt templates filled in with a character, saved or not."""

from collections.abc import Mapping

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import SceneTypeNotFound, UnknownReference
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.prompt_previews import (
    Lacking,
    PreviewPromptsRequest,
    PreviewTemplatesRequest,
    PromptPiece,
    PromptPreview,
    TemplatesPreview,
)
from screentest.api.store import planning, scene_types
from screentest.api.unit_of_work import InTx
from screentest.common.prompts import pieces, resolve, resolve_prompts
from screentest.common.recipes import Prompts

router = router_for("scene types")


@router.post("/scene-types/preview-prompts", responses=may_answer(UnknownReference))
async def preview_templates(_: Viewer, tx: InTx, body: PreviewTemplatesRequest) -> TemplatesPreview:
    """Fill templates in that need not be saved, and say which characters have no value for them."""
    ids = [body.character_id] if body.character_id else []
    found = await planning.load_characters(tx, [*ids, *body.check_character_ids])
    character = found.get(body.character_id) if body.character_id else None
    if body.character_id and character is None:
        raise _unknown(body.character_id)
    facts = {} if character is None else character.facts
    shown = _filled(body.prompts, body.negative_prompt, facts)
    texts = body.prompts.model_dump(exclude_none=True) | {"negative_prompt": body.negative_prompt}
    lacking = [
        Lacking(character_id=one.id, name=one.name, unresolved=unresolved)
        for number in dict.fromkeys(body.check_character_ids)
        if (one := found.get(number))
        and (unresolved := _filled(body.prompts, body.negative_prompt, one.facts).unresolved)
    ]
    return TemplatesPreview(
        **dict(shown),
        pieces={
            position: [PromptPiece(kind=one.kind, text=one.text) for one in pieces(text, facts)]
            for position, text in texts.items()
        },
        lacking=lacking,
    )


@router.post(
    "/scene-types/{scene_type_id}/preview-prompts",
    responses=may_answer(SceneTypeNotFound, UnknownReference),
)
async def preview_prompts(
    _: Viewer, tx: InTx, scene_type_id: RowId, body: PreviewPromptsRequest
) -> PromptPreview:
    """Fill the prompt templates in with a character, and name what has no value."""
    scene_type = await scene_types.scene_type(tx, scene_type_id)
    if scene_type is None:
        raise SceneTypeNotFound(scene_type_id)
    found = await planning.load_characters(tx, [body.character_id])
    if body.character_id not in found:
        raise _unknown(body.character_id)
    facts = found[body.character_id].facts
    return _filled(scene_type.prompts, scene_type.negative_prompt, facts)


def _unknown(character_id: int) -> UnknownReference:
    return UnknownReference("character_id", f"character {character_id} does not exist")


def _filled(prompts: Prompts, negative_prompt: str, facts: Mapping[str, object]) -> PromptPreview:
    texts, unresolved = resolve_prompts(prompts, facts)
    negative, more = resolve(negative_prompt, facts)
    return PromptPreview(
        prompts=texts,
        negative_prompt=negative,
        unresolved=list(dict.fromkeys([*unresolved, *more])),
    )
