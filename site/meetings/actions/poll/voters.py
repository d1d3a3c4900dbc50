"""Who is asked, what they answer, and reminding those who have not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from changes.follow_ups import announce
from changes.log import record
from changes.refusals import Refused, Stale
from meetings.actions.revisions import Invitee
from meetings.emails import poll as emails
from meetings.models import MeetingSettings, Poll, Vote, Voter

REMINDED_AGAIN_AFTER = timedelta(hours=20)
Answer = Vote.Answer


def put_on_list(poll: Poll, people: Iterable[Invitee]) -> list[Voter]:
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
    asked = put_on_list(now_there, people)
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
