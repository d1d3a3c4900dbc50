"""What a trade's viewset adds to its addresses."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from engagements.polls import acts
from engagements.polls.page import page
from engagements.polls.trade import Trade


def urls_of(trade: Trade) -> list[URLPattern]:
    def at(route: str, view: Any, name: str) -> URLPattern:
        return path(f"<int:pk>/dates/{route}", trade.guard(view), {"trade": trade}, name=name)

    one, person = "<int:poll_pk>/", "<int:poll_pk>/people/<int:voter_pk>/"
    return [
        at("offer/", acts.Offer.as_view(), "poll_offer"),
        at(one, page, "poll"),
        at(f"{one}slots/<int:slot_pk>/", acts.Choose.as_view(), "poll_choose"),
        at(person, acts.AnswerFor.as_view(), "poll_answer"),
        at(f"{person}link/", acts.renew, "poll_renew"),
        at(f"{person}off/", acts.take_off, "poll_take_off"),
        at(f"{one}ask/", acts.Ask.as_view(), "poll_ask"),
        at(f"{one}remind/", acts.remind, "poll_remind"),
        at(f"{one}close/", acts.Close.as_view(), "poll_close"),
    ]
