"""What stands behind each address of the demonstration: real values for the arguments of every pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice, product
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.links import ScopedLink, digest
from accounts.models import User
from billing.models import Order
from consultations.batch_stages import stage_of_batch
from consultations.models import Batch, Consultation
from consultations.stages import stage_of
from meetings.models import Attendee, Voter
from organisations.models import Membership, Organisation
from tests.walk.crawler import ROOMS, is_ours, patterns
from training.models import Booking, PackagePage
from training.stages import stage_of as stage_of_booking

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
# Whose pk or reference an address begins with, where its view names no model itself.
NOUNS: dict[str, type[Model]] = {
    "batch": Batch,
    "consultation": Consultation,
    "booking": Booking,
    "order": Order,
}
MOST = 9  # addresses of one pattern
STAFF = ("coordinator", "consultant", "lead", "finance", "editor")
EMAILS = {
    "referrer": "referrer@example.gov.uk",
    "booker": "booker@example.org",
    "funder": "funder@example.gov.uk",
    "outsider": "outsider@example.org",
    **{who: f"{who}@example.nhs.uk" for who in STAFF},
}


def client_of(who: str) -> Client:
    """A browser of this persona; `nobody` is signed out, `linked` has opened every scoped link there is."""
    client = Client()
    if who == "linked":
        _open_every_link(client)
    elif who == "outsider":
        user = User.objects.create_user(EMAILS[who], None, first_name="Out", last_name="Sider")
        Membership.objects.create(organisation=Organisation.objects.create(name="Another Body"), user=user)
        client.force_login(user)
    elif who != "nobody":
        client.force_login(User.objects.get(email=EMAILS[who]))
    return client


def links() -> Iterator[tuple[ScopedLink, str]]:
    """Every link of the demonstration, standing again, with its token made known."""
    for model in apps.get_models():
        # One of the tests' own has a table only while they run.
        if issubclass(model, ScopedLink) and model.__module__.split(".")[0] in ROOMS:
            for link in model._default_manager.all():
                token = f"{model._meta.label_lower}-{link.pk}"
                facts = {"token_hash": digest(token), "revoked_at": None}
                model._default_manager.filter(pk=link.pk).update(
                    expires_at=timezone.now() + timedelta(days=9), **facts
                )
                yield link, token


def _open_every_link(client: Client) -> None:
    session, until = client.session, (timezone.now() + timedelta(hours=1)).isoformat()
    for link, _ in links():
        key = f"links:{link._meta.label_lower}"
        session[key] = {**session.get(key, {}), str(link.pk): until}
    session.save()


def one_of_each(rows: Iterable[Any], kind: Any) -> list[Any]:
    """One of each stage or status."""
    return list({kind(row): row for row in rows}.values())


class World:
    """Addresses of a pattern: one for each state of its noun, with a plausible value for what comes after."""

    def __init__(self) -> None:
        self.samples: dict[type[Model], list[Any]] = {
            Consultation: one_of_each(Consultation.objects.for_stages(), lambda c: stage_of(c).name),  # type: ignore[attr-defined]
            Batch: one_of_each(Batch.objects.for_stages(), lambda b: stage_of_batch(b).name),
            Booking: one_of_each(Booking.objects.for_stages(), lambda b: stage_of_booking(b).name),
            Order: one_of_each(Order.objects.all(), lambda o: o.status),
        }
        invited, asked = Attendee.objects.all()[:2], Voter.objects.all()[:1]
        self.tokens: dict[str, list[str]] = {
            "meetings": [*(a.reply_token for a in invited), *(v.link_token for v in asked)]
        }
        for link, token in links():
            self.tokens.setdefault(link._meta.app_label, []).append(token)

    def rows(self, model: type[Model]) -> list[Any]:
        if model not in self.samples:
            self.samples[model] = list(model._default_manager.all()[:2])
        return self.samples[model]

    def noun(self, route: str, callback: Any) -> type[Model] | None:
        named = getattr(callback, "view_initkwargs", {}).get("model")
        if isinstance(named, type):
            return named
        ahead = route.split("<")[0].split("/")  # what stands after the first argument hangs below its noun
        parts = [part for part in ahead if part]
        for part in reversed(parts):
            word = part.removesuffix("-acts").removesuffix("s").replace("-", "")
            for model in apps.get_models():
                if model._meta.model_name == word and model.__module__.split(".")[0] in ROOMS:
                    return model
        return next((model for word, model in NOUNS.items() if any(p.startswith(word) for p in parts)), None)

    def values(self, name: str, route: str, noun: type[Model] | None) -> list[str]:
        rows = self.rows(noun) if noun else []
        if name == "reference":
            return [row.reference for row in rows if hasattr(row, "reference")] or ["C-26-7K4M"]
        if name == "pk":
            return [str(row.pk) for row in rows] or ["1"]
        if name in ("package", "slug"):
            return [str(PackagePage.objects.values_list("slug", flat=True)[0])]
        if name == "token":
            rooms = {"orders": "billing", "bookings": "training"}
            room = route.split("/")[0]
            return self.tokens.get(rooms.get(room, room), ["nothing"])[:3]
        return ["1"]

    def addresses(self, route: str, callback: Any) -> Iterator[str]:
        noun = self.noun(route, callback)
        for chosen in product(*(self.values(name, route, noun) for name in ARGUMENT.findall(route))):
            path = route
            for value in chosen:
                path = ARGUMENT.sub(value, path, count=1)
            yield "/" + path

    def all(self) -> dict[str, list[str]]:
        """Every pattern of ours with its addresses; patterns written as regular expressions are Wagtail's."""
        return {
            route: list(islice(self.addresses(route, one.callback), MOST))
            for route, one in patterns()
            if is_ours(one.callback) and "(" not in route and "logout" not in route
        }
