"""Characters and their source images."""

import hashlib
import io

import pytest
from PIL import Image

from screentest.api.settings import ApiSettings


def picture(kind: str = "PNG", colour: str = "red", size=(64, 48), **options) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


async def make(client, name="Mina", **fields) -> dict:
    answer = await client.post("/api/characters", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def upload(client, character_id: int, data: bytes, **fields):
    return await client.post(
        f"/api/characters/{character_id}/images", files={"image": ("x.png", data)}, data=fields
    )


async def test_what_was_made_can_be_read(creator, viewer):
    made = await creator.post(
        "/api/characters", json={"name": " Mina ", "metadata": {"hair": "red", "age": 31}}
    )
    read = await viewer.get(made.headers["location"])

    assert read.json() == made.json()
    assert read.json()["name"] == "Mina"
    assert read.json()["metadata"] == {"hair": "red", "age": 31}
    assert read.json()["images"] == []


async def test_a_form_makes_a_character_with_its_first_image(creator):
    made = await creator.post(
        "/api/characters",
        data={"name": "Mina", "metadata": '{"hair": "red"}'},
        files={"image": ("mina.png", picture())},
    )
    (image,) = made.json()["images"]

    assert made.status_code == 201
    assert made.json()["metadata"] == {"hair": "red"}
    assert image["is_primary"]


@pytest.mark.parametrize("metadata", ["{", "[1]", "7"])
async def test_a_forms_metadata_is_a_json_object(creator, metadata):
    answer = await creator.post(
        "/api/characters",
        data={"name": "Mina", "metadata": metadata},
        files={"image": ("mina.png", picture())},
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.metadata"


async def test_a_form_without_a_name_is_refused(creator):
    answer = await creator.post("/api/characters", files={"image": ("mina.png", picture())})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.name"


async def test_a_bad_image_makes_no_character(creator, pool):
    answer = await creator.post(
        "/api/characters", data={"name": "Mina"}, files={"image": ("mina.png", b"text")}
    )

    assert answer.status_code == 422
    assert await pool.fetchval("select count(*) from characters") == 0


async def test_changes_leave_the_rest_as_it_was(creator):
    made = await make(creator, metadata={"hair": "red"})
    renamed = (await creator.patch(f"/api/characters/{made['id']}", json={"name": "Nora"})).json()
    emptied = (await creator.patch(f"/api/characters/{made['id']}", json={"metadata": {}})).json()

    assert (renamed["name"], renamed["metadata"]) == ("Nora", {"hair": "red"})
    assert (emptied["name"], emptied["metadata"]) == ("Nora", {})
    assert emptied["updated_at"] > made["updated_at"]


@pytest.mark.parametrize("changes", [{"name": None}, {"metadata": None}, {"nmae": "x"}])
async def test_changes_are_neither_null_nor_unknown(creator, changes):
    made = await make(creator)
    answer = await creator.patch(f"/api/characters/{made['id']}", json=changes)

    assert answer.status_code == 422


async def test_pages_stay_right_while_rows_are_added(creator):
    wanted = [(await make(creator, f"c{number}"))["name"] for number in range(5)]
    seen, cursor = [], None
    while True:
        page = (
            await creator.get(
                "/api/characters", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
            )
        ).json()
        seen += [item["name"] for item in page["items"]]
        await make(creator, "newcomer")
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == wanted[::-1]


async def test_names_are_searched_in_any_case(creator):
    for name in ("Mina", "Wilhelmina", "Nora", "100%"):
        await make(creator, name)
    found = [
        [
            item["name"]
            for item in (await creator.get("/api/characters", params={"q": q})).json()["items"]
        ]
        for q in ("MINA", "%", "zzz")
    ]

    assert found == [["Wilhelmina", "Mina"], ["100%"], []]


async def test_an_image_is_stored_byte_for_byte(creator, viewer):
    data = picture("JPEG", exif=_orientation(6))
    made = await make(creator)
    image = (await upload(creator, made["id"], data)).json()
    served = await viewer.get(image["url"])

    assert image["sha256"] == hashlib.sha256(data).hexdigest()
    assert image["key"] == f"images/{image['sha256']}.jpg"
    assert (image["width"], image["height"], image["orientation"]) == (48, 64, 6)
    assert served.content == data
    assert served.headers["content-type"] == "image/jpeg"


def _orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


async def test_one_image_is_primary(creator):
    made = await make(creator)
    path = f"/api/characters/{made['id']}"
    first, second, third = [
        (await upload(creator, made["id"], picture(colour=colour))).json()
        for colour in ("red", "green", "blue")
    ]
    await creator.patch(f"{path}/images/{third['id']}", json={"is_primary": True})
    chosen = (await creator.get(path)).json()["images"]
    await creator.delete(f"{path}/images/{third['id']}")
    left = (await creator.get(path)).json()["images"]

    assert [image["is_primary"] for image in (first, second, third)] == [True, False, False]
    assert [(image["id"], image["is_primary"]) for image in chosen] == [
        (third["id"], True),
        (first["id"], False),
        (second["id"], False),
    ]
    assert [(image["id"], image["is_primary"]) for image in left] == [
        (first["id"], True),
        (second["id"], False),
    ]


async def test_a_new_primary_image_takes_the_place_of_the_old_one(creator):
    made = await make(creator)
    await upload(creator, made["id"], picture(colour="red"))
    second = (await upload(creator, made["id"], picture(colour="blue"), is_primary="true")).json()
    images = (await creator.get(f"/api/characters/{made['id']}")).json()["images"]

    assert [image["id"] for image in images if image["is_primary"]] == [second["id"]]


async def test_the_same_image_is_given_once(creator):
    made = await make(creator)
    await upload(creator, made["id"], picture())
    again = await upload(creator, made["id"], picture())
    other = await upload(creator, (await make(creator, "Nora"))["id"], picture())

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/same-image"
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("data", "status", "name"),
    [
        (b"plain text", 422, "invalid-image"),
        (b"", 422, "invalid-image"),
        (picture("GIF"), 422, "invalid-image"),
        (picture("PNG", size=(2000, 2000)), 413, "image-too-large"),
    ],
)
async def test_what_is_no_usable_picture_is_refused(creator, pool, data, status, name):
    made = await make(creator)
    answer = await upload(creator, made["id"], data)

    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/{name}"
    assert await pool.fetchval("select count(*) from source_images") == 0


@pytest.fixture
def settings(settings) -> ApiSettings:
    return settings.model_copy(update={"max_image_pixels": 1_000_000})


async def test_images_of_nobody_are_refused(creator):
    made = await make(creator)

    assert (await upload(creator, 999, picture())).status_code == 404
    assert (
        await creator.patch(f"/api/characters/{made['id']}/images/9", json={"is_primary": True})
    ).json()["type"] == "/problems/source-image-not-found"
    assert (await creator.delete(f"/api/characters/{made['id']}/images/9")).status_code == 404


async def test_a_failed_change_of_the_primary_image_changes_nothing(creator):
    made = await make(creator)
    await upload(creator, made["id"], picture())
    await creator.patch(f"/api/characters/{made['id']}/images/999", json={"is_primary": True})
    (image,) = (await creator.get(f"/api/characters/{made['id']}")).json()["images"]

    assert image["is_primary"]


async def test_a_deleted_character_takes_its_images_along(creator, pool):
    made = await make(creator)
    await upload(creator, made["id"], picture())
    deleted = await creator.delete(f"/api/characters/{made['id']}")
    again = await creator.delete(f"/api/characters/{made['id']}")

    assert (deleted.status_code, again.status_code) == (204, 404)
    assert await pool.fetchval("select count(*) from source_images") == 0
