"""Sessions of browsers: the cookie they are known by, and which requests may be made with it."""

from collections.abc import Mapping

#: How long a session lasts without being used.
IDLE_DAYS = 30
#: How long it lasts at most. The cookie is kept as long: it is the server that decides.
MOST_DAYS = 90

#: Says that a program of ours makes the request: no page of another site can send it unasked.
CLIENT_HEADER = "X-Screentest-Client"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(*, is_https: bool) -> str:
    """What the cookie is called.

    Over https no neighbour (another host of the domain, a plain-text answer) can set or replace a
    `__Host-` cookie; over http a browser would not keep one.
    """
    return "__Host-screentest" if is_https else "screentest"


def comes_from_own_page(headers: Mapping[str, str], origin: str) -> bool:
    """Whether a request with a cookie was made by a page of this server, at ``origin``.

    A browser sends cookies of ours with requests of others too, at least within the site. It says
    in `Sec-Fetch-Site` who asks; an older one, or one that uses plain http, in `Origin`. A program
    sends neither, and says so itself.
    """
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    if (asking := headers.get("origin")) is not None:
        return asking == origin
    return CLIENT_HEADER.lower() in headers
