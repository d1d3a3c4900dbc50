from __future__ import annotations

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from accounts.links import ScopedLink
from design import tokens
from mail.models import Message
from tests.accounts.link_model import TrialLink


@pytest.fixture
def link(db) -> ScopedLink:
    link, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    return link


@pytest.fixture
def browser_request():
    """A request as one browser makes it, with a session of its own."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    return request


@pytest.fixture
def mailbox(db):
    """The letters of the real outbox, newest last: `mailbox.code()` is the code of the last one."""
    return Mailbox()


class Mailbox:
    def letters(self) -> list[Message]:
        return list(Message.objects.order_by("pk"))

    def last(self) -> Message:
        return self.letters()[-1]

    def code(self) -> str:
        found = re.search(r"^\s+([0-9]{4}-[0-9]{4}|[0-9]{6})\s*$", self.last().text, re.MULTILINE)
        assert found, self.last().text
        return found[1]


def once_of(page: str) -> dict[str, str]:
    """The once-only token that a page carries, to post with its form."""
    found = re.search(rf'name="{tokens.FIELD}" value="([^"]+)"', page)
    assert found
    return {tokens.FIELD: found[1]}
