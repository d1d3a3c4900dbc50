"""One page or button for each act on a date poll, hung below the page of the case or booking that it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.views import person
from design.acts import telling
from design.once import once
from design.staff import Act
from engagements.polls.finding import crumbs, poll_of, voter_of, word
from engagements.polls.trade import Trade
from meetings.actions import Unsuitable
from meetings.actions import poll as polls
from meetings.forms.poll import AnswerForForm, AskForm, ChooseForm, CloseForm, OfferForm, found_slots
from meetings.models import Poll, Slot
from meetings.scores import scores
from meetings.staff import finding


class PollAct(Act):
    """One act on one poll. The trade's guard has let whoever asks in and gave the commission."""

    header_icon = "date"

    @property
    def trade(self) -> Trade:
        return self.kwargs["trade"]

    @property
    def by(self) -> User:
        return person(self.request)

    @property
    def engagement(self) -> Any:
        return self.kwargs["engagement"]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.poll = poll_of(self.engagement, kwargs["poll_pk"])

    def get_success_url(self) -> str:
        return self.trade.page("poll", self.engagement, self.poll.pk)

    def get_page_subtitle(self) -> str:
        return f"Date poll for {self.engagement.reference}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            *crumbs(self.trade, self.engagement, str(self.page_title), poll=self.poll),
        ]


class Offer(PollAct):
    template_name = "meetings/admin/poll_offer.html"
    form_class = OfferForm
    page_title = "Offer dates"
    button = "Ask these people"
    done = "The date poll is open. Everybody asked has an email with a link of their own."
    lead = (
        "Offer up to ten times. Each person gets a link to say which suit; no account is needed. Until a date is "
        "chosen, the people, rooms and links ticked here are pencilled in for every time."
    )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        Act.setup(self, request, *args, **kwargs)
        self.poll: Poll | None = None  # type: ignore[assignment]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if why := self.trade.why_no_offer(self.engagement):
            for line in why:
                messages.error(request, line)
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_success_url(self) -> str:
        if self.poll is None:
            return self.trade.home(self.engagement)
        return self.trade.page("poll", self.engagement, self.poll.pk)

    def get_page_subtitle(self) -> str:
        return str(self.engagement.reference)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invitees": self.trade.invitees(self.engagement)}

    def get_initial(self) -> dict[str, Any]:
        usual = [resource.pk for resource in self.trade.resources(self.engagement)]
        return {"resources": usual, **found_slots(self.request.GET)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        find = finding.link(self.request.path, self.get_initial()["resources"], many=1)
        return {**super().get_context_data(**kwargs), "find": find}

    def act(self, form: OfferForm) -> None:
        self.poll = self.trade.offer(self.engagement, **form.details(), by=self.by)


class AnswerFor(PollAct):
    form_class = AnswerForForm
    template_name = "meetings/admin/poll_answer.html"
    button = "Save their answers"
    done = "Their answers are saved."
    lead = "For somebody who tells you on the phone. They can still change it by their own link."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.voter = voter_of(self.poll, kwargs["voter_pk"])
        self.page_title = f"Answer for {self.voter}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "poll": self.poll, "voter": self.voter}

    def act(self, form: AnswerForForm) -> None:
        polls.answer(self.voter, form.answers(), by=self.by)


class Ask(PollAct):
    form_class = AskForm
    page_title = "Ask somebody else"
    button = "Send them the link"
    done = "The link is on its way."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "poll": self.poll}

    def act(self, form: AskForm) -> None:
        polls.ask(self.poll, [form.invitee()], by=self.by)


class Close(PollAct):
    form_class = CloseForm
    page_title = "Close the poll without a date"
    button = "Close it and tell everybody"
    button_kind = "no"
    done = "The poll is closed. Everybody asked is being told, and nothing is held any more."
    lead = "What was pencilled in is free. Everybody asked reads your reason."

    def act(self, form: CloseForm) -> None:
        polls.close(self.poll, by=self.by, reason=form.cleaned_data["reason"])


class Choose(PollAct):
    """Asks once more, with who can come, then books."""

    template_name = "meetings/admin/poll_choose.html"
    form_class = ChooseForm
    page_title = "Choose this date"
    button = "Book it and send the invites"
    done = "The date is booked. The invites are on their way, and nothing else is held any more."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.slot = get_object_or_404(Slot, pk=kwargs["slot_pk"], poll=self.poll)

    def act(self, form: ChooseForm) -> None:
        reason = form.cleaned_data["despite"]
        try:
            self.trade.choose(self.engagement, self.poll, self.slot, by=self.by, despite=reason)
        except Unsuitable:
            form.warn()
            raise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        scored = next(one for one in scores(self.poll) if one.slot.pk == self.slot.pk)
        return {
            **super().get_context_data(**kwargs),
            "scored": scored,
            "people": [(voter, word(voter, self.slot)) for voter in self.poll.asked],
        }


def _posted(done: str, act: Callable[[Poll, Any, User], object]) -> Callable[..., HttpResponse]:
    """A button of the poll's page. `act` gets the poll, the person it is about if any, and who pressed."""

    def view(
        request: HttpRequest, engagement: Any, poll_pk: int, trade: Trade, voter_pk: int = 0
    ) -> HttpResponse:
        poll = poll_of(engagement, poll_pk)
        voter = voter_of(poll, voter_pk) if voter_pk else None
        with telling(request, done):
            act(poll, voter, person(request))
        return redirect(trade.page("poll", engagement, poll.pk))

    return require_POST(once(view))


remind = _posted("Those who have not answered are being reminded.", lambda p, v, by: polls.remind(p, by=by))
renew = _posted("A new link is on its way; the old one is dead.", lambda p, v, by: polls.renew_link(v, by=by))
take_off = _posted("They are asked no more.", lambda p, v, by: polls.take_off(v, by=by))
