"""The booker's side: asking, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from billing import actions as billing
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import actions as meetings
from meetings.actions import poll as polls
from meetings.models import Meeting
from organisations.actions import contact_for
from training import emails
from training.models import Booking, PackagePage, RequestDraft

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.models import Organisation

# What a booker says of the training they want; everything else about a booking follows from acts.
ASKED = (
    "audience",
    "numbers",
    "mode",
    "place",
    "earliest_on",
    "latest_on",
    "dates_note",
    "needs",
    "notes",
    "funder_name",
    "funder_email",
)


@transaction.atomic
def keep_answers(package: PackagePage, step: str, answers: dict[str, list[str]], *, by: User) -> RequestDraft:
    """Keep what was typed at one step of a request, so that it outlives the session (R13)."""
    RequestDraft.objects.get_or_create(user=by, package=package)
    draft = RequestDraft.objects.select_for_update().get(user=by, package=package)
    draft.answers = {**draft.answers, step: answers}
    draft.save()
    return draft


@transaction.atomic
def ask_for_training(
    package: PackagePage,
    organisation: Organisation,
    answers: Mapping[str, Any],
    *,
    by: User,
    draft: RequestDraft | None = None,
) -> Booking:
    """Ask for a package for a team of `organisation`. With `draft`, that draft is sent: once only (R10).

    Raises Stale when the draft was sent already, Refused when the package is no longer offered or `by`
    does not belong to the organisation.
    """
    if draft is not None and not RequestDraft.objects.filter(pk=draft.pk).delete()[0]:
        raise Stale("This request has been sent already. Nothing more was sent.")
    missing = []
    if not package.live:
        missing.append(f"“{package.title}” is not offered at the moment. Choose another package, or call us.")
    if not organisation.memberships.filter(user=by).exists():
        missing.append(f"You do not belong to {organisation}. Choose an organisation of yours.")
    if missing:
        raise Refused(*missing)
    booking = Booking(
        organisation=organisation,
        contact=contact_for(by, organisation),
        package=package,
        package_title=package.title,
        created_by=by,
        **{name: value for name, value in answers.items() if name in ASKED},
    )
    booking.save()
    record(booking, "booking.requested", by=by)
    emails.request_received(booking)
    emails.request_to_office(booking)
    return booking


@transaction.atomic
def withdraw(booking: Booking, *, reason: str, by: User) -> None:
    """Take the booking back: a date that stands is cancelled, an order nobody agreed to is cancelled too.

    An order that is funded stays for staff to settle, since a late cancellation may cost. Raises Refused
    when the booker tries that online, Stale when the booking is past withdrawing.
    """
    locked = Booking.locked(booking.pk)
    if locked.can_move_to(Booking.Status.WITHDRAWN) and (missing := locked.missing_for_withdrawal(by)):
        raise Refused(*missing)
    booking.move_to(Booking.Status.WITHDRAWN, by=by, reason=reason)
    meeting, order = locked.meeting, locked.order
    if meeting is not None and meeting.status == Meeting.Status.CONFIRMED:
        meetings.cancel(meeting, reason=f"{locked.title} has been withdrawn.", by=by)
    polls.drop(locked.reference, by=by, reason=f"{locked.title} has been withdrawn.")
    if order is not None and not order.is_funded and order.can_move_to("cancelled"):
        billing.cancel_order(order, reason=f"{locked.title} has been withdrawn.", by=by)
    emails.withdrawn(booking)
