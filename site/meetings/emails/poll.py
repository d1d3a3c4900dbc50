"""Mails of a date poll: asked, reminded, settled, closed; and to whoever asked, that it is time to choose."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from mail.actions import send
from mail.models import Message
from meetings import times
from meetings.models import Poll, Voter
from provider.models import Provider


def asked(voter: Voter) -> Message:
    return _to(voter, "poll_asked", f"asked-{voter.link_number}")


def reminded(voter: Voter) -> Message:
    return _to(voter, "poll_reminder", f"reminder-{voter.reminders}")


def settled(voter: Voter) -> Message:
    """The day is found. Their invite comes in a mail of its own."""
    return _to(voter, "poll_settled", "settled")


def closed(voter: Voter, *, reason: str) -> Message:
    return _to(voter, "poll_closed", "closed", reason=reason)


def complete(poll: Poll, *, page: str) -> Message:
    """Everybody has answered: for whoever asked, once."""
    return _to_us(poll, "poll_complete", "complete", page)


def ran_out(poll: Poll, *, page: str) -> Message:
    return _to_us(poll, "poll_ran_out", "ran-out", page)


def _to(voter: Voter, name: str, what: str, **context: object) -> Message:
    poll = voter.poll
    return send(
        f"meetings/{name}",
        to=voter.email,
        name=voter.name,
        context={
            "poll": poll,
            "voter": voter,
            "slots": list(poll.slots.all()),
            "closes": times.spoken_day(poll.closes_at),
            "answer_url": settings.BASE_URL + reverse("meetings:poll", args=[voter.link_token]),
            **context,
        },
        key=f"poll:{poll.pk}:{voter.pk}:{what}",
        about=poll.about,
    )


def _to_us(poll: Poll, name: str, what: str, page: str) -> Message:
    asker = poll.asked_by
    return send(
        f"meetings/{name}",
        to=asker.email if asker is not None else Provider.load().email,
        name=str(asker or ""),
        context={"poll": poll, "page": page},
        key=f"poll:{poll.pk}:{what}",
        about=poll.about,
    )
