"""The built web app as files: of which kind they are, how long they keep, what a page may load."""

import re

_POLICY = """\
default-src 'self'
script-src 'self'
style-src 'self' 'unsafe-inline'
img-src 'self' blob: data:
media-src 'self' blob:
connect-src 'self'
worker-src 'self' blob:
object-src 'none'
frame-ancestors 'none'
base-uri 'none'
form-action 'self'
"""
#: For every page: it runs and loads what this server has and nothing else, in no other site's
#: frame, and its links tell other sites nothing. Clips and frames are also made in the browser
#: (blob:, data:), and components set styles of their own.
PAGE_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY.splitlines()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
#: Names of assets hold a hash of their content: one that is there never changes.
ASSETS = "assets"
_FOR_EVER = "public, max-age=31536000, immutable"
#: Asked for again every time, and sent only if it changed.
_ASK_AGAIN = "no-cache"

# Not `mimetypes`, which also knows what the machine it runs on says.
_MEDIA_TYPES = {
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "mp4": "video/mp4",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
#: Content codings that a file may lie there in, by what its name ends with; the smallest first.
PACKED = {"br": ".br", "gzip": ".gz"}
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$", re.IGNORECASE)


def media_type_of(path: str) -> str:
    """What a file is by the end of its name."""
    return _MEDIA_TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def is_asset(path: str) -> bool:
    """Whether the path, relative to the folder, is one of an asset."""
    return path.split("/", 1)[0] == ASSETS


def cache_of(path: str) -> str:
    """How long a browser may keep a file."""
    return _FOR_EVER if is_asset(path) else _ASK_AGAIN


def codings_accepted(header: str | None) -> list[str]:
    """The codings of `PACKED` that an Accept-Encoding header allows, the smallest first."""
    weights: dict[str, float] = {}
    for part in (header or "").split(","):
        name = part.partition(";")[0].strip().lower()
        quality = _QUALITY.search(part)
        weights[name] = float(quality[1]) if quality else 1.0
    others = weights.get("*", 0.0)
    return [coding for coding in PACKED if weights.get(coding, others) > 0]
