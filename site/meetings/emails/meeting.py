"""Mails about a meeting. Each goes to one attendee, under the invite in their mailbox, once (R10)."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from mail.actions import send
from mail.models import Message
from meetings import itip
from meetings.models import Attendee, Meeting, Proposal
from provider.models import Provider


def invited(meeting: Meeting, attendee: Attendee) -> Message:
    return _send("invited", meeting, attendee, "REQUEST")


def moved(meeting: Meeting, attendee: Attendee, *, before: str) -> Message:
    return _send("moved", meeting, attendee, "REQUEST", before=before)


def changed(meeting: Meeting, attendee: Attendee, *, what: str) -> Message:
    return _send("changed", meeting, attendee, "REQUEST", what=what)


def cancelled(meeting: Meeting, attendee: Attendee, *, reason: str) -> Message:
    return _send("cancelled", meeting, attendee, "CANCEL", reason=reason)


def uninvited(meeting: Meeting, attendee: Attendee) -> Message:
    return _send("uninvited", meeting, attendee, "CANCEL")


def reminder(meeting: Meeting, attendee: Attendee, *, days: int) -> Message:
    """No calendar object: nothing has changed. Once for a time of the meeting (R10)."""
    return send(
        "meetings/reminder",
        to=attendee.email,
        name=attendee.name,
        context=context_of(meeting, attendee),
        key=f"reminder:{meeting.pk}:{meeting.starts_at:%Y%m%dT%H%M}:{days}:{attendee.pk}",
        headers=threading(attendee),
        about=meeting.about,
    )


def time_proposed(meeting: Meeting, proposal: Proposal) -> Message:
    """To the organiser's mailbox. What they wrote with it is on the meeting's page, not in the mail (R8)."""
    return send(
        "meetings/time_proposed",
        to=Provider.load().email,
        context={
            "meeting": meeting,
            "proposal": proposal,
            "page": settings.BASE_URL + reverse("meeting:inspect", args=[meeting.pk]),
        },
        key=f"proposal:{proposal.pk}:told",
        about=meeting.about,
    )


def proposal_declined(meeting: Meeting, attendee: Attendee, proposal: Proposal) -> Message:
    """The time stays as it is. It changes nothing, so it is no revision."""
    calendar = itip.decline_counter(
        meeting.happening(), attendee.person(), sequence=proposal.sequence, at=timezone.now()
    )
    return send(
        "meetings/proposal_declined",
        to=attendee.email,
        name=attendee.name,
        context={"meeting": meeting, "attendee": attendee, "proposal": proposal},
        calendar=calendar,
        method="DECLINECOUNTER",
        key=f"proposal:{proposal.pk}:declined",
        headers=threading(attendee),
        about=meeting.about,
    )


def context_of(meeting: Meeting, attendee: Attendee) -> dict[str, object]:
    reply_url = settings.BASE_URL + reverse("meetings:reply", args=[attendee.reply_token])
    return {"meeting": meeting, "attendee": attendee, "reply_url": reply_url}


def _send(name: str, meeting: Meeting, attendee: Attendee, method: str, **context: object) -> Message:
    happening = meeting.happening()
    if method == "REQUEST":
        calendar = itip.request(happening)
    else:
        calendar = itip.cancel(happening, only=attendee.person() if name == "uninvited" else None)
    return send(
        f"meetings/{name}",
        to=attendee.email,
        name=attendee.name,
        context={**context_of(meeting, attendee), **context},
        calendar=calendar,
        method=method,
        key=mail_key(meeting, attendee, method),
        headers=threading(attendee) if name != "invited" else None,
        about=meeting.about,
    )


def mail_key(meeting: Meeting, attendee: Attendee, method: str) -> str:
    """One mail to a person for a revision, however often it is asked for (R10)."""
    return f"meeting:{meeting.uid.partition('@')[0]}:{meeting.sequence}:{attendee.pk}:{method}"


def latest(meeting: Meeting) -> dict[int, Message]:
    """The last mail to each attendee, by the attendee's pk, without bodies: has it arrived?"""
    prefix = f"meeting:{meeting.uid.partition('@')[0]}:"
    mails = Message.objects.without_bodies().filter(key__startswith=prefix).order_by("pk")
    by_address = {a.email.lower(): a.pk for a in meeting.attendees.all()}
    found = {}
    for mail in mails:
        whom = (mail.key or "").split(":")[3]
        # "s": a mail about the whole series, of which this meeting is one.
        pk = by_address.get(mail.to.lower()) if whom.startswith("s") else int(whom)
        if pk is not None:
            found[pk] = mail
    return found


def threading(attendee: Attendee) -> dict[str, str]:
    """RFC 5322 section 3.6.4: whatever follows is a reply to the invite."""
    return {"In-Reply-To": attendee.thread_id, "References": attendee.thread_id}
