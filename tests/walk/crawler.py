"""The patterns of every address, and the forms of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ROOMS = {
    "home", "training", "consultations", "engagements", "billing", "meetings", "organisations",
    "accounts", "vault", "mail", "provider", "design", "changes", "allauth",
}  # fmt: skip


FORM = re.compile(r"<form\b.*?(?:</form>|\Z)", re.DOTALL)  # the rest of a page takes long to read
# What in an address says which one: with it left out, a form that stands on every page is one form.
WHICH_ONE = re.compile(r"\b[A-Z]{1,2}-\d\d-[A-Z0-9]{4}\b|\d+")


@dataclass
class Form:
    """One form of a page: where it goes, and its fields with what stands in them."""

    action: str
    page: str
    post: bool
    fields: list[dict[str, str]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({one["name"] for one in self.fields}))


class FormReader(HTMLParser):
    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(Form(action, self.address, given.get("method", "get").lower() == "post"))
            self._open = True
        elif tag in ("input", "textarea", "select", "button") and self._open and (name := given.get("name")):
            kind = given.get("type", tag)
            self.forms[-1].fields.append({"name": name, "kind": kind, "value": given.get("value", "")})

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern there is, with its whole route."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def is_ours(callback: Any) -> bool:
    """A view of our rooms or of allauth, or one of Wagtail's made for a model of ours."""
    if getattr(callback, "view_class", callback).__module__.split(".")[0] in ROOMS:
        return True
    model = getattr(callback, "view_initkwargs", {}).get("model")
    return getattr(model, "__module__", "").split(".")[0] in ROOMS


class Walker:
    """One persona with a browser: what each address answered, and every form met, once a shape."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: dict[str, int] = {}
        self.forms: dict[tuple[str, tuple[str, ...]], Form] = {}

    def visit(self, path: str) -> int:
        response: Any = self.client.get(path)
        self.seen[path] = response.status_code
        if not response.streaming and "html" in response.get("Content-Type", ""):
            forms = "".join(FORM.findall(response.content.decode()))
            for form in FormReader(path, forms).forms:
                if form.fields and "logout" not in form.action:
                    self.forms.setdefault((WHICH_ONE.sub("#", urlsplit(form.action).path), form.names), form)
        return int(response.status_code)
