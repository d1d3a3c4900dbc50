"""Cases at each point of their life, and what the staff tests share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from changes.refusals import Refused
from consultations import actions
from consultations.models import Batch, Consultation
from tests.factories import batches
from tests.factories import consultations as cases

STATES = [
    "submitted", "questioned", "declined", "accepted", "quoted", "funded", "documented", "booked", "met", "written",
    "in_review", "signed_off", "issued", "invoiced", "withdrawn",
]  # fmt: skip


@pytest.fixture
def world(referrer, council, coordinator, funder) -> tuple[Any, Any, Any, Any]:
    return (referrer, council, coordinator, funder)


@pytest.fixture
def a_case(world, consultant, lead, coordinator, referrer, council) -> Callable[[str], Consultation]:
    """`a_case("funded")`: led by the consultant from acceptance on."""

    def make(state: str) -> Consultation:
        if state in {"submitted", "questioned", "declined"}:
            case = cases.submitted(referrer, council)
            if state == "questioned":
                actions.ask_for_more(case, question="Who holds the plan?", by=coordinator)
            if state == "declined":
                actions.decline_referral(
                    case, reason="Over 21.", alternative="Adult services.", by=coordinator
                )
        elif state in {"accepted", "withdrawn"}:
            case = cases.accepted(referrer, council, coordinator)
            if state == "withdrawn":
                actions.withdraw(case, reason="They asked.", by=coordinator)
        elif state in {"quoted", "funded", "documented", "booked", "met"}:
            case = getattr(cases, state)(*world)
        else:
            case = _reported(state, world, consultant, lead)
        Consultation.objects.filter(pk=case.pk).update(
            lead_consultant=None if state in {"submitted", "questioned", "declined"} else consultant
        )
        return cases.fresh(case)

    return make


def _reported(state: str, world: tuple[Any, Any, Any, Any], consultant: Any, lead: Any) -> Consultation:
    from billing.actions import issue_invoice

    if state in {"written", "in_review"}:
        report = cases.written(*world, consultant)
        if state == "in_review":
            actions.send_for_review(report, by=consultant)
    elif state == "signed_off":
        report = cases.signed_off(*world, consultant, lead)
    else:
        report = cases.issued(*world, consultant, lead)
        if state == "invoiced":
            order: Any = report.consultation.order
            issue_invoice(order, by=lead)
    return report.consultation


BATCH_STATES = [
    "drafted", "requested", "accepted", "quoted", "funded", "booked", "held", "used_up", "run_out",
    "part_invoiced", "invoiced", "paid", "closed", "declined", "withdrawn",
]  # fmt: skip


@pytest.fixture
def a_batch(referrer, council, coordinator) -> Callable[..., Batch]:
    """`a_batch("funded")`: two sessions bought, unless the state says otherwise."""

    def make(state: str, bought: int = 2) -> Batch:
        if state in {"drafted", "requested"}:
            return getattr(batches, state)(referrer, council)
        more = {"bought": bought} if state in {"quoted", "funded", "booked", "held"} else {}
        return getattr(batches, state)(referrer, council, coordinator, **more)

    return make


@pytest.fixture
def staff(client, settings) -> Callable[[Any], Client]:
    settings.STAFF_SECOND_FACTOR = False  # tried with it on in tests/accounts

    def as_(user: Any) -> Client:
        client.force_login(user)
        return client

    return as_


def tried(act: Callable[..., object], *args: object, **kwargs: object) -> list[str]:
    """What an act was refused with; nothing when it was done."""
    try:
        act(*args, **kwargs)
    except Refused as refusal:
        return refusal.messages
    return []


def url(name: str, case: Consultation, *args: object) -> str:
    return reverse(f"consultation:{name}", args=[case.pk, *args])


def token(page: bytes) -> str:
    """The once-only token printed in a page."""
    found = re.search(rb'name="once" value="([^"]+)"', page)
    assert found, "no once-only token on the page"
    return found[1].decode()


def send(client: Client, name: str, case: Consultation, /, *args: object, **answers: object) -> Any:
    """POST to an act with a fresh token, as the page that carries its form or button would."""
    from design import tokens

    user = type("Who", (), {"pk": client.session["_auth_user_id"], "is_authenticated": True})()
    return client.post(url(name, case, *args), {"once": tokens.new(user), **answers})


def said(client: Client, response: Any) -> list[str]:
    """What the next page says to the person."""
    page = client.get(response.url)
    return [str(m) for m in page.context["messages"]]
