"""Who commissions: organisations, who belongs to them, and the people we deal with."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from changes.models import Stateful
from organisations.domains import validate_domain


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: Any) -> Self:
        """The organisations this person belongs to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def awaited_by(self, user: Any) -> Self:
        """Those this person asked to join, while we check that they work there."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(join_requests__user=user, join_requests__status=JoinRequest.Status.WAITING)


class Organisation(models.Model):
    """A body that commissions work: its verified email domains let colleagues join it."""

    class Kind(models.TextChoices):
        LOCAL_AUTHORITY = "local_authority", "Local authority"
        NHS_TRUST = "nhs_trust", "NHS trust"
        YOUTH_JUSTICE = "youth_justice", "Youth justice service"
        COURT = "court", "Court"
        SCHOOL = "school", "School or college"
        UNIVERSITY = "university", "University"
        CHARITY = "charity", "Charity"
        OTHER = "other", "Other"

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    address = models.TextField("postal address", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="organisation_named_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def for_email(cls, email: str) -> Organisation | None:
        """Whose address this is, by a domain that staff have verified; the whole domain, no part of it."""
        domain = email.rpartition("@")[2].lower()
        return cls.objects.filter(domains__name=domain, domains__verified_at__isnull=False).first()


class Domain(models.Model):
    """An email domain that belongs to an organisation, once staff have verified it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    name = models.CharField(
        max_length=253,
        unique=True,
        validators=[validate_domain],
        help_text="For example elmshire.example.gov.uk",
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = self.name.strip().lower()
        super().save(*args, **kwargs)


class Membership(models.Model):
    """A user's place in an organisation."""

    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        BOOKER = "booker", "Booker"
        FINANCE = "finance", "Finance contact"
        MANAGER = "manager", "Manager"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display().lower()} at {self.organisation}"


class JoinRequest(Stateful):
    """Somebody asks to join an organisation that their address does not prove they belong to.

    waiting: a member of staff has to look. approved: they are a member. declined: they are not, and
    were told.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for us"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"

    TRANSITIONS = {Status.WAITING: {Status.APPROVED, Status.DECLINED}}

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "request to join"
        verbose_name_plural = "requests to join"
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(status="waiting"),
                name="one_request_waiting_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} asks to join {self.organisation}"


class Contact(models.Model):
    """A person we deal with, with or without an account: the same person once per organisation."""

    name = models.CharField(max_length=150)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "organisation", name="one_contact_an_organisation"),
        ]

    def __str__(self) -> str:
        return self.name
