"""Somebody at a browser: what they can do, in the words that stand on the page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from tests.journeys.running import Site, code_in

PASSWORD = "a-long-password-of-the-journeys"


class Person:
    """One person, one browser of their own. Every page they land on has to be a good one."""

    def __init__(self, browser: Any, site: Site, email: str, width: int = 1280) -> None:
        self.site, self.email = site, email
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, accept_downloads=True, base_url=site.url
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.wrong: list[str] = []
        self.page.on("response", self._note)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("console", self._hear)

    def _note(self, response: Any) -> None:
        # The last two: the browser's own PDF reader loads its parts by the same road.
        stripe = self.site.env.get("STRIPE_API_BASE", self.site.url)
        ours = response.url.startswith((self.site.url, stripe, "chrome-extension://", "chrome://"))
        if response.status >= 500 or not ours:
            self.wrong.append(f"{response.status} {response.url}")

    def _hear(self, said: Any) -> None:
        if said.type == "error" and "Content Security Policy" in said.text:
            self.wrong.append(said.text)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def click(self, name: str, exact: bool = True) -> None:
        """A button or a link by its words: what stands in the page's main part goes before its frame."""
        for place in (self.page.locator("main"), self.page.locator("body")):
            for role in ("button", "link"):
                found = place.get_by_role(role, name=name, exact=exact)  # type: ignore[arg-type]
                if found.count():
                    found.first.click()
                    self.page.wait_for_load_state()
                    return
        raise AssertionError(f"{self.page.url} has no button or link “{name}”:\n{self.text()[:3000]}")

    def fill(self, **answers: str) -> None:
        """Fields by their name in the form."""
        for name, value in answers.items():
            self.page.locator(f"[name='{name}']").first.fill(value)

    def choose(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(label, exact=True).first.check()

    def select(self, name: str, label: str) -> None:
        box = self.page.locator(f"select[name='{name}']")
        value = box.locator("option").filter(has_text=label).first.get_attribute("value")
        box.select_option(value)

    def sees(self, *words: str) -> None:
        """The page says all of this, once it has arrived."""
        deadline = time.monotonic() + 15
        while missing := [w for w in words if w not in self.text()]:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.page.url} does not say {missing}:\n{self.text()[:3000]}")
            self.page.wait_for_timeout(100)

    def text(self) -> str:
        try:
            return re.sub(r"\s+", " ", self.page.locator("body").inner_text())
        except PlaywrightError:  # between two pages there is nothing to read
            return ""

    def status_of(self, path: str) -> int:
        """What this person's browser gets at an address, without leaving the page."""
        return int(self.context.request.get(self.site.url + path, max_redirects=0).status)

    def saves(self, name: str | re.Pattern[str], folder: Path) -> Path:
        """Click a download link and keep the file."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=name).or_(
                self.page.get_by_role("button", name=name)
            ).first.click()
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def sign_in(self) -> None:
        self.go("/accounts/login/")
        self.fill(login=self.email, password=PASSWORD)
        self.click("Sign in")
        assert "/login/" not in self.page.url, self.text()

    def sign_up(self, name: str, organisation: str, kind: str) -> None:
        """From the page they are on: account, emailed code, organisation."""
        self.fill(name=name, email=self.email, password1=PASSWORD)
        self.click("Create my account")
        code = code_in(self.site.mailbox.wait_for(self.email, "code"))
        self.fill(code=code)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        self.fill(name=organisation)
        self.choose(kind)
        self.click("Save and continue")

    def ends_well(self) -> None:
        assert self.wrong == [], self.wrong
        self.context.close()


@contextmanager
def person(browser: Any, site: Site, email: str, width: int = 1280) -> Iterator[Person]:
    """Somebody at their browser. A failure leaves a picture of what they saw beside the site's log."""
    somebody = Person(browser, site, email, width)
    try:
        yield somebody
    except BaseException:
        somebody.page.screenshot(path=str(site.folder / f"{email}.png"), full_page=True)
        print(f"{email} was at {somebody.page.url}\n{somebody.text()[:3000]}")
        raise
    somebody.ends_well()
