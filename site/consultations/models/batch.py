"""A batch: a team buys a number of sessions and draws them down."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from billing.models import Order
from consultations.models.balance import Balance
from engagements.models import Engagement, EngagementQuerySet
from vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from consultations.models.session import BatchSession


class BatchQuerySet(EngagementQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever asked, and once it is sent the bookers and managers of the same organisation (R9)."""
        return self.of_team(user).filter(~Q(status=Batch.Status.DRAFT) | Q(contact__user_id=user.pk))

    def for_stages(self) -> Self:
        """With all that `stage_of_batch`, the balance and a row of a list read, in a fixed number of queries."""
        orders = Order.objects.with_facts().select_related("funder").prefetch_related("lines__credits")  # type: ignore[attr-defined]
        return (
            self.for_staff_list()
            .select_related("lead_consultant", "renews")
            .prefetch_related(Prefetch("order", orders), "sessions__meeting", "renewals")
        )

    def sent(self) -> Self:
        """Sent to us: a draft is its booker's alone."""
        return self.filter(requested_at__isnull=False)

    def waiting_for_triage(self) -> Self:
        return self.filter(status=Batch.Status.REQUESTED)

    def open(self) -> Self:
        return self.exclude(status__in=Batch.ENDED)


class Batch(Engagement):
    """Sessions for one team, from the request to the themes report.

    * **Draft**: the booker is answering our questions, saved as they go.
    * **Requested**: sent to us; a coordinator decides.
    * **Accepted**: we can do this. Quote, funding, sessions, invoice and what is left are facts read from
      their own rows: sessions may be booked once the funder has accepted the quote.
    * **Declined**: we cannot, with a reason and something better to try.
    * **Withdrawn**: the booker, or we at their word, took it back. Sessions that were booked are cancelled.
    * **Closed**: no session is left or wanted, and the invoice is settled.

    What is left is counted from the order and the sessions, never stored (`balance`).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        REQUESTED = "requested", "Requested"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CLOSED = "closed", "Closed"

    class Purpose(models.TextChoices):
        CASE_DISCUSSION = "case_discussion", "Case discussion"
        REFLECTIVE_SPACE = "reflective_space", "Reflective space"
        ADVICE = "advice", "Advice"

    class Often(models.TextChoices):
        WEEKLY = "weekly", "Every week"
        FORTNIGHTLY = "fortnightly", "Every two weeks"
        MONTHLY = "monthly", "Once a month"
        AS_NEEDED = "as_needed", "As the need comes up"

    class Mode(models.TextChoices):
        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"

    class Arrangement(models.TextChoices):
        BESPOKE = "bespoke", "No, this stands on its own"
        PARTNERSHIP = "partnership", "Yes, it is part of a partnership we have with you"

    TRANSITIONS = {
        Status.DRAFT: {Status.REQUESTED, Status.WITHDRAWN},
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.CLOSED, Status.WITHDRAWN},
    }
    LOGGED = {
        Status.REQUESTED: "Batch asked for",
        Status.ACCEPTED: "Request accepted",
        Status.DECLINED: "Request declined",
        Status.WITHDRAWN: "Batch withdrawn",
        Status.CLOSED: "Batch closed",
    }
    DATED = {
        Status.REQUESTED: "requested_at",
        Status.ACCEPTED: "accepted_at",
        Status.DECLINED: "ended_at",
        Status.WITHDRAWN: "ended_at",
        Status.CLOSED: "ended_at",
    }
    ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.CLOSED)
    REFERENCE_PREFIX = "BC"
    MOST_SESSIONS = 40

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    team = models.CharField("team", max_length=150, blank=True)
    people = models.PositiveSmallIntegerField("number of people", null=True, blank=True)
    roles = models.TextField("who they are", max_length=500, blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose, blank=True)
    aims = EncryptedTextField("what it should bring", blank=True, default="")
    sessions_wanted = models.PositiveSmallIntegerField("number of sessions", null=True, blank=True)
    how_often = models.CharField(max_length=12, choices=Often, blank=True)
    minutes = models.PositiveSmallIntegerField("length in minutes", null=True, blank=True)
    mode = models.CharField("online or in person", max_length=10, choices=Mode, blank=True)
    place = models.CharField(max_length=300, blank=True)
    starts_from = models.DateField("earliest first session", null=True, blank=True)
    days_note = models.TextField("days that suit or do not", max_length=500, blank=True)
    arrangement = models.CharField("part of a partnership", max_length=12, choices=Arrangement, blank=True)
    partnership = models.CharField("which partnership", max_length=150, blank=True)
    funder_name = models.CharField("who agrees the cost", max_length=150, blank=True)
    funder_email = models.EmailField("their email address", blank=True)
    decline_reason = models.TextField(blank=True, editable=False)
    alternative = models.TextField("what to try instead", blank=True, editable=False)
    renews = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="renewals"
    )
    lead_consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="led_batches",
    )
    expires_on = models.DateField("sessions to be held by", null=True, editable=False)
    requested_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = BatchQuerySet.as_manager()

    class Meta(Engagement.Meta):
        abstract = False
        verbose_name_plural = "batches"
        permissions = [
            ("triage_batch", "Can accept, decline, withdraw and close batches"),
            ("schedule_batch", "Can book, hold and cancel sessions of a batch"),
        ]
        indexes = [
            models.Index(fields=["status", "requested_at"]),
            models.Index(
                F("ended_at").desc(), F("requested_at").asc(), F("id").asc(), name="batch_list_order"
            ),
        ]

    @property
    def title(self) -> str:
        """What may be printed anywhere: the reference (R8)."""
        return f"Batch consultation {self.reference}"

    @property
    def bought(self) -> int:
        """Sessions paid for or agreed: the quantities of the accepted order, whose lines no longer change."""
        if self.order is None or not self.order.is_funded:
            return 0
        return int(sum(line.quantity for line in self.order.lines.all()))

    @property
    def refunded(self) -> int:
        """Whole sessions that credit notes took off the invoice; part of one is a matter of price alone."""
        if self.order is None:
            return 0
        return int(sum(credit.quantity for line in self.order.lines.all() for credit in line.credits.all()))

    @property
    def balance(self) -> Balance:
        sessions = list(self.sessions.all())
        return Balance(
            bought=self.bought,
            used=sum(s.is_used for s in sessions),
            booked=sum(s.is_booked for s in sessions),
            refunded=self.refunded,
            is_expired=self.is_expired,
        )

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def next_session(self) -> BatchSession | None:
        booked = [(s.meeting.starts_at, s) for s in self.sessions.all() if s.is_booked and s.meeting]
        return min(booked, key=lambda pair: pair[0])[1] if booked else None

    @property
    def renewal(self) -> Batch | None:
        """The batch that follows this one, if somebody has begun it."""
        return max(self.renewals.all(), key=lambda b: b.pk, default=None)

    @property
    def is_at_its_last(self) -> bool:
        """One session is still to come, or none: the moment to think of the next batch."""
        return self.bought > 0 and self.balance.still_to_come <= 1

    def missing_for_quote(self) -> list[str]:
        """What stands between now and a quote to the funder."""
        if self.status == self.Status.REQUESTED:
            return ["Accept the request before sending a quote."]
        if self.status != self.Status.ACCEPTED:
            return [f"This batch is {self.get_status_display().lower()}, so no quote can be sent."]
        if self.is_funded:
            return ["Funding for this batch is agreed already."]
        return []

    def missing_for_session(self, count: int = 1, *, last_on: date | None = None) -> list[str]:
        """Everything that stands between now and `count` more sessions, the last of them on `last_on` (R3, R6)."""
        if self.status != self.Status.ACCEPTED:
            return [f"This batch is {self.get_status_display().lower()}, so no session can be booked."]
        if not self.is_funded:
            return [
                "Funding is not agreed yet, so no session can be booked. The funder has to accept the quote first."
            ]
        balance = self.balance
        if balance.is_expired:
            return [
                f"The sessions of this batch were to be held by {_day(self.expires_on)}. Extend it first."
            ]
        if balance.left < count:
            return [_not_enough(count, balance)]
        if last_on is not None and self.expires_on is not None and last_on > self.expires_on:
            return [
                f"Sessions have to be held by {_day(self.expires_on)}. Choose earlier dates, or extend the batch."
            ]
        return []

    def missing_for_invoice(self) -> list[str]:
        missing = []
        if not self.is_funded:
            missing.append("The funder has not accepted a quote yet.")
        if self.order is not None and self.order.is_invoiced:
            missing.append("The invoice has been issued already.")
        return missing

    def missing_for_refund(self) -> list[str]:
        """What stands between now and money back for sessions nobody used."""
        if self.status != self.Status.ACCEPTED:
            return [f"This batch is {self.get_status_display().lower()}, so nothing can be refunded."]
        if self.order is None or not self.order.is_invoiced:
            return ["The invoice has not been issued yet, so there is nothing to credit."]
        if not self.balance.unclaimed:
            return [f"No session is left to refund: {self.balance.told}."]
        return []

    def missing_for_closing(self) -> list[str]:
        """Everything that stands between now and the end, all at once."""
        if self.status != self.Status.ACCEPTED:
            return [f"This batch is {self.get_status_display().lower()}, so it cannot be closed."]
        balance, missing = self.balance, []
        if not self.is_funded:
            missing.append(
                "The funder has not accepted a quote yet. Withdraw the batch if it will not go ahead."
            )
        if balance.booked:
            missing.append(f"{_sessions(balance.booked)} booked and not held yet.")
        if balance.left:
            missing.append(f"{_sessions(balance.left)} left. Book or refund them, or let the time run out.")
        if self.order is None or not self.order.is_invoiced:
            missing.append("The invoice has not been issued yet.")
        elif not self.order.is_paid:
            missing.append("The invoice has not been paid in full yet.")
        return missing

    def missing_for_withdrawal(self, user: User) -> list[str]:
        """Once the cost is agreed, taking it back is settled by a person, not by a button."""
        if not self.can_move_to(self.Status.WITHDRAWN):
            return [f"This batch is {self.get_status_display().lower()}, so it cannot be withdrawn."]
        if self.order is not None and self.order.is_invoiced:
            return ["The invoice has been issued. Refund the sessions that are left, then close the batch."]
        if self.is_funded and not user.has_perm("consultations.triage_batch"):
            return ["The cost has been agreed. Call us, and we will settle what is left."]
        if self.balance.used:
            return [
                "Sessions have been used. Issue the invoice, refund the sessions that are left, then close the batch."
            ]
        return []

    def timeline_parts(self) -> list[models.Model]:
        return [*super().timeline_parts(), *self.sessions.all()]


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def _sessions(count: int) -> str:
    return "1 session is" if count == 1 else f"{count} sessions are"


def _not_enough(count: int, balance: Balance) -> str:
    if balance.left == 0:
        return f"No session is left: {balance.told}."
    return f"You ask for {count} sessions, and {_sessions(balance.left)} left: {balance.told}."
