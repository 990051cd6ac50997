"""The built web app over HTTP: files, the page for every other path, and never anything else."""

import gzip

import httpx
import pytest

from screentest.api.app import create_app
from screentest.api.deps import Deps
from screentest.api.domain.web_files import codings_accepted
from screentest.api.settings import ApiSettings

PAGE = "<!doctype html><title>App</title>"
SCRIPT = b"console.log('hello')" * 50


@pytest.fixture
def folder(tmp_path):
    web = tmp_path / "dist"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text(PAGE)
    (web / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (web / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (web / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (web / "assets" / "app-1a2b.css").write_text("body { margin: 0 }")
    (tmp_path / "secret.txt").write_text("secret")
    (web / "link.txt").symlink_to(tmp_path / "secret.txt")
    return web


@pytest.fixture
def client_of():
    def made(web_dir) -> httpx.AsyncClient:
        settings = ApiSettings(
            pg_dsn="unused", amqp_url="unused", objects_url="unused", web_dir=web_dir
        )
        # No path that is asked for below needs the database or the storage.
        app = create_app(Deps(pool=None, objects=None, settings=settings))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")

    return made


@pytest.fixture
async def client(client_of, folder):
    async with client_of(folder) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/test-shots/7", "/compare?shots=1,2", "/a.b"]
)
async def test_every_place_in_the_app_is_its_page(client, path):
    answer = await client.get(path)

    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_page_loads_and_runs_nothing_of_others(client):
    headers = (await client.get("/scenes/1")).headers
    policy = headers["content-security-policy"].split("; ")

    assert {"script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/assets/app-1a2b.js", "text/javascript; charset=utf-8", "immutable"),
        ("/assets/app-1a2b.css", "text/css; charset=utf-8", "immutable"),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
    ],
)
async def test_files_are_what_they_are(client, folder, path, media_type, cache):
    answer = await client.get(path, headers={"Accept-Encoding": "identity"})

    assert answer.content == (folder / path[1:]).read_bytes()
    assert answer.headers["content-type"] == media_type
    assert cache in answer.headers["cache-control"]


async def test_a_packed_file_is_sent_to_those_who_take_it(client):
    packed = await client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "br, gzip"})
    plain = await client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == SCRIPT
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]


async def test_what_a_browser_has_is_not_sent_again(client):
    first = await client.get("/")
    again = await client.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_head_tells_the_same_without_a_body(client):
    got, head = await client.get("/shots"), await client.head("/shots")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(PAGE))


@pytest.mark.parametrize("path", ["/assets/app-0000.js", "/assets", "/assets/", "/api/nothing"])
async def test_what_is_missing_is_never_the_page(client, path):
    answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/path-not-found"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/link.txt",
        "/%00",
        f"/{'long' * 100}",
    ],
)
async def test_nothing_outside_the_folder_is_served(client, path):
    answer = await client.get(path)

    assert answer.status_code == 404 or answer.text == PAGE


async def test_what_is_the_apis_stays_so(client):
    problems = await client.get("/problems")
    described = await client.get("/api/openapi.json")
    wrong = await client.post("/test-shots/7")

    assert problems.headers["content-type"] == described.headers["content-type"]
    assert (problems.status_code, described.status_code, wrong.status_code) == (200, 200, 404)


@pytest.mark.parametrize("exists", [True, False])
async def test_without_a_built_app_there_is_the_plain_page(client_of, folder, exists):
    (folder / "index.html").unlink()
    async with client_of(folder if exists else None) as client:
        page, place = await client.get("/"), await client.get("/test-shots/7")

    assert "REST" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert place.status_code == 404


async def test_an_app_that_is_built_later_is_served_at_once(client_of, tmp_path):
    async with client_of(tmp_path / "dist") as client:
        before = await client.get("/")
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "index.html").write_text(PAGE)
        after = await client.get("/")

    assert before.text != after.text == PAGE


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        (None, []),
        ("", []),
        ("gzip, deflate, br, zstd", ["br", "gzip"]),
        ("br;q=0, gzip;q=0.5", ["gzip"]),
        ("*", ["br", "gzip"]),
        ("*;q=0, gzip", ["gzip"]),
        ("identity", []),
    ],
)
def test_codings_are_those_the_client_takes(header, codings):
    assert codings_accepted(header) == codings
