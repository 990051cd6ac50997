"""People and their API keys."""

from http import HTTPStatus
from typing import Any

from fastapi import Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Admin, Viewer
from screentest.api.domain.users import ApiKey, Role, User, make_key
from screentest.api.handlers.deleting import check_nothing_open
from screentest.api.openapi import may_answer
from screentest.api.problems.general import Forbidden
from screentest.api.problems.people import ApiKeyNotFound, LastAdmin, UserNameTaken, UserNotFound
from screentest.api.problems.shots import RunsOpen
from screentest.api.schemas.pages import Cursor, Limit, Page, read_id
from screentest.api.schemas.users import MadeApiKey, NewUser, UserChanges
from screentest.api.store import audit, open_runs, users
from screentest.api.unit_of_work import InTx
from screentest.common.db import Tx

router = router_for("users")


@router.get("/users")
async def list_users(_: Admin, tx: InTx, limit: Limit = 50, cursor: Cursor = None) -> Page[User]:
    """Everybody, oldest first."""
    found = await users.users(tx, after=read_id(cursor), limit=limit + 1)
    return Page[User].of(found, limit, "id")


@router.post("/users", status_code=HTTPStatus.CREATED, responses=may_answer(UserNameTaken))
async def create_user(asking: Admin, tx: InTx, body: NewUser, response: Response) -> User:
    """Make a user, who can do nothing until a key is made for them."""
    made = await users.add_user(tx, body.name, body.role)
    await audit.record(tx, asking, "user.created", made.id, after=_facts(made))
    response.headers["Location"] = f"/api/users/{made.id}"
    return made


@router.get("/users/{user_id}", responses=may_answer(UserNotFound))
async def get_user(_: Admin, tx: InTx, user_id: int) -> User:
    """One user."""
    return await _existing(tx, user_id)


@router.patch("/users/{user_id}", responses=may_answer(UserNotFound, UserNameTaken, LastAdmin))
async def change_user(asking: Admin, tx: InTx, user_id: int, body: UserChanges) -> User:
    """Change name, role or share of the lanes; it counts from the user's next request."""
    user = await _existing(tx, user_id)
    if body.role is not None and body.role is not Role.ADMIN:
        await _keep_an_admin(tx, user)
    changed = await users.change_user(
        tx, user_id, name=body.name, role=body.role, weight=body.weight
    )
    if changed is None:
        raise UserNotFound(user_id)
    if _facts(changed) != _facts(user):
        await audit.record(
            tx, asking, "user.changed", user_id, before=_facts(user), after=_facts(changed)
        )
    return changed


@router.delete(
    "/users/{user_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(UserNotFound, LastAdmin, RunsOpen),
)
async def delete_user(asking: Admin, tx: InTx, user_id: int) -> None:
    """Remove a user with their keys and test shots; what they put into the catalogue stays.

    Refused while something that they asked for has not ended: revoke their keys, and cancel it.
    """
    await users.lock_user(tx, user_id)
    user = await _existing(tx, user_id)
    check_nothing_open(f'User "{user.name}"', await open_runs.of_user(tx, user_id))
    await _keep_an_admin(tx, user)
    if await users.delete_user(tx, user_id):
        await audit.record(tx, asking, "user.deleted", user_id, before=_facts(user))


@router.get("/users/{user_id}/api-keys", responses=may_answer(UserNotFound))
async def list_api_keys(
    asking: Viewer, tx: InTx, user_id: int, limit: Limit = 50, cursor: Cursor = None
) -> Page[ApiKey]:
    """A user's keys without their secrets, revoked ones too: one's own, or anybody's as admin."""
    await _own_or_admin(tx, asking, user_id)
    found = await users.keys_of(tx, user_id, after=read_id(cursor), limit=limit + 1)
    return Page[ApiKey].of(found, limit, "id")


@router.post(
    "/users/{user_id}/api-keys",
    status_code=HTTPStatus.CREATED,
    responses=may_answer(UserNotFound),
)
async def create_api_key(asking: Viewer, tx: InTx, user_id: int, response: Response) -> MadeApiKey:
    """Make a key for oneself, or for anybody as admin. The answer is the only place it is seen."""
    await _own_or_admin(tx, asking, user_id)
    key = make_key()
    made = await users.add_key(tx, user_id, key)
    await audit.record(tx, asking, "api-key.created", made.id, after=_key_facts(made))
    response.headers["Cache-Control"] = "no-store"
    return MadeApiKey(**made.model_dump(), key=key.secret)


@router.delete(
    "/users/{user_id}/api-keys/{key_id}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=may_answer(UserNotFound, ApiKeyNotFound),
)
async def revoke_api_key(asking: Viewer, tx: InTx, user_id: int, key_id: int) -> None:
    """Let a key open nothing from now on; revoking it again changes nothing."""
    await _own_or_admin(tx, asking, user_id)
    if not await users.revoke_key(tx, user_id, key_id):
        raise ApiKeyNotFound(key_id)
    await audit.record(tx, asking, "api-key.revoked", key_id, before={"user_id": user_id})


def _facts(user: User) -> dict[str, Any]:
    """What the audit keeps of a user."""
    return user.model_dump(mode="json", exclude={"id", "created_at", "updated_at"})


def _key_facts(key: ApiKey) -> dict[str, Any]:
    """What the audit keeps of a key: never its secret."""
    return {"user_id": key.user_id, "prefix": key.prefix}


async def _existing(tx: Tx, user_id: int) -> User:
    found = await users.user(tx, user_id)
    if found is None:
        raise UserNotFound(user_id)
    return found


async def _own_or_admin(tx: Tx, asking: User, user_id: int) -> None:
    if asking.id == user_id:
        return
    if asking.role is not Role.ADMIN:
        raise Forbidden("Keys of other people are for administrators: ask for your own.")
    await _existing(tx, user_id)


async def _keep_an_admin(tx: Tx, leaving: User) -> None:
    if await users.admins(tx) == [leaving.id]:
        raise LastAdmin(leaving.name)
