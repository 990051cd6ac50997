"""The built web app: its files, and its page at every path that is not the api's.

A path of the app ("/compare?shots=1,2") is a place within the page, so that whoever reloads it, or
is sent it, gets the page again.
"""

import os
import stat
from pathlib import Path

from fastapi import Request, Response
from starlette.responses import FileResponse
from starlette.routing import Match, Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from screentest.api.domain.web_files import (
    PACKED,
    PAGE_HEADERS,
    cache_of,
    codings_accepted,
    is_asset,
    media_type_of,
)
from screentest.api.problems.general import PathNotFound

_INDEX = "index.html"
_NOT_THE_APPS = ("api", "problems")


class WebApp(Route):
    """GET and HEAD of every path that is not the api's, while the folder has an index.html."""

    def __init__(self, folder: Path) -> None:
        super().__init__("/{path:path}", self.answer, methods=["GET"], include_in_schema=False)
        self._folder = folder
        # It knows which paths lead out of the folder, links followed.
        self._files = StaticFiles(directory=folder, check_dir=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the app; every other is answered as it would be without."""
        match, child = super().matches(scope)
        if match is not Match.FULL:
            return Match.NONE, {}
        path: str = child["path_params"]["path"]
        if path.split("/", 1)[0] in _NOT_THE_APPS or not (self._folder / _INDEX).is_file():
            return Match.NONE, {}
        return match, child

    def answer(self, request: Request) -> Response:
        """A file of the folder, else the page.

        Raises:
            PathNotFound: there is no such asset; the page is never taken for one.
        """
        path: str = request.path_params["path"]
        for name in (path,) if is_asset(path) else (path, _INDEX):
            if answer := self._file(request, name):
                return answer
        raise PathNotFound(
            f'The web app has no file "{request.url.path}": reload the page, which may be of an '
            "older version than what the server has now."
        )

    def _file(self, request: Request, name: str) -> Response | None:
        if (plain := self._find(name)) is None:
            return None
        headers = PAGE_HEADERS | {"Cache-Control": cache_of(name)}
        packed = {coding: self._find(name + ending) for coding, ending in PACKED.items()}
        if any(packed.values()):
            headers["Vary"] = "Accept-Encoding"
        path, facts = plain
        for coding in codings_accepted(request.headers.get("accept-encoding")):
            if found := packed[coding]:
                path, facts = found
                headers["Content-Encoding"] = coding
                break
        response = FileResponse(
            path, headers=headers, media_type=media_type_of(name), stat_result=facts
        )
        if self._files.is_not_modified(response.headers, request.headers):
            return NotModifiedResponse(response.headers)
        return response

    def _find(self, name: str) -> tuple[str, os.stat_result] | None:
        """Where a file of the folder is; None when there is none, or it is elsewhere."""
        try:
            path, facts = self._files.lookup_path(name)
        except (OSError, ValueError):  # longer than a name may be, or with a NUL
            return None
        if facts is None or not stat.S_ISREG(facts.st_mode):
            return None
        return path, facts
