"""Mails about a series: one to each person for a revision of the whole, under their invite, once (R10)."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from mail.actions import send
from mail.models import Message
from meetings import itip
from meetings.models import Attendee, Meeting, Series


def told(
    series: Series, attendee: Attendee, entries: list[itip.Happening], *, is_new: bool, what: str = ""
) -> Message:
    """The series as it is for this person: an invite, or what has changed about it."""
    return _send(
        "series_invited" if is_new else "series_changed",
        series,
        attendee,
        itip.request(*entries),
        "REQUEST",
        is_new=is_new,
        what=what,
        meetings=_theirs(series, attendee),
    )


def cancelled(
    series: Series, attendee: Attendee, entry: itip.Happening, *, for_all: bool, what: str = ""
) -> Message:
    """None of it is theirs any more: called off for everybody, or they alone are taken off."""
    calendar = itip.cancel(entry, only=None if for_all else attendee.person())
    return _send("series_cancelled", series, attendee, calendar, "CANCEL", for_all=for_all, what=what)


def _theirs(series: Series, attendee: Attendee) -> list[Meeting]:
    email = attendee.email.lower()
    return [m for m in series.to_come if any(a.email.lower() == email for a in m.invited)]


def _send(
    name: str,
    series: Series,
    attendee: Attendee,
    calendar: bytes,
    method: str,
    *,
    is_new: bool = False,
    **context: object,
) -> Message:
    link = reverse("meetings:reply", args=[attendee.reply_token])
    thread = {"In-Reply-To": attendee.thread_id, "References": attendee.thread_id}
    return send(
        f"meetings/{name}",
        to=attendee.email,
        name=attendee.name,
        context={
            "series": series,
            "attendee": attendee,
            "meeting": attendee.meeting,
            "reply_url": settings.BASE_URL + link,
            **context,
        },
        calendar=calendar,
        method=method,
        # "s": of the whole series, wherever the person's rows are.
        key=f"meeting:{series.uid.partition('@')[0]}:{series.sequence}:s{attendee.pk}:{method}",
        headers=None if is_new or not attendee.thread_id else thread,
        about=series.about,
    )
