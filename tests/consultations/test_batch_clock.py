"""What happens to batches by the clock: drafts that were left, sessions that run out, items past their day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.template import TemplateDoesNotExist
from django.utils import timezone
from wagtail.models import ModelLogEntry

from consultations import tasks
from consultations.actions import batch as actions
from consultations.actions import batch_clock as clock
from consultations.actions import batch_money, session_notes
from consultations.models import Batch, BatchSettings, SessionItem
from mail.models import Message
from tests.factories import batches

pytestmark = pytest.mark.django_db


def leave(batch: Batch, days: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(updated_at=timezone.now() - timedelta(days=days))


def expire_in(batch: Batch, days: int) -> None:
    Batch.objects.filter(pk=batch.pk).update(expires_on=timezone.localdate() + timedelta(days=days))


def warnings() -> int:
    return Message.objects.filter(template="consultations/batch_runs_out").count()


# --- Drafts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_deleted"), [(0, False), (89, False), (90, True), (400, True)])
def test_a_draft_is_kept_90_days(a_batch, days, is_deleted):
    draft = a_batch("drafted")
    leave(draft, days)
    assert clock.delete_left_drafts() == is_deleted
    assert Batch.objects.filter(pk=draft.pk).exists() is not is_deleted


def test_an_answer_starts_the_days_again(a_batch, referrer):
    """R13"""
    draft = a_batch("drafted")
    leave(draft, 95)
    actions.save_answers(draft, {"people": 9}, by=referrer)
    assert clock.delete_left_drafts() == 0


def test_deleting_leaves_the_reference_and_nothing_typed(a_batch, referrer):
    """R8: also of a draft that was withdrawn, whose reason may speak of a child."""
    draft = a_batch("drafted")
    actions.withdraw(draft, reason="J.B. has moved away.", by=referrer)
    leave(draft, 90)
    assert clock.delete_left_drafts() == 1
    kept = ModelLogEntry.objects.filter(object_id=str(draft.pk), content_type__model="batch")
    assert kept.exists()
    assert "J.B." not in str(list(kept.values_list("label", "data")))
    assert {entry.label for entry in kept} == {draft.reference}


@pytest.mark.parametrize("state", ["requested", "accepted", "funded", "closed", "declined", "withdrawn"])
def test_what_was_sent_is_never_deleted(a_batch, state):
    batch = a_batch(state)
    leave(batch, 4000)
    assert clock.delete_left_drafts() == 0
    assert Batch.objects.filter(pk=batch.pk).exists()


def test_deleting_a_renewal_leaves_what_it_renews(a_batch, referrer):
    batch = a_batch("held")
    following = actions.renew(batch, by=referrer)
    leave(following, 90)
    assert clock.delete_left_drafts() == 1
    assert batches.fresh(batch).renewal is None


# --- Running out ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "count"), [(-1, 0), (0, 1), (1, 1), (45, 1), (46, 0)])
def test_a_team_hears_of_it_before_its_sessions_run_out(a_batch, days, count):
    expire_in(a_batch("funded"), days)
    assert (clock.warn_of_expiry(), warnings()) == (count, count)


def test_it_hears_once_for_each_day_it_runs_out_on(a_batch, coordinator):
    """R10: every night the same job; an extension starts again."""
    batch = a_batch("funded")
    expire_in(batch, 20)
    for _ in range(3):
        clock.warn_of_expiry()
    assert warnings() == 1
    later = timezone.localdate() + timedelta(days=40)
    batch_money.extend(batches.fresh(batch), expires_on=later, reason="Illness.", by=coordinator)
    for _ in range(2):
        clock.warn_of_expiry()
    assert warnings() == 2
    said = Message.objects.filter(template="consultations/batch_runs_out").latest("pk")
    assert f"{later.day} {later:%B %Y}" in said.subject


@pytest.mark.parametrize("state", ["used_up", "closed", "withdrawn", "quoted"])
def test_where_nothing_is_left_nobody_is_reminded(a_batch, state):
    expire_in(a_batch(state), 10)
    assert (clock.warn_of_expiry(), warnings()) == (0, 0)


def test_how_early_is_a_setting(a_batch):
    rules = BatchSettings.load()
    rules.expiry_notice_days = 7
    rules.save()
    expire_in(a_batch("funded"), 10)
    assert clock.warn_of_expiry() == 0


def test_running_out_needs_no_job(a_batch):
    """The day after its last is enough: what is left is read from the date, never stored."""
    batch = a_batch("booked", bought=3)
    with time_machine.travel(timezone.now() + relativedelta(years=1, days=2)):
        assert batches.fresh(batch).balance.told == "3 bought: 0 used, 1 booked, 2 run out"


def test_a_warning_that_cannot_be_written_comes_the_next_day(a_batch, no_mail_can_be_written, settings):
    """R10"""
    expire_in(a_batch("funded"), 10)
    whole = settings.TEMPLATES
    no_mail_can_be_written()
    with pytest.raises(TemplateDoesNotExist):
        clock.warn_of_expiry()
    settings.TEMPLATES = whole
    assert (clock.warn_of_expiry(), warnings()) == (1, 1)


# --- Items ---------------------------------------------------------------------------------------


def test_items_are_destroyed_some_months_after_the_end_and_notes_stay(
    a_batch, referrer, coordinator, consultant
):
    batch = a_batch("booked", bought=1)
    session = batch.sessions.get()
    for text in ("One plan.", "Another plan."):
        session_notes.add_item(session, text=text, by=referrer)
    batches.hold(session, coordinator)
    session_notes.write_note(session, note="Shared.", came=5, themes=[], seen=None, by=consultant)
    assert clock.destroy_items() == 0
    for ended, destroyed in ((relativedelta(months=5, days=20), 0), (relativedelta(months=6, days=1), 2)):
        Batch.objects.filter(pk=batch.pk).update(status="closed", ended_at=timezone.now() - ended)
        assert clock.destroy_items() == destroyed
    assert not SessionItem.objects.exists()
    assert batches.now(session).note == "Shared."
    entry = ModelLogEntry.objects.get(action="batch.items_destroyed")
    assert entry.data == {"items": "2"}
    assert clock.destroy_items() == 0  # R10


def test_the_job_does_all_three(a_batch):
    leave(a_batch("drafted"), 90)
    expire_in(a_batch("funded"), 10)
    assert tasks.tend_batches() == "1 deleted, 1 warned, 0 items destroyed"
