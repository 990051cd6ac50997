"""Characters and their source images."""

from http import HTTPStatus
from typing import Annotated

from fastapi import File, Form, Query, Request, Response, UploadFile

from screentest.api.api_route import router as router_for
from screentest.api.auth import Creator, Viewer
from screentest.api.deps import Wired
from screentest.api.handlers.deleting import check_nothing_open
from screentest.api.handlers.source_images import add_source_image
from screentest.api.openapi import may_answer
from screentest.api.problems.catalogue import (
    CharacterNotFound,
    ImageTooLarge,
    InUse,
    InvalidImage,
    SameImage,
    SourceImageNotFound,
)
from screentest.api.problems.shots import RunsOpen
from screentest.api.routes.forms import json_or_form, read_fields, validated
from screentest.api.schemas.characters import (
    Character,
    CharacterChanges,
    NewCharacter,
    SourceImage,
    SourceImageChanges,
)
from screentest.api.schemas.fields import RowId
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.store import audit, characters, open_runs
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("characters")

_NEW_CHARACTER = json_or_form(
    NewCharacter,
    required=["name"],
    fields={
        "name": {"type": "string"},
        "metadata": {"type": "string", "description": "A JSON object."},
        "image": {"type": "string", "format": "binary"},
    },
)


@router.get("/characters")
async def list_characters(
    _: Viewer,
    tx: InTx,
    limit: Limit = 50,
    cursor: Cursor = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Part of the name, in any case.")
    ] = None,
) -> Page[Character]:
    """Characters, newest first."""
    found = await characters.characters(tx, before=read_id(cursor), text=q, limit=limit + 1)
    return Page[Character].of(found, limit, "id")


@router.post(
    "/characters",
    status_code=HTTPStatus.CREATED,
    openapi_extra=_NEW_CHARACTER,
    responses=may_answer(InvalidImage, ImageTooLarge),
)
async def create_character(
    _: Creator, tx: InTx, deps: Wired, request: Request, response: Response
) -> Character:
    """Make a character: as JSON, or as a form together with its first image."""
    new, image = await _new_character(request)
    made = await characters.add_character(tx, new)
    if image is not None:
        await add_source_image(tx, deps, made, image, is_primary=True)
    response.headers["Location"] = f"/api/characters/{made.id}"
    return await _existing(tx, made.id)


@router.get("/characters/{character_id}", responses=may_answer(CharacterNotFound))
async def get_character(_: Viewer, tx: InTx, character_id: RowId) -> Character:
    """One character with its images."""
    return await _existing(tx, character_id)


@router.patch("/characters/{character_id}", responses=may_answer(CharacterNotFound))
async def change_character(
    _: Creator, tx: InTx, character_id: RowId, body: CharacterChanges
) -> Character:
    """Change a character. Shots that were asked for before keep the prompts they had."""
    character = await _locked(tx, character_id)
    changes = body.model_dump(exclude_unset=True)
    return await characters.change_character(tx, character.model_copy(update=changes))


@router.delete(
    "/characters/{character_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(CharacterNotFound, InUse, RunsOpen),
)
async def delete_character(user: Creator, tx: InTx, character_id: RowId) -> None:
    """Remove a character with its images and test shots.

    Refused while it has scenes, or test shots that have not ended.
    """
    character = await _locked(tx, character_id)
    found = await open_runs.of_character(tx, character_id)
    check_nothing_open(f'Character "{character.name}"', found)
    await characters.delete_character(tx, character_id)
    before = {"name": character.name, "metadata": character.metadata}
    await audit.record(tx, user, "character.deleted", character_id, before=before)


@router.post(
    "/characters/{character_id}/images",
    status_code=HTTPStatus.CREATED,
    responses=may_answer(CharacterNotFound, InvalidImage, ImageTooLarge, SameImage),
)
async def add_image(
    _: Creator,
    tx: InTx,
    deps: Wired,
    character_id: RowId,
    response: Response,
    image: Annotated[UploadFile, File(description="PNG, JPEG or WebP.")],
    is_primary: Annotated[
        bool, Form(description="Seed shots with it from now on. The first image always does.")
    ] = False,
) -> SourceImage:
    """Give a character a source image, stored byte for byte as it is."""
    character = await _locked(tx, character_id)
    made = await add_source_image(tx, deps, character, await image.read(), is_primary=is_primary)
    response.headers["Location"] = made.url
    return made


@router.patch(
    "/characters/{character_id}/images/{image_id}",
    responses=may_answer(CharacterNotFound, SourceImageNotFound),
)
async def change_image(
    _user: Creator, tx: InTx, character_id: RowId, image_id: RowId, _: SourceImageChanges
) -> SourceImage:
    """Let this image seed the character's shots from now on."""
    await _locked(tx, character_id)
    changed = await characters.make_primary(tx, character_id, image_id)
    if changed is None:
        raise SourceImageNotFound(image_id)
    return changed


@router.delete(
    "/characters/{character_id}/images/{image_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(CharacterNotFound, SourceImageNotFound),
)
async def delete_image(_: Creator, tx: InTx, character_id: RowId, image_id: RowId) -> None:
    """Take an image from a character; the oldest one left takes the place of a primary one."""
    await _locked(tx, character_id)
    if not await characters.delete_image(tx, character_id, image_id):
        raise SourceImageNotFound(image_id)


async def _existing(tx: Tx, character_id: int) -> Character:
    found = await characters.character(tx, character_id)
    if found is None:
        raise CharacterNotFound(character_id)
    return found


async def _locked(tx: Tx, character_id: int) -> Character:
    found = await characters.lock_character(tx, character_id)
    if found is None:
        raise CharacterNotFound(character_id)
    return found


async def _new_character(request: Request) -> tuple[NewCharacter, bytes | None]:
    """The character of a JSON body or of a form, and the form's image."""
    fields, image = await read_fields(request, file="image", json_fields=frozenset({"metadata"}))
    return validated(NewCharacter, fields), image.data if image else None
