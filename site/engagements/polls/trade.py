"""The seam: what a date poll asks of a trade. The poll itself is the meetings' room and knows no trade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from design.staff import Button
from engagements.models import Engagement
from meetings.actions import Invitee
from meetings.actions import poll as polls
from meetings.models import Meeting, Poll, Resource


@dataclass(frozen=True)
class Trade:
    """One trade's part in its date polls.

    `guard` wraps a view: it gets `engagement=` instead of `pk` once whoever asks may see it and may book;
    everybody else gets what the trade's own pages give them (R9). `offer` and `choose` are its actions, which
    say no by the trade's own rules (R3); `why_no_offer` and `why_no_choice` say the same before the button.
    """

    name: str  # of its viewset, whose pages these join
    plural: str
    guard: Callable[[Callable[..., Any]], Callable[..., Any]]
    invitees: Callable[[Any], list[Invitee]]
    resources: Callable[[Any], list[Resource]]  # ticked to begin with
    offer: Callable[..., Poll]
    choose: Callable[..., Meeting]
    why_no_offer: Callable[[Any], list[str]]
    why_no_choice: Callable[[Any], list[str]]

    def page(self, name: str, engagement: Engagement, *args: object) -> str:
        return reverse(f"{self.name}:{name}", args=[engagement.pk, *args])

    def home(self, engagement: Engagement) -> str:
        return self.page("inspect", engagement)


def tell_asker(name: str, engagement: Engagement, poll: Poll) -> None:
    """Follow-up of `poll_waits`: whoever asked hears that it is time to choose, with the page to do it on."""
    path = reverse(f"{name}:poll", args=[engagement.pk, poll.pk])
    polls.tell_asker(poll, page=settings.BASE_URL + path)


def polls_on_page(trade: Trade, engagement: Engagement, *, may: bool) -> dict[str, Any]:
    """For the page of a case or booking: its polls, the open one among them, and the button that offers dates.

    Nothing without `may`.
    """
    if not may:
        return {}
    found = list(Poll.objects.of(engagement.reference).for_page())
    why = tuple(trade.why_no_offer(engagement))
    pages = [(poll, trade.page("poll", engagement, poll.pk)) for poll in found]
    return {
        "polls": pages,
        "open": next((page for page in pages if page[0].status == Poll.Status.OPEN), None),
        "offer": Button("offer-dates", "Offer dates", trade.page("poll_offer", engagement), why_off=why),
    }
