"""Consultations at any point of their life, made by the real actions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from billing import actions as billing
from billing.models import Product
from consultations import actions
from consultations.models import (
    Consultation,
    DocumentRequest,
    NetworkMember,
    RecommendationCategory,
    Recommendations,
)
from meetings import actions as meetings
from meetings.models import Meeting
from organisations.models import Contact, Organisation

ANSWERS: dict[str, object] = {
    "job_title": "Social worker",
    "phone": "01632 960111",
    "social_worker_allocated": "yes",
    "social_worker_name": "Rowan Hale",
    "social_worker_email": "referrer@example.gov.uk",
    "own_reference": "EL-2041",
    "initials": "J.B.",
    "age": 14,
    "gender": "boy",
    "area": "Elmbury",
    "behaviours": "Touching another pupil without consent, twice this term.",
    "happened": "In September and again last week.",
    "setting": "offline",
    "tried": "A safety plan at school.",
    "investigation": "none",
    "safety_of_young_person": "Lives with a grandparent; supervised online.",
    "safety_of_others": "Not alone with younger children; school plan in place.",
    "questions": "What should the school do next term?",
    "funding": "agreed",
    "funder_name": "Morgan Field",
    "funder_email": "funder@example.gov.uk",
    "documents_held": ["Chronology"],
    "availability": "Most mornings, not on Fridays.",
    "lawful_basis": "public_task",
}


def product() -> Product:
    return Product.objects.get_or_create(
        name="One-off consultation",
        defaults={"unit": "consultation", "unit_price": Decimal("1250.00"), "vat_treatment": "exempt"},
    )[0]


def draft(referrer: User, council: Organisation, **answers: object) -> Consultation:
    """A referral with every step filled, not sent."""
    consultation = actions.begin(council, by=referrer)
    actions.save_step(consultation, {**ANSWERS, **answers}, by=referrer)
    member = NetworkMember(name="Sam Brook", agency="Elmshire Police", email="sam.brook@example.org")
    actions.add_to_network(consultation, member, by=referrer)
    return Consultation.objects.get(pk=consultation.pk)


def submitted(referrer: User, council: Organisation, **answers: object) -> Consultation:
    consultation = draft(referrer, council, **answers)
    actions.refer(consultation, by=referrer)
    return consultation


def accepted(referrer: User, council: Organisation, coordinator: User) -> Consultation:
    consultation = submitted(referrer, council)
    actions.accept_referral(consultation, by=coordinator)
    return consultation


def quoted(referrer: User, council: Organisation, coordinator: User, funder: Contact) -> Consultation:
    consultation = accepted(referrer, council, coordinator)
    actions.ask_for_funding(consultation, product=product(), funder=funder, by=coordinator)
    return fresh(consultation)


def funded(referrer: User, council: Organisation, coordinator: User, funder: Contact) -> Consultation:
    """Funding agreed and the checklist out, as the follow-up job would leave it."""
    checklist()
    return funded_after(quoted(referrer, council, coordinator, funder), funder)


def funded_after(consultation: Consultation, funder: Contact) -> Consultation:
    assert consultation.order
    billing.accept_quote(consultation.order.quotes.get(), purchase_order_number="PO-7781", by=funder)
    actions.request_documents(consultation, by=None)
    return fresh(consultation)


def documented(referrer: User, council: Organisation, coordinator: User, funder: Contact) -> Consultation:
    consultation = funded(referrer, council, coordinator, funder)
    for request in consultation.document_requests.filter(is_required=True):
        actions.waive_document(request, reason="Seen at the office.", by=coordinator)
    return fresh(consultation)


def booked(
    referrer: User,
    council: Organisation,
    coordinator: User,
    funder: Contact,
    *,
    starts_in: timedelta = timedelta(days=7),
) -> Consultation:
    consultation = documented(referrer, council, coordinator, funder)
    starts_at = timezone.now() + starts_in
    actions.book_meeting(
        consultation,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="Video",
        by=coordinator,
    )
    return fresh(consultation)


def met(referrer: User, council: Organisation, coordinator: User, funder: Contact) -> Consultation:
    consultation = booked(referrer, council, coordinator, funder)
    hold(consultation.meeting, by=coordinator)
    return fresh(consultation)


def hold(meeting: Meeting | None, *, by: User) -> None:
    """Move the meeting's row into the past, since nothing is held before it begins, then hold it."""
    assert meeting
    earlier = timezone.now() - timedelta(hours=3)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=earlier, ends_at=earlier + timedelta(hours=2))
    meeting.refresh_from_db()
    meetings.record_held(meeting, by=by)


def written(
    referrer: User, council: Organisation, coordinator: User, funder: Contact, consultant: User
) -> Recommendations:
    """A finished draft of the report, the meeting held."""
    consultation = met(referrer, council, coordinator, funder)
    report = actions.begin_recommendations(consultation, by=consultant)
    actions.write(
        report,
        words={
            "background": "We read the chronology and the safety plan.",
            "network_view": "School and police agree on the risks.",
            "formulation": "The behaviour follows loss and isolation.",
            "suitability": "An assessment would suit once the plan has held for a term.",
        },
        items=[item("Review the safety plan.")],
        by=consultant,
    )
    return report


def item(text: str, **fields: Any) -> dict[str, Any]:
    """One recommendation as `actions.write` takes it, of a kind that reports count."""
    category, _ = RecommendationCategory.objects.get_or_create(title="Safety planning")
    return {"text": text, "owner": "Social worker", "due_on": None, "category": category, **fields}


def signed_off(
    referrer: User, council: Organisation, coordinator: User, funder: Contact, consultant: User, lead: User
) -> Recommendations:
    report = written(referrer, council, coordinator, funder, consultant)
    actions.send_for_review(report, by=consultant)
    actions.sign_off(report, by=lead)
    return report


def issued(
    referrer: User, council: Organisation, coordinator: User, funder: Contact, consultant: User, lead: User
) -> Recommendations:
    report = signed_off(referrer, council, coordinator, funder, consultant, lead)
    actions.issue_recommendations(report, by=lead)
    return report


def pay(consultation: Consultation) -> None:
    """The invoice of an invoiced case, in full."""
    assert consultation.order
    invoice = consultation.order.invoices.get()
    billing.record_payment(
        invoice,
        amount=invoice.total,
        method="bank",
        received_on=timezone.localdate(),
        bank_reference="BACS 1",
        by=None,
    )


def checklist() -> None:
    """The default checklist, also after a test that flushed what the migrations had planted."""
    import_module("consultations.migrations.0003_checklists").fill(apps, None)


def fresh(consultation: Consultation) -> Consultation:
    return Consultation.objects.get(pk=consultation.pk)


def text_file(name: str = "chronology.txt", words: str = "2026-01-04 First contact.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode(), content_type="text/plain")


def first_required(consultation: Consultation) -> DocumentRequest:
    return consultation.document_requests.filter(is_required=True).earliest("number")
