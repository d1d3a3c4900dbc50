"""Offering dates to people, their answers, and the slot that is chosen in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings import times
from meetings.actions import revisions
from meetings.actions.revisions import Invitee
from meetings.emails import poll as emails
from meetings.models import MOST_SLOTS, Hold, Meeting, MeetingSettings, Poll, Resource, Slot, Vote, Voter

REMINDED_AGAIN_AFTER = timedelta(hours=20)
Answer = Vote.Answer


@dataclass(frozen=True)
class Choice:
    """What a chosen slot asks to be booked: what the owner's own act of booking takes."""

    starts_at: datetime
    ends_at: datetime
    place: str
    video_url: str
    dial_in: str
    joining: str
    invitees: tuple[Invitee, ...]
    resources: tuple[Resource, ...]

    def details(self) -> dict[str, Any]:
        return dict(vars(self))


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
    asked = _ask(poll, people)
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


def _ask(poll: Poll, people: Iterable[Invitee]) -> list[Voter]:
    """Put people on the list and mail each their link. Those on it already are left as they are."""
    there = {voter.email.lower(): voter for voter in poll.voters.all()}
    until = max(poll.slots.values_list("ends_at", flat=True))
    new = []
    for person in people:
        email = person.email.strip().lower()
        voter = there.get(email)
        if voter is not None and voter.taken_off_at is None:
            continue
        if voter is None:
            voter = Voter(poll=poll, email=email)
        else:  # asked again: the link of the first time stays dead
            voter.link_number += 1
        voter.name, voter.role = person.name.strip() or email, person.role
        voter.is_required = person.required
        voter.contact, voter.user = person.contact, person.user
        voter.link_until, voter.taken_off_at = until, None
        voter.save()
        there[email] = voter
        emails.asked(voter)
        new.append(voter)
    return new


def _opened(poll: Poll, *, for_answers: bool = False) -> Poll:
    """The poll as it is, locked, and still open. Raises Stale otherwise (R7)."""
    now_there = Poll.locked(poll.pk)
    if now_there.status != Poll.Status.OPEN or (for_answers and not now_there.takes_answers):
        raise Stale("This date poll is closed, so nothing was changed.")
    return now_there


@transaction.atomic
def ask(poll: Poll, people: Iterable[Invitee], *, by: object) -> list[Voter]:
    """Ask more people. Those asked already are left as they are; returns the new ones."""
    now_there = _opened(poll, for_answers=True)
    asked = _ask(now_there, people)
    if asked:
        record(now_there, "poll.asked", by=by, people=", ".join(v.name for v in asked))
    return asked


@transaction.atomic
def take_off(voter: Voter, *, by: object) -> None:
    """Ask somebody no more: their link opens nothing, their answers count no longer."""
    poll = _opened(voter.poll)
    if not Voter.objects.filter(pk=voter.pk, taken_off_at=None).update(taken_off_at=timezone.now()):
        raise Stale(f"{voter.name} has been taken off already. Nothing was done.")
    record(poll, "poll.taken_off", by=by, people=voter.name)


@transaction.atomic
def renew_link(voter: Voter, *, by: object) -> Voter:
    """A new link, mailed; the one before opens nothing any more."""
    poll = _opened(voter.poll, for_answers=True)
    now_there = Voter.objects.select_for_update().get(pk=voter.pk)
    if now_there.taken_off_at is not None or now_there.link_number != voter.link_number:
        raise Stale(f"{voter.name} has been taken off, or has a newer link already. Nothing was done.")
    now_there.poll = poll
    now_there.link_number += 1
    now_there.save(update_fields=["link_number"])
    emails.asked(now_there)
    record(poll, "poll.link_renewed", by=by, people=now_there.name)
    return now_there


@transaction.atomic
def answer(voter: Voter, answers: Mapping[int, str], *, by: User | None = None) -> Voter:
    """Keep what one person says of every slot, by the slots' ids. `by` is staff who asked them on the phone.

    Stale when the poll takes no answers any more (staff may still put in one while it is open), or when the
    person was taken off. The same answers again change nothing.
    """
    poll = _opened(voter.poll, for_answers=by is None)
    now_there = Voter.objects.select_for_update().get(pk=voter.pk)
    if now_there.taken_off_at is not None:
        raise Stale("You are no longer asked about this date, so there is nothing to answer.")
    slots = list(poll.slots.all())
    if missing := [slot for slot in slots if answers.get(slot.pk) not in Answer.values]:
        raise Refused(*(f"Say whether {slot.when} suits." for slot in missing))
    wanted = {slot.pk: answers[slot.pk] for slot in slots}
    if now_there.said() != wanted:
        now_there.votes.all().delete()
        Vote.objects.bulk_create(
            Vote(voter=now_there, slot_id=slot, answer=said) for slot, said in wanted.items()
        )
        now_there.answered_at = timezone.now()
        now_there.save(update_fields=["answered_at"])
        can = sum(said != Answer.NO for said in wanted.values())
        about = f"{now_there.name}: can come to {can} of {len(slots)}"
        record(poll, "poll.answered", by=by or now_there, answer=about)
        if not poll.unanswered:
            announce("poll_waits", poll.pk)
    voter.refresh_from_db()
    return voter


@transaction.atomic
def remind(poll: Poll, *, by: object) -> list[Voter]:
    """Write to those who have not answered. Refused when there is nobody, or all were reminded today."""
    now_there = _opened(poll, for_answers=True)
    lately = timezone.now() - REMINDED_AGAIN_AFTER
    waiting = now_there.unanswered
    if not waiting:
        raise Refused("Everybody has answered, so there is nobody to remind.")
    due = [v for v in waiting if v.reminded_at is None or v.reminded_at < lately]
    if not due:
        raise Refused("Those who have not answered were reminded today already. Try again tomorrow.")
    for voter in due:
        voter.poll = now_there
        voter.reminders += 1
        voter.reminded_at = timezone.now()
        voter.save(update_fields=["reminders", "reminded_at"])
        emails.reminded(voter)
    record(now_there, "poll.reminded", by=by, people=", ".join(v.name for v in due))
    return due


def remind_due() -> int:
    """The job: before a poll closes, remind those who have neither answered nor been reminded. How many."""
    days = MeetingSettings.load().poll_reminder_days
    now = timezone.now()
    soon = Poll.objects.open().filter(closes_at__gt=now, closes_at__lte=now + timedelta(days=days))
    due = soon.filter(voters__answered_at=None, voters__taken_off_at=None, voters__reminders=0)
    reminded = 0
    for poll in due.distinct():
        try:
            reminded += len(remind(poll, by=None))
        except Refused:
            continue  # answered, closed or reminded by somebody meanwhile
    return reminded


@transaction.atomic
def close(poll: Poll, *, by: object, reason: str) -> None:
    """End it without a date: what was held is free, everybody asked reads `reason` (references only, R8)."""
    now_there = Poll.locked(poll.pk)
    now_there.move_to(Poll.Status.CLOSED, by=by, reason=reason)
    _release(now_there)
    for voter in now_there.asked:
        voter.poll = now_there
        emails.closed(voter, reason=reason)
    poll.refresh_from_db()


def expire() -> int:
    """The job: close polls whose time to choose has run out, and tell whoever asked. How many."""
    closed = 0
    for pk in Poll.objects.open().filter(expires_at__lte=timezone.now()).values_list("pk", flat=True):
        with transaction.atomic():
            poll = Poll.locked(pk)
            if poll.status != Poll.Status.OPEN:
                continue
            poll.move_to(Poll.Status.CLOSED, by=None, reason="Nothing was chosen in time.")
            _release(poll)
            announce("poll_waits", poll.pk)
            closed += 1
    return closed


def tell_asker(poll: Poll, *, page: str) -> None:
    """Whoever asked hears, once of each, that everybody has answered, or that time ran out. `page`: where to choose."""
    if poll.status == Poll.Status.OPEN and not poll.unanswered:
        emails.complete(poll, page=page)
    elif poll.status == Poll.Status.CLOSED:
        emails.ran_out(poll, page=page)


@transaction.atomic
def drop(reference: str, *, by: object, reason: str) -> None:
    """Close what is open for a commission that needs no date any more. Those asked are not written to."""
    for pk in Poll.objects.of(reference).open().values_list("pk", flat=True):
        poll = Poll.locked(pk)
        poll.move_to(Poll.Status.CLOSED, by=by, reason=reason)
        _release(poll)


def _release(poll: Poll) -> None:
    """Everything held for the poll, at once."""
    Hold.objects.filter(slot__poll=poll, released_at=None).update(released_at=timezone.now())


@transaction.atomic
def settle(poll: Poll, slot: Slot, *, by: User, book: Callable[[Choice], Meeting]) -> Meeting:
    """Choose a slot: `book`, the owner's own act, books the meeting by the owner's rules; all holds go.

    One transaction: what `book` refuses leaves the poll as it was (R3). Two who choose at once leave one
    meeting; the other reads who chose what (R7).
    """
    now_there = Poll.locked(poll.pk)
    if now_there.status == Poll.Status.SETTLED and now_there.chosen is not None:
        who = now_there.chosen_by or "Somebody"
        raise Stale(f"{who} has chosen {now_there.chosen.when} already. Nothing was done.")
    chosen = now_there.slots.get(pk=slot.pk)
    if chosen.is_past:
        raise Refused(f"{chosen.when} has passed. Choose a time to come.")
    now_there.move_to(Poll.Status.SETTLED, by=by, reason=chosen.when, chosen=chosen, chosen_by=by)
    _release(now_there)
    asked = now_there.asked
    meeting = book(
        Choice(
            chosen.starts_at,
            chosen.ends_at,
            now_there.place,
            now_there.video_url,
            now_there.dial_in,
            now_there.joining,
            tuple(Invitee(v.name, v.email, v.is_required, v.contact, v.user, v.role) for v in asked),
            tuple(now_there.resources.all()),
        )
    )
    now_there.meeting = meeting
    now_there.save(update_fields=["meeting"])
    for voter in asked:
        voter.poll = now_there
        emails.settled(voter)
    announce("poll_settled", now_there.pk, meeting.pk)
    poll.refresh_from_db()
    return meeting
