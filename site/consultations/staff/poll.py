"""Date polls below a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from consultations import actions
from consultations.actions.meeting import default_invitees
from consultations.actions.poll import missing_for_choice, missing_for_poll
from consultations.models import Consultation
from consultations.staff import access
from engagements.polls import Trade
from meetings.models import Resource


def _guard(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def guarded(request: HttpRequest, consultation: Consultation, **kwargs: Any) -> HttpResponseBase:
        return view(request, engagement=consultation, **kwargs)

    return access.on_case(access.BOOK)(guarded)


def _resources(consultation: Consultation) -> list[Resource]:
    return [Resource.objects.of(one) for one in consultation.consultants]


TRADE = Trade(
    name="consultation",
    plural="Consultations",
    guard=_guard,
    invitees=default_invitees,
    resources=_resources,
    offer=actions.offer_dates,
    choose=actions.choose_date,
    why_no_offer=missing_for_poll,
    why_no_choice=missing_for_choice,
)
