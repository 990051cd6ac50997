"""People, roles and keys."""

import asyncio

from screentest.api.commands import make_admin_key
from screentest.api.domain.users import Role


async def test_me(viewer):
    answer = await viewer.get("/api/me")

    assert answer.status_code == 200
    assert answer.json()["name"] == "vera"
    assert answer.json()["role"] == "viewer"


async def test_a_new_user_can_use_the_key_made_for_them(api, admin):
    made = await admin.post("/api/users", json={"name": "nina", "role": "creator"})
    key = await admin.post(f"{made.headers['location']}/api-keys")
    me = await api.client(Authorization=f"Bearer {key.json()['key']}").get("/api/me")

    assert made.status_code == key.status_code == 201
    assert me.json() == made.json()


async def test_the_secret_is_stored_nowhere(admin, pool):
    me = (await admin.get("/api/me")).json()
    made = (
        await admin.post(f"/api/users/{me['id']}/api-keys", headers={"Idempotency-Key": "k"})
    ).json()
    listed = (await admin.get(f"/api/users/{me['id']}/api-keys")).json()["items"]
    rows = [
        str(dict(row))
        for table in ("api_keys", "users", "idempotency_keys", "outbox")
        for row in await pool.fetch(f"select * from {table}")
    ]

    assert made["key"].startswith(made["prefix"])
    assert [key["prefix"] for key in listed] == [listed[0]["prefix"], made["prefix"]]
    assert not any(made["key"].removeprefix(made["prefix"]) in row for row in rows)


async def test_repeating_the_making_of_a_key_makes_no_second_one(admin):
    me = (await admin.get("/api/me")).json()
    path, headers = f"/api/users/{me['id']}/api-keys", {"Idempotency-Key": "k"}
    first = await admin.post(path, headers=headers)
    second = await admin.post(path, headers=headers)

    assert first.status_code == 201
    assert second.status_code == 409
    assert second.json()["type"] == "/problems/answer-not-kept"
    assert len((await admin.get(path)).json()["items"]) == 2


async def test_a_revoked_key_opens_nothing(api, admin):
    user, client = await api.sign_up("gone", Role.VIEWER)
    (key,) = (await admin.get(f"/api/users/{user.id}/api-keys")).json()["items"]
    before = await client.get("/api/me")
    revoked = await admin.delete(f"/api/users/{user.id}/api-keys/{key['id']}")
    after = await client.get("/api/me")

    assert (before.status_code, revoked.status_code, after.status_code) == (200, 204, 401)


async def test_keys_of_others_are_for_administrators(api, viewer, admin):
    other, _ = await api.sign_up("other", Role.VIEWER)
    refused = await viewer.get(f"/api/users/{other.id}/api-keys")
    shown = await admin.get(f"/api/users/{other.id}/api-keys")

    assert refused.status_code == 403
    assert shown.status_code == 200


async def test_names_are_taken_once(admin):
    answer = await admin.post("/api/users", json={"name": "ada"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/user-name-taken"


async def test_the_last_administrator_stays(api, admin):
    me = (await admin.get("/api/me")).json()
    lowered = await admin.patch(f"/api/users/{me['id']}", json={"role": "viewer"})
    deleted = await admin.delete(f"/api/users/{me['id']}")
    await api.sign_up("second", Role.ADMIN)
    allowed = await admin.delete(f"/api/users/{me['id']}")

    assert lowered.status_code == deleted.status_code == 409
    assert lowered.json()["type"] == "/problems/last-admin"
    assert allowed.status_code == 204


async def test_two_administrators_cannot_remove_each_other(api):
    (one, as_one), (two, as_two) = [await api.sign_up(name, Role.ADMIN) for name in ("one", "two")]
    answers = await asyncio.gather(
        as_one.delete(f"/api/users/{two.id}"), as_two.delete(f"/api/users/{one.id}")
    )

    statuses = {answer.status_code for answer in answers}
    left = [user for user in (as_one, as_two) if (await user.get("/api/me")).status_code == 200]

    # The slower one is refused as the last administrator, or does not exist any more.
    assert statuses in ({204, 409}, {204, 401})
    assert len(left) == 1


async def test_a_role_change_counts_from_the_next_request(api, admin):
    user, client = await api.sign_up("riser", Role.VIEWER)
    before = await client.get("/api/users")
    await admin.patch(f"/api/users/{user.id}", json={"role": "admin"})
    after = await client.get("/api/users")

    assert (before.status_code, after.status_code) == (403, 200)


async def test_last_use_is_noted(api, admin):
    user, client = await api.sign_up("user", Role.VIEWER)
    path = f"/api/users/{user.id}/api-keys"
    (before,) = (await admin.get(path)).json()["items"]
    await client.get("/api/me")
    (after,) = (await admin.get(path)).json()["items"]

    assert before["last_used_at"] is None
    assert after["last_used_at"] is not None


async def test_the_command_makes_the_first_administrator_and_further_keys(api, database):
    keys = [await make_admin_key(database.dsn("api"), "root") for _ in range(2)]
    people = [
        (await api.client(Authorization=f"Bearer {key}").get("/api/me")).json() for key in keys
    ]

    assert keys[0] != keys[1]
    assert people[0] == people[1]
    assert people[0]["role"] == "admin"
