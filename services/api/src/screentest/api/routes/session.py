"""Signing in and out with a browser: an API key is exchanged for a cookie no script can read."""

from http import HTTPStatus

from fastapi import Request, Response

from screentest.api.api_route import router as router_for
from screentest.api.auth import Viewer, check_own_page, holder_of_key, is_https, token_in
from screentest.api.domain.sessions import MOST_DAYS, cookie_name
from screentest.api.openapi import may_answer
from screentest.api.problems.general import CrossSiteRequest, Unauthenticated
from screentest.api.schemas.sessions import Session, SignIn
from screentest.api.store import sessions
from screentest.api.unit_of_work import InTx

router = router_for("users")

_DAY_S = 24 * 60 * 60


@router.post("/session", responses=may_answer(Unauthenticated))
async def sign_in(request: Request, tx: InTx, body: SignIn, response: Response) -> Session:
    """Sign in: the answer sets a cookie that is as good as the key, until either ends.

    It ends when it was not used for 30 days, after 90 days, with the key, and by signing out.
    Requests that change something have to come from this server's own pages, or carry the header
    `X-Screentest-Client`. A session the browser had before ends.
    """
    user, key_id = await holder_of_key(tx, body.api_key.strip())
    if before := token_in(request):
        await sessions.end_session(tx, before)
    token, expires_at = await sessions.add_session(tx, user.id, key_id)
    https = is_https(request)
    response.set_cookie(
        cookie_name(is_https=https),
        token,
        max_age=MOST_DAYS * _DAY_S,
        path="/",
        secure=https,
        httponly=True,
        samesite="strict",
    )
    response.headers["Cache-Control"] = "no-store"
    return Session(user=user, expires_at=expires_at)


@router.get("/session")
async def get_session(request: Request, user: Viewer, response: Response) -> Session:
    """Who is signed in, and until when."""
    response.headers["Cache-Control"] = "no-store"
    return Session(user=user, expires_at=getattr(request.state, "session_expires_at", None))


@router.delete(
    "/session", status_code=HTTPStatus.NO_CONTENT, responses=may_answer(CrossSiteRequest)
)
async def sign_out(request: Request, tx: InTx, response: Response) -> None:
    """End the browser's session and take its cookie back; without one nothing happens."""
    if token := token_in(request):
        check_own_page(request)
        await sessions.end_session(tx, token)
    https = is_https(request)
    response.delete_cookie(
        cookie_name(is_https=https), path="/", secure=https, httponly=True, samesite="strict"
    )
