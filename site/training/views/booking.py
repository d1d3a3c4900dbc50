"""What a booker returns to: their bookings, and where each stands."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.views import person
from design.acts import telling
from design.kept import sign_in_required
from design.once import once
from engagements.stages import Whose
from engagements.timeline import NOT_A_STEP, entries_of
from meetings.views.file import as_file
from training import actions
from training.forms.booking import WithdrawForm
from training.models import Booking, RequestDraft
from training.stages import CONFIRMED, stage_of

# How we keep our books is no step of the booker's.
NOT_FOR_BOOKERS = NOT_A_STEP | {
    "order.link_sent",
    "order.card_started",
    "order.card_unreachable",
    "order.card_mismatch",
    "order.overpaid",
    "meeting.replied",
}


def _seen(request: HttpRequest, reference: str) -> Booking:
    """The booking of this reference if this person may see it. Raises Http404 for everybody else (R9)."""
    bookings = (
        Booking.objects.visible_to(person(request)).for_stages().prefetch_related("meetings__attendees")
    )
    return get_object_or_404(bookings, reference=reference.upper())


@sign_in_required
def mine(request: HttpRequest) -> HttpResponse:
    bookings = Booking.objects.visible_to(person(request)).for_stages().order_by("-created_at")
    rows = [
        {"booking": booking, "stage": stage, "yours": stage.whose == Whose.BOOKER}
        for booking in bookings
        for stage in [stage_of(booking)]
    ]
    drafts = (
        RequestDraft.objects.filter(user=person(request)).select_related("package").order_by("-updated_at")
    )
    return render(request, "training/mine.html", {"rows": rows, "drafts": drafts})


@sign_in_required
def meeting_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The day that stands, as a file for a calendar."""
    meeting = _seen(request, reference).meeting
    if meeting is None:
        raise Http404("No date is confirmed.")
    return as_file(meeting)


@sign_in_required
def one(request: HttpRequest, reference: str) -> HttpResponse:
    booking = _seen(request, reference)
    if request.path != (path := reverse("training:booking", args=[booking.reference])):
        return redirect(path)
    stage = stage_of(booking)
    meeting = booking.meeting
    people = meeting.invited if meeting else []
    return render(
        request,
        "training/booking.html",
        {
            "booking": booking,
            "stage": stage,
            "yours": stage.whose == Whose.BOOKER,
            "done": stage.is_over,
            "entries": entries_of(booking, now="" if stage.is_over else stage.name, hidden=NOT_FOR_BOOKERS),
            "meeting": meeting,
            "on": meeting.starts_at if meeting and stage == CONFIRMED else None,
            "trainers": [a for a in people if a.role == "Trainer"],
            "delegates": [a for a in people if a.role == "Delegate"],
            "coming": sum(a.partstat == a.Partstat.ACCEPTED for a in people if a.role == "Delegate"),
            "order": booking.order,
            "rows": asked_rows(booking),
            "may_withdraw": not booking.missing_for_withdrawal(person(request)),
        },
    )


def asked_rows(booking: Booking) -> list[dict[str, object]]:
    """What was asked for, as a summary list."""
    return [
        {"key": "Training", "value": booking.package_title},
        {"key": "Who will take part", "value": booking.audience},
        {"key": "Number of people", "value": booking.numbers},
        {
            "key": "Where",
            "value": "\n".join(filter(None, [booking.get_mode_display(), booking.place])),
        },
        {"key": "Dates", "value": booking.window_spoken},
        {"key": "Days that suit, or do not", "value": booking.dates_note},
        {"key": "Access and other needs", "value": booking.needs},
        {"key": "What we should know", "value": booking.notes},
        {"key": "Who agrees the cost", "value": f"{booking.funder_name}\n{booking.funder_email}".strip()},
    ]


@sign_in_required
def requested(request: HttpRequest, reference: str) -> HttpResponse:
    booking = _seen(request, reference)
    href = reverse("training:booking", args=[booking.reference])
    return render(request, "training/requested.html", {"asked": booking, "href": href})


@sign_in_required
@once
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    booking = _seen(request, reference)
    if request.method != "POST" and not booking.can_move_to(Booking.Status.WITHDRAWN):
        raise Http404("It has ended.")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, f"{booking.reference} is withdrawn."):
            actions.withdraw(booking, reason=form.cleaned_data["reason"], by=person(request))
        return redirect("training:booking", booking.reference)
    return render(
        request,
        "training/withdraw.html",
        {
            "booking": booking,
            "form": form,
            "missing": booking.missing_for_withdrawal(person(request)),
            "back_href": reverse("training:booking", args=[booking.reference]),
        },
        status=422 if form.errors else 200,
    )
