"""What a browser sees at the web address where no web app is built."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from screentest.api.api_route import ApiRoute
from screentest.api.domain.web_files import PAGE_HEADERS

router = APIRouter(include_in_schema=False, route_class=ApiRoute)

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Screentest</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.05rem/1.6 system-ui, sans-serif }
  body { max-width: 42rem; margin: 4rem auto; padding: 0 1rem }
  code { font-size: .9em }
</style>
<h1>Screentest</h1>
<p>Try the shot before you pay for the scene. The services are running, and this is their REST
API.</p>
<ul>
  <li><a href="/api/openapi.json">Every endpoint, with examples</a> (OpenAPI)</li>
  <li><a href="/api/health">Is everything well?</a></li>
  <li><a href="/problems">What can go wrong, and how to mend it</a></li>
</ul>
<p>Send the admin key that <code>make up</code> printed as
<code>Authorization: Bearer &lt;key&gt;</code>. The README has commands to begin with, and
<code>make demo</code> does the main job from three photographs.</p>
</html>
"""


@router.get("/")
async def home() -> HTMLResponse:
    """Say what runs here and where to go on; no key is needed."""
    return HTMLResponse(_PAGE, headers=PAGE_HEADERS)
