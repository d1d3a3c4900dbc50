"""People around a booking, one booking in each state, and pages posted as a browser does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from design import tokens
from organisations.models import Contact, Membership
from tests.factories import training as bookings
from tests.people import person
from training.models import Booking


@pytest.fixture(autouse=True)
def _own_vault(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "vault": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "vault", "base_url": None},
        },
    }


@pytest.fixture
def booker(council):
    """The owner: a plain member who asked."""
    user = person("booker@example.org", "Bo Ashdown")
    Membership.objects.create(organisation=council, user=user)
    Contact.objects.create(name="Bo Ashdown", email=user.email, organisation=council, user=user)
    return user


@pytest.fixture
def colleague_booker(council):
    """Same organisation, role booker: books for it, so sees its bookings."""
    user = person("second.booker@example.org", "Sid Marlow")
    Membership.objects.create(organisation=council, user=user, role=Membership.Role.BOOKER)
    return user


@pytest.fixture
def booking_in(booker, council, coordinator, consultant) -> Callable[[str], Booking]:
    """A booking by the name of its state."""

    def make(state: str) -> Booking:
        given = {
            "requested": (booker, council),
            "withdrawn": (booker, council),
            "accepted": (booker, council, coordinator),
            "declined": (booker, council, coordinator),
            "quoted": (booker, council, coordinator),
            "funded": (booker, council, coordinator),
        }.get(state, (booker, council, coordinator, consultant))
        return getattr(bookings, state)(*given)

    return make


@pytest.fixture
def as_() -> Callable[[Any], Client]:
    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def post() -> Callable[..., Any]:
    """As a browser sends a form of ours: with its once-only token."""

    def send(client: Client, url: str, user: Any, follow: bool = False, **data: object) -> Any:
        return client.post(url, {tokens.FIELD: tokens.new(user), **data}, follow=follow)

    return send


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Run all acts from one barrier, each on a connection of its own; what each returned or raised."""

    def run_all(acts: list[Callable[[], Any]]) -> list[Any]:
        barrier = threading.Barrier(len(acts))
        results: list[Any] = [None] * len(acts)

        def run(index: int) -> None:
            try:
                barrier.wait(timeout=20)
                results[index] = acts[index]()
            except Exception as error:
                results[index] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=[n]) for n in range(len(acts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return results

    return run_all
