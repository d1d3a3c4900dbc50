"""Date polls below a booking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from engagements.polls import Trade
from meetings.actions import Invitee
from training import actions
from training.actions.poll import missing_for_poll
from training.models import Booking


def _guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perms(("training.view_booking", "training.confirm_booking")):
            raise PermissionDenied
        return view(request, engagement=get_object_or_404(Booking.objects.for_stages(), pk=pk), **kwargs)

    return guarded


def _invitees(booking: Booking) -> list[Invitee]:
    contact = booking.contact
    return [Invitee(contact.name, contact.email, contact=contact, user=contact.user, role="Booker")]


TRADE = Trade(
    name="booking",
    plural="Bookings",
    guard=_guard,
    invitees=_invitees,
    resources=lambda booking: [],
    offer=actions.offer_dates,
    choose=actions.choose_date,
    why_no_offer=missing_for_poll,
    why_no_choice=Booking.missing_for_date,
)
