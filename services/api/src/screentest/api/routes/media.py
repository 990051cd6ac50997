"""Clips, frames and images, whole or in parts."""

from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer
from screentest.api.deps import Deps, Wired
from screentest.api.domain.media import (
    MEDIA_TYPES,
    ByteRange,
    media_type_of,
    names_tag,
    requested_range,
)
from screentest.api.openapi import may_answer
from screentest.api.problems.media import MediaNotFound, RangeNotSatisfiable
from screentest.common.objects import ObjectInfo, Objects

router = router_for("media")

# Keys are written once: what a browser has of one stays right for ever.
_CACHE = "private, max-age=31536000, immutable"

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT = dict.fromkeys(MEDIA_TYPES, _BINARY)
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file.", "content": _CONTENT},
    206: {"description": "The bytes that `Range` asked for.", "content": _CONTENT},
    304: {"description": "`If-None-Match` names what the client has already."},
    **may_answer(MediaNotFound, RangeNotSatisfiable),
}


@router.get("/media/{key:path}", response_class=Response, responses=_RESPONSES)
async def get_media(_: Viewer, deps: Wired, key: str, request: Request) -> Response:
    """A file by its storage key. One range a request; more are answered with the whole file."""
    return await _send_file(deps, key, request)


@router.head("/media/{key:path}", response_class=Response, responses=_RESPONSES)
async def head_media(_: Viewer, deps: Wired, key: str, request: Request) -> Response:
    """Size, kind and tag of a file."""
    return await _send_file(deps, key, request)


async def _send_file(deps: Deps, key: str, request: Request) -> Response:
    media_type = media_type_of(key)
    if media_type is None:
        raise MediaNotFound(key)
    try:
        return await send(deps.objects, key, media_type, request, cache=_CACHE)
    except FileNotFoundError:
        raise MediaNotFound(key) from None


async def send(
    objects: Objects,
    key: str,
    media_type: str,
    request: Request,
    *,
    cache: str,
    replaced_as: str | None = None,
) -> Response:
    """Answer with an object, or with what the request asks for of it.

    ``replaced_as``: the key's object may be replaced, and is offered for saving by that name.

    Raises:
        FileNotFoundError: there is none of that key.
        RangeNotSatisfiable: it has none of the bytes.
    """
    info = await objects.info(key)
    headers = _headers(key, info) | {"Cache-Control": cache}
    if replaced_as is not None:
        headers["ETag"] = f'"{(info.e_tag or "").strip(chr(34))}"'
        headers["Content-Disposition"] = f'inline; filename="{replaced_as}"'
    if request.method == "HEAD":
        headers["Content-Length"] = str(info.size_bytes)
        return Response(headers=headers, media_type=media_type)
    if names_tag(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    part = _part(request, headers["ETag"], info.size_bytes)
    if part is None:
        part, status = ByteRange(0, info.size_bytes), HTTPStatus.OK
    else:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{info.size_bytes}"
    headers["Content-Length"] = str(part.size_bytes)
    # One that is replaced while it is sent breaks off, and is never a mix of two.
    e_tag = info.e_tag if replaced_as is not None else None
    body = objects.stream(key, part.start, part.end, e_tag=e_tag)
    return StreamingResponse(body, status, headers, media_type)


def _headers(key: str, info: ObjectInfo) -> dict[str, str]:
    # A key stands for one content, so the key and its length are tag enough in every store.
    tag = key if key.startswith("images/") else f"{key}:{info.size_bytes}"
    return {
        "ETag": f'"{tag}"',
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }


def _part(request: Request, tag: str, size_bytes: int) -> ByteRange | None:
    condition = request.headers.get("if-range")
    if condition is not None and not names_tag(condition, tag):
        return None
    asked = request.headers.get("range")
    try:
        return requested_range(asked, size_bytes)
    except ValueError:
        raise RangeNotSatisfiable(asked or "", size_bytes) from None
