"""One team's training, from the request to the paid invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from billing.models import Order
from engagements.models import Engagement, EngagementQuerySet
from training.models.pages import PackagePage
from training.models.settings import TrainingSettings
from vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from accounts.models import User


class BookingQuerySet(EngagementQuerySet):
    def visible_to(self, user: User) -> Self:
        """Everybody of the team who books for it (R9)."""
        return self.of_team(user)

    def for_stages(self) -> Self:
        """With all that `stage_of`, a row of a list and the case page read, in a fixed number of queries."""
        orders = Order.objects.with_facts().select_related("funder")
        return (
            self.for_staff_list()
            .select_related("package")
            .prefetch_related(Prefetch("order", orders), "meetings")
        )

    def waiting_for_triage(self) -> Self:
        return self.filter(status=Booking.Status.REQUESTED)

    def open(self) -> Self:
        return self.exclude(status__in=Booking.ENDED)


class Booking(Engagement):
    """A package asked for by a team, and what became of it.

    * **Requested**: a booker asked; a coordinator decides.
    * **Accepted**: we can do this. Quote, funding and date are facts read from their own rows: it is funded
      when the funder has accepted the quote, and its date is confirmed while a meeting of it stands.
    * **Declined**: we cannot, with a reason and something better to try.
    * **Withdrawn**: the booker, or we at their word, took it back. A date that stood is cancelled with it.
    * **Delivered**: the training took place. The invoice follows.
    * **Closed**: invoiced and paid; the work is done.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DELIVERED = "delivered", "Delivered"
        CLOSED = "closed", "Closed"

    class Mode(models.TextChoices):
        ONLINE = "online", "Online"
        IN_PERSON = "in_person", "In person"

    TRANSITIONS = {
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.DELIVERED, Status.WITHDRAWN},
        Status.DELIVERED: {Status.CLOSED},
    }
    ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.CLOSED)
    REFERENCE_PREFIX = "B"

    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED, editable=False)
    package = models.ForeignKey(
        PackagePage, models.PROTECT, null=True, editable=False, related_name="bookings"
    )
    package_title = models.CharField(
        "training",
        max_length=255,
        editable=False,
        help_text="As the page called it on the day of the request.",
    )
    audience = models.TextField("who will take part", max_length=500)
    numbers = models.PositiveSmallIntegerField("number of people")
    mode = models.CharField("online or in person", max_length=10, choices=Mode)
    place = models.CharField(max_length=300, blank=True)
    earliest_on = models.DateField("earliest date")
    latest_on = models.DateField("latest date")
    dates_note = models.TextField("days that suit or do not", max_length=500, blank=True)
    needs = EncryptedTextField("access and other needs", blank=True, default="")
    notes = EncryptedTextField("what you would like us to know", blank=True, default="")
    funder_name = models.CharField("who agrees the cost", max_length=150, blank=True)
    funder_email = models.EmailField("their email address", blank=True)
    decline_reason = models.TextField(blank=True, editable=False)
    alternative = models.TextField("what to try instead", blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = BookingQuerySet.as_manager()

    class Meta(Engagement.Meta):
        abstract = False
        permissions = [
            ("triage_booking", "Can accept and decline requests for training"),
            ("confirm_booking", "Can confirm dates, record delivery, withdraw and close"),
        ]
        indexes = [models.Index(fields=["status", "created_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(numbers__gt=0), name="booking_for_somebody"),
            models.CheckConstraint(
                condition=Q(latest_on__gte=models.F("earliest_on")), name="booking_dates_in_order"
            ),
        ]

    @property
    def title(self) -> str:
        """What may be printed anywhere: the reference (R8)."""
        return f"Training {self.reference}"

    @property
    def is_confirmed(self) -> bool:
        """A date stands."""
        return self.meeting is not None

    @property
    def is_trained(self) -> bool:
        """The meeting has been marked held, or its end has passed so that it may be."""
        meeting = self.meeting
        return meeting is not None and (meeting.status == meeting.Status.HELD or meeting.has_started)

    @property
    def window_spoken(self) -> str:
        """24 November to 18 December 2026; one date where both are the same."""
        first, last = self.earliest_on, self.latest_on
        if first == last:
            return f"{last.day} {last:%B %Y}"
        year = f" {first.year}" if first.year != last.year else ""
        return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y}"

    @property
    def is_crowded(self) -> bool:
        """More people than one group of this package holds."""
        return self.package is not None and self.numbers > self.package.group_max

    @property
    def is_window_past(self) -> bool:
        """No date within the ones asked for is left."""
        return self.latest_on < timezone.localdate()

    def missing_for_quote(self) -> list[str]:
        """What stands between now and a quote to the funder."""
        if self.status == self.Status.REQUESTED:
            return ["Accept the request before sending a quote."]
        if self.status != self.Status.ACCEPTED:
            return [f"This booking is {self.get_status_display().lower()}, so no quote can be sent."]
        if self.is_funded:
            return ["Funding for this booking is agreed already."]
        return []

    def missing_for_date(self) -> list[str]:
        """Everything that stands between now and a confirmed date (R3)."""
        if self.status == self.Status.REQUESTED:
            return ["Accept the request before confirming a date."]
        if self.status != self.Status.ACCEPTED:
            return [f"This booking is {self.get_status_display().lower()}, so no date can be confirmed."]
        missing = []
        if not self.is_funded and not TrainingSettings.load().confirm_before_funding:
            missing.append(
                "Funding is not agreed yet, so no date can be confirmed. The funder has to accept the quote first."
            )
        if self.is_confirmed:
            missing.append("A date is confirmed already. Move that meeting, or cancel it first.")
        return missing

    def missing_for_delivery(self) -> list[str]:
        if self.status in (self.Status.DELIVERED, self.Status.CLOSED):
            return ["The training is marked as delivered already."]
        if self.meeting is None:
            return ["No date has been confirmed yet."]
        if not self.is_trained:
            return [f"The training is on {self.meeting.when}. Mark it delivered once it has started."]
        return []

    def missing_for_invoice(self) -> list[str]:
        missing = []
        if self.status not in (self.Status.DELIVERED, self.Status.CLOSED):
            missing.append("The training has not been marked as delivered yet.")
        if not self.is_funded:
            missing.append("The funder has not accepted a quote yet.")
        if self.order is not None and self.order.is_invoiced:
            missing.append("The invoice has been issued already.")
        return missing

    def missing_for_closing(self) -> list[str]:
        """Everything that stands between now and the end, all at once."""
        missing = []
        if self.status == self.Status.CLOSED:
            return ["This booking is closed already."]
        if self.status != self.Status.DELIVERED:
            missing.append("The training has not been marked as delivered yet.")
        if self.order is None or not self.order.is_invoiced:
            missing.append("The invoice has not been issued yet.")
        elif not self.order.is_paid:
            missing.append("The invoice has not been paid in full yet.")
        return missing

    def missing_for_withdrawal(self, user: User) -> list[str]:
        """Once the cost is agreed, taking it back may cost something: that is said by a person, not by a button."""
        if not self.can_move_to(self.Status.WITHDRAWN):
            return [f"This booking is {self.get_status_display().lower()}, so it cannot be withdrawn."]
        if self.is_funded and not user.has_perm("training.confirm_booking"):
            return [
                "The cost has been agreed, so cancelling may cost something. Call us and we will settle it."
            ]
        return []
