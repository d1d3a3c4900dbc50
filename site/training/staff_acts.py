"""What staff can do about a booking: one table, read by its page and by the page of each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from organisations.actions import note_contact
from training import actions
from training.forms import staff as forms
from training.models import Booking

if TYPE_CHECKING:
    from accounts.models import User

Status = Booking.Status


@dataclass(frozen=True)
class Act:
    """One button. `missing` says what stands in its way; with a `form` it has a page of its own."""

    name: str
    label: str
    permission: str
    done: str
    lead: str
    run: Callable[[Booking, dict[str, Any], User], object]
    missing: Callable[[Booking], list[str]]
    form: type[Any] | None = None
    is_grave: bool = False

    @property
    def has_page(self) -> bool:
        """For templates, which would call a form's class instead of looking whether there is one."""
        return self.form is not None

    def why_off(self, booking: Booking, user: User) -> list[str]:
        """Everything that keeps this person from doing it now; nothing when they may."""
        missing = self.missing(booking)
        if not missing and not user.has_perm(self.permission):
            return [f"Your role does not include this: it is for {WHO[self.permission]}."]
        return missing


WHO = {
    "training.triage_booking": "a coordinator or clinical lead",
    "training.confirm_booking": "a coordinator or clinical lead",
    "billing.issue_quote": "a coordinator or finance officer",
    "billing.issue_invoice": "a finance officer",
}


def _while(*statuses: str) -> Callable[[Booking], list[str]]:
    def missing(booking: Booking) -> list[str]:
        if booking.status in statuses:
            return []
        return [f"It is {booking.get_status_display().lower()}: this was decided already."]

    return missing


def _quote(booking: Booking, said: dict[str, Any], by: User) -> object:
    funder = note_contact(booking.organisation, name=said["funder_name"], email=said["funder_email"])
    return actions.ask_for_funding(
        booking,
        product=said["product"],
        quantity=said["quantity"],
        unit_price=said["unit_price"],
        funder=funder,
        by=by,
    )


def _date(booking: Booking, said: dict[str, Any], by: User) -> object:
    return actions.confirm_date(
        booking,
        starts_at=said["starts_at"],
        ends_at=said["ends_at"],
        place=said["place"],
        video_url=said["video_url"],
        dial_in=said["dial_in"],
        joining=said["joining"],
        trainer=said["trainer"],
        delegates=said["delegates"],
        rooms=list(said["resources"]),
        despite=said["despite"],
        by=by,
    )


def _missing_for_withdrawal(booking: Booking) -> list[str]:
    if booking.can_move_to(Status.WITHDRAWN):
        return []
    return [f"It is {booking.get_status_display().lower()}, so it cannot be withdrawn."]


ACTS = [
    Act(
        "accept",
        "Accept the request",
        "training.triage_booking",
        "Accepted. The booker is being told; the quote is next.",
        "",
        lambda booking, said, by: actions.accept_booking(booking, by=by),
        _while(Status.REQUESTED),
    ),
    Act(
        "decline",
        "Decline the request",
        "training.triage_booking",
        "Declined. The booker is being told.",
        "The booker gets an email that there is an answer, and reads these two texts after signing in.",
        lambda booking, said, by: actions.decline_booking(booking, by=by, **said),
        _while(Status.REQUESTED),
        forms.DeclineForm,
        is_grave=True,
    ),
    Act(
        "quote",
        "Send the quote",
        "billing.issue_quote",
        "The quote is on its way to the funder.",
        "The person who agrees the cost gets the quote by email and accepts it online.",
        _quote,
        Booking.missing_for_quote,
        forms.QuoteForm,
    ),
    Act(
        "date",
        "Confirm the date",
        "training.confirm_booking",
        "The date is confirmed and the invites are on their way.",
        "The trainer's diary is reserved, and everybody listed gets an invite for their calendar.",
        _date,
        Booking.missing_for_date,
        forms.ConfirmForm,
    ),
    Act(
        "deliver",
        "Mark as delivered",
        "training.confirm_booking",
        "Delivered. The invoice is next.",
        "",
        lambda booking, said, by: actions.record_delivered(booking, by=by),
        Booking.missing_for_delivery,
    ),
    Act(
        "invoice",
        "Issue the invoice",
        "billing.issue_invoice",
        "The invoice is issued and on its way to the funder.",
        "",
        lambda booking, said, by: actions.issue_invoice(booking, by=by),
        Booking.missing_for_invoice,
    ),
    Act(
        "close",
        "Close the booking",
        "training.confirm_booking",
        "Closed.",
        "",
        lambda booking, said, by: actions.close(booking, by=by),
        Booking.missing_for_closing,
    ),
    Act(
        "withdraw",
        "Withdraw the booking",
        "training.confirm_booking",
        "Withdrawn. The booker is being told.",
        "A date that is confirmed is cancelled, and everybody invited is told. A cost that was agreed stays on its "
        "order for finance to settle.",
        lambda booking, said, by: actions.withdraw(booking, by=by, **said),
        _missing_for_withdrawal,
        forms.WithdrawForm,
        is_grave=True,
    ),
]
BY_NAME = {act.name: act for act in ACTS}
