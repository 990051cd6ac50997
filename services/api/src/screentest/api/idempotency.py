"""A POST with an Idempotency-Key happens once, however often it is sent.

How a route gets it: by being a POST on an `ApiRoute` router and making its changes in the request's
transaction (`InTx`); nothing else. The key's row is inserted in that same transaction before the
route runs and holds the answer when it commits. So
- the change and the memory of it commit together, or neither does;
- a second request arriving meanwhile waits on the row (409 `request-in-progress` if for long), then
  gets the stored answer with `Idempotency-Replayed: true`;
- a request that failed leaves no trace: it may be mended or repeated under the same key;
- the same key with another request is a 422 `idempotency-key-reused`.
Keys belong to a user and are kept for 24 hours. An answer with `Cache-Control: no-store` (a new API
key) is not kept: repeating it is a 409 `answer-not-kept`, and nothing happens twice.
"""

import hashlib
from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from screentest.api.auth import identify
from screentest.api.deps import deps_of
from screentest.api.problems.general import (
    AnswerNotKept,
    IdempotencyKeyReused,
    InvalidRequest,
)
from screentest.api.store import idempotency
from screentest.api.unit_of_work import UnitOfWork

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
MAX_KEY_LENGTH = 255

Handle = Callable[[Request], Awaitable[Response]]


async def answer_once(request: Request, unit: UnitOfWork, handle: Handle) -> Response:
    """Answer a POST, or repeat the answer it had."""
    key = request.headers.get(HEADER)
    if key is None:
        return await handle(request)
    _check(key)
    user = await identify(request)
    fingerprint = await fingerprint_of(request)
    tx = await unit.tx()
    stored = await idempotency.claim(
        tx,
        user_id=user.id,
        key=key,
        fingerprint=fingerprint,
        wait_s=deps_of(request).settings.idempotency_wait_s,
    )
    if stored is not None:
        return _replay(key, stored, fingerprint)
    response = await handle(request)
    await idempotency.remember(
        tx,
        user_id=user.id,
        key=key,
        status=response.status_code,
        headers={k: v for k, v in response.headers.items() if k != "content-length"},
        body=None if _is_secret(response) else bytes(response.body),
    )
    return response


async def fingerprint_of(request: Request) -> str:
    """SHA-256 of what makes a request this one and no other.

    Clients choose a new multipart boundary for every attempt, so the boundary does not count.
    """
    body = await request.body()
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    boundary = parameters.partition("boundary=")[2].partition(";")[0].strip(' "')
    if boundary:
        body = body.replace(boundary.encode("latin-1"), b"")
    target = f"{request.method} {request.url.path}?{request.url.query}"
    digest = hashlib.sha256()
    for part in (target.encode(), kind.strip().lower().encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _is_secret(response: Response) -> bool:
    return "no-store" in response.headers.get("cache-control", "")


def _check(key: str) -> None:
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidRequest(
            [
                {
                    "where": f"header.{HEADER}",
                    "message": f"a key has 1 to {MAX_KEY_LENGTH} printable ASCII characters",
                    "kind": "idempotency_key",
                }
            ]
        )


def _replay(key: str, stored: idempotency.StoredAnswer, fingerprint: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            f'Idempotency-Key "{key}" stands for another request of yours: '
            "make a new key for this one."
        )
    if stored.body is None:
        raise AnswerNotKept(
            f'The request with Idempotency-Key "{key}" was carried out before and its answer held '
            "a secret, which is not kept: revoke what it made and ask again with a new key."
        )
    return Response(stored.body, stored.status, {**stored.headers, REPLAYED: "true"})
