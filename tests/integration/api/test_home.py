"""The page at the web address."""

import re


async def test_page_needs_no_key_and_its_links_lead_somewhere(api):
    anonymous = api.client()
    page = await anonymous.get("/")

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'href="([^"]+)"', page.text)
    assert links
    for link in links:
        assert (await anonymous.get(link)).status_code == 200, link
