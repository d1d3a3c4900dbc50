"""What every commission has in common, whichever door it came in by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ModelLogEntry

from billing.models import Order
from changes.models import Stateful
from changes.references import new_reference
from meetings.models import Meeting, Poll
from organisations.models import Contact, Membership, Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Who sees what their organisation books, besides what they asked for themselves.
SEES_ALL = (Membership.Role.BOOKER, Membership.Role.MANAGER)


class EngagementQuerySet(models.QuerySet):
    """Reads shared by consultations, batches and bookings."""

    def for_staff_list(self) -> Self:
        """Whatever a row of a staff list prints, in one query."""
        return self.select_related("organisation", "contact")

    def of_team(self, user: User | AnonymousUser) -> Self:
        """Whoever asked, and the bookers and managers of the same organisation, while they belong to it (R9)."""
        if not user.is_authenticated:
            return self.none()
        membership = Membership.objects.filter(organisation=models.OuterRef("organisation"), user=user)
        return self.filter(
            models.Q(models.Exists(membership.filter(role__in=SEES_ALL)))
            | models.Q(models.Exists(membership), contact__user=user)
        )

    def of_order(self, order_id: int) -> Self:
        return self.filter(order_id=order_id)

    def of_meeting(self, meeting_id: int) -> Self:
        return self.filter(meetings=meeting_id)


class Engagement(Stateful):
    """A commission: who asked, for which organisation, under which order, with which meetings.

    `status` holds what a person decided. Whether it is funded, documented or paid is read from the order,
    the documents and the payments, so these may finish in any sequence (idea 2 of the architecture).
    """

    REFERENCE_PREFIX: ClassVar[str]

    reference = models.CharField(max_length=12, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="%(class)ss")
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="%(class)ss",
        help_text="Who commissioned this and hears from us.",
    )
    order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, editable=False)
    meetings = models.ManyToManyField(Meeting, blank=True, editable=False, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[models.Manager[Self]] = EngagementQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.reference:
            self.reference = self._free_reference()
        super().save(*args, **kwargs)

    @classmethod
    def _free_reference(cls) -> str:
        """One not taken yet. Two savers drawing the same at once is left to the unique constraint."""
        while True:
            reference = new_reference(cls.REFERENCE_PREFIX)
            if not cls._base_manager.filter(reference=reference).exists():
                return reference

    def is_contact(self, user: User) -> bool:
        return user.is_authenticated and self.contact.user_id == user.pk

    @property
    def is_funded(self) -> bool:
        return self.order is not None and self.order.is_funded

    @property
    def meeting(self) -> Meeting | None:
        """The meeting that stands: the newest that was not cancelled."""
        standing = [m for m in self.meetings.all() if m.status != Meeting.Status.CANCELLED]
        return max(standing, key=lambda m: m.pk, default=None)

    def timeline_parts(self) -> list[models.Model]:
        """Whose log entries make up this commission's timeline; trades add their own nouns."""
        parts: list[models.Model] = [self, *self.meetings.all(), *Poll.objects.of(self.reference)]
        if self.order is not None:
            parts += [self.order, *self.order.quotes.all(), *self.order.invoices.all()]
        return parts

    def timeline(self) -> list[ModelLogEntry]:
        """Every step so far, oldest first, from Wagtail's log of this and of what belongs to it."""
        wanted = models.Q(pk__in=[])
        by_model: dict[type[models.Model], list[str]] = {}
        for part in self.timeline_parts():
            by_model.setdefault(type(part), []).append(str(part.pk))
        for model, ids in by_model.items():
            content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
            wanted |= models.Q(content_type=content_type, object_id__in=ids)
        return list(
            ModelLogEntry.objects.filter(wanted)
            .select_related("user", "content_type")
            .order_by("timestamp", "pk")
        )
