"""Offering dates to people, and holding them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from changes.log import record
from changes.refusals import Refused
from meetings import times
from meetings.actions import revisions
from meetings.actions.poll.voters import put_on_list
from meetings.actions.revisions import Invitee
from meetings.models import MOST_SLOTS, Hold, MeetingSettings, Poll, Resource, Slot


@transaction.atomic
def offer(
    *,
    title: str,
    about: str,
    slots: Sequence[tuple[datetime, datetime]],
    closes_at: datetime,
    people: Iterable[Invitee],
    resources: Iterable[Resource] = (),
    place: str = "",
    video_url: str = "",
    dial_in: str = "",
    joining: str = "",
    by: User | None,
) -> Poll:
    """Ask `people` which of `slots` suit them, and hold each slot for `resources` meanwhile.

    `title` and `about` hold references only (R8). Raises Refused with everything that is wrong: times past
    or twice, nobody asked, somebody wanted who is booked then (R3), or a poll that is open already.
    """
    wanted = list(resources)
    if wrong := [*_wrong_slots(slots, closes_at), *_clashes(slots, wanted)]:
        raise Refused(*wrong)
    last = max(start for start, _ in slots)
    holding = timedelta(days=MeetingSettings.load().poll_hold_days)
    poll = Poll(
        title=title,
        about=about,
        closes_at=closes_at,
        expires_at=min(closes_at + holding, max(last, closes_at)),
        place=place,
        video_url=video_url,
        dial_in=dial_in,
        joining=joining,
        asked_by=by,
    )
    try:
        with transaction.atomic():
            poll.save()
    except IntegrityError as error:
        raise Refused(
            f"A date poll for {about} is open already. Choose from it, or close it first."
        ) from error
    poll.resources.set(wanted)
    made = [Slot.objects.create(poll=poll, starts_at=start, ends_at=end) for start, end in sorted(slots)]
    Hold.objects.bulk_create(Hold(slot=slot, resource=resource) for slot in made for resource in wanted)
    asked = put_on_list(poll, people)
    if not asked:
        raise Refused("Choose at least one person to ask.")
    record(poll, "poll.offered", by=by, people=", ".join(v.name for v in asked), slots=len(made))
    return poll


def _wrong_slots(slots: Sequence[tuple[datetime, datetime]], closes_at: datetime) -> list[str]:
    now = timezone.now()
    if not 0 < len(slots) <= MOST_SLOTS:
        return [f"Offer at least one time, and {MOST_SLOTS} at most."]
    wrong = []
    for start, end in slots:
        if start <= now:
            wrong.append(f"{times.spoken_span(start, end)} has passed. Offer a time to come.")
        revisions.refuse_odd_times(start, end)
    if len({start for start, _ in slots}) < len(slots):
        wrong.append("The same time is offered twice. Change one of the two.")
    if closes_at <= now:
        wrong.append("The day by which people answer has passed. Choose a later one.")
    elif closes_at > min(start for start, _ in slots):
        wrong.append("People have to answer before the first time that is offered. Choose an earlier day.")
    return wrong


def _clashes(slots: Sequence[tuple[datetime, datetime]], wanted: list[Resource]) -> list[str]:
    """Says who and when, not for what: the other matter is not everybody's to know (R9)."""
    return [
        f"{resource} is already booked then: {times.spoken_span(start, end)}. Offer another time."
        for start, end in slots
        for resource in wanted
        if resource.reservations.filter(active=True, starts_at__lt=end, ends_at__gt=start).exists()
    ]
