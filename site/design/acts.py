"""How a view does one act: what the rules say is told, in words, on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from changes.refusals import Refused, Stale


@dataclass
class Told:
    refused: bool = False
    messages: list[str] = field(default_factory=list)


@contextmanager
def telling(
    request: HttpRequest, done: str = "", *, form: BaseForm | None = None, field: str | None = None
) -> Iterator[Told]:
    """`with telling(request, "The quote is sent."): issue_quote(...)`.

    A Refused is told, every message of it, and goes no further; otherwise `done` is said. With `form` and `field`
    it stands by the box that it is about, unless things have moved on meanwhile.
    """
    told = Told()
    try:
        yield told
    except Refused as no:
        told.refused, told.messages = True, no.messages
        if form is not None and not isinstance(no, Stale):
            form.add_error(field, no.messages)
            return
        for message in no.messages:
            messages.error(request, message)
    else:
        if done:
            messages.success(request, done)
