"""A date poll as one page: people and times as a table, the time to propose with why, and what can be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from design.staff import Button, furniture
from engagements.polls.finding import crumbs, poll_of, word
from engagements.polls.trade import Trade
from meetings.models import Poll, Voter
from meetings.scores import Score, best, scores


@require_GET
def page(request: HttpRequest, engagement: Any, poll_pk: int, trade: Trade) -> HttpResponse:
    poll = poll_of(engagement, poll_pk)
    buttons = Buttons(trade, engagement, poll)
    scored = scores(poll)
    is_settled = poll.status == Poll.Status.SETTLED
    proposed = None if is_settled else best(scored)
    return render(
        request,
        "meetings/admin/poll.html",
        {
            **furniture(
                "Date poll",
                subtitle=engagement.reference,
                icon="date",
                crumbs=crumbs(trade, engagement, "Date poll"),
            ),
            "poll": poll,
            "home": trade.home(engagement),
            "proposed": proposed,
            "choose_best": buttons.choose_best(proposed),
            "no_choice": () if is_settled else buttons.no_choice,
            "rows": [{"score": s, "is_best": s is proposed, "choose": buttons.choose(s)} for s in scored],
            "people": [
                {"voter": v, "words": [word(v, s.slot) for s in scored], "acts": buttons.about(v)}
                for v in poll.asked
            ],
            "acts": buttons.of_poll(),
        },
    )


class Buttons:
    """What can be done with the poll now, each with why it is off."""

    def __init__(self, trade: Trade, engagement: Any, poll: Poll) -> None:
        self.trade, self.engagement, self.poll = trade, engagement, poll
        self.is_open = poll.status == Poll.Status.OPEN
        self.no_choice = tuple(trade.why_no_choice(engagement))
        self.late = () if poll.takes_answers else ("The poll takes no answers any more.",)

    def _button(self, key: str, label: str, *args: object, why: tuple[str, ...] = (), **given: Any) -> Button:
        href = self.trade.page(f"poll_{key}", self.engagement, self.poll.pk, *args)
        return Button("-".join(map(str, (key, *args))), label, href, why_off=why, **given)

    def choose_best(self, best: Score | None) -> Button | None:
        if best is None:
            return None
        href = self.trade.page("poll_choose", self.engagement, self.poll.pk, best.slot.pk)
        return Button("choose-best", "Choose this date", href, why_off=self.no_choice, kind="")

    def choose(self, score: Score) -> Button | None:
        if self.poll.status == Poll.Status.SETTLED or self.no_choice or not score.can_be_chosen:
            return None
        return self._button("choose", "Choose", score.slot.pk, about=score.slot.when)

    def about(self, voter: Voter) -> list[Button]:
        if not self.is_open:
            return []
        acts = [self._button("answer", "Answer for them", voter.pk, about=voter.name)]
        if self.poll.takes_answers:
            acts.append(self._button("renew", "New link", voter.pk, posts=True, about=voter.name))
        return [*acts, self._button("take_off", "Take off", voter.pk, posts=True, about=voter.name)]

    def of_poll(self) -> list[Button]:
        if not self.is_open:
            return []
        nobody = () if self.poll.unanswered else ("Everybody has answered.",)
        return [
            self._button("remind", "Remind who has not answered", why=self.late or nobody, posts=True),
            self._button("ask", "Ask somebody else", why=self.late),
            self._button("close", "Close without a date", kind="no"),
        ]
