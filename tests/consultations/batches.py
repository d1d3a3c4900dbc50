"""What the staff tests of batches share: addresses, and posting as a page of ours does."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from consultations.models import Batch, BatchSession
from design import tokens
from tests.factories import batches


def at(name: str, batch: Batch, *args: object) -> str:
    return reverse(f"batch:{name}", args=[batch.pk, *args])


def send(client: Client, name: str, batch: Batch, *args: object, **answers: object) -> Any:
    """POST to an act with a fresh token, as the page that carries its form or button would."""
    who = type("Who", (), {"pk": client.session["_auth_user_id"], "is_authenticated": True})()
    return client.post(at(name, batch, *args), {"once": tokens.new(who), **answers})


def fresh(batch: Batch) -> Batch:
    return batches.fresh(batch)


def session_of(batch: Batch, number: int = 1) -> BatchSession:
    return BatchSession.objects.get(batch=batch, number=number)


def words(page: Any) -> str:
    """The text of a page, apostrophes and quotes as people read them."""
    import html

    return html.unescape(page.content.decode())
