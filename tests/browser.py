"""A real browser, axe's rules in it, and what every page must hold to there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests import needs

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for the session; skips with the line that says what to install."""
    path = needs.chromium()
    if not path:
        pytest.skip(needs.why("Chromium"))
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


class Watched:
    """A tab that remembers what went wrong in it and what it fetched."""

    def __init__(self, context: Any, base: str) -> None:
        self.base, self.context = base, context
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._note(asked.url))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def _note(self, address: str) -> None:
        if not address.startswith((self.base, "data:")):
            self.elsewhere.append(address)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, client: Any) -> None:
        """Carry over the session of a test client that has signed in."""
        cookie = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.base}])

    def broken_rules(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA and its best practices."""
        from axe_playwright_python.sync_playwright import Axe

        # The header puts what does not fit under "More" once the page is drawn: until then links lie on one another.
        self.page.evaluate("new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn, 50)))")
        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    def sideways(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def watched(chromium: Any, live_server: Any, settings: Any) -> Iterator[Any]:
    """`watched(width=1280, **context)` opens a tab on the live server."""
    settings.ALLOWED_HOSTS = ["*"]
    opened: list[Any] = []

    def make(width: int = 1280, **options: Any) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        opened.append(context)
        return Watched(context, live_server.url)

    yield make
    for context in opened:
        context.close()
