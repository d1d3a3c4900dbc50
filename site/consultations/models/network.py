"""The professionals around one case."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from consultations.models.consultation import Consultation


class NetworkMember(models.Model):
    """Somebody at the table: police, school, health, the carer's agency. Never the family."""

    class Sees(models.TextChoices):
        MEETING = "meeting", "The meeting: when, where and who comes"
        DOCUMENTS = "documents", "The meeting, and the documents their own agency is asked for"
        REPORT = "report", "The meeting, and the recommendations when they are issued"

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="network")
    name = models.CharField(max_length=150)
    email = models.EmailField("work email")
    agency = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    role = models.CharField("job title", max_length=100, blank=True)
    is_required = models.BooleanField("the meeting cannot go ahead without them", default=False)

    may_see = models.CharField(
        "what they may see", max_length=10, choices=Sees, default=Sees.MEETING, db_default=Sees.MEETING
    )

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("consultation", Lower("email"), name="network_member_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency}"

    @property
    def details(self) -> str:
        """All but the name, a line each, as their page and staff read it."""
        needed = "The meeting cannot go ahead without them" if self.is_required else ""
        sees = f"Sees {self.get_may_see_display()[0].lower()}{self.get_may_see_display()[1:]}"
        part = ", ".join(filter(None, [self.role, self.agency]))
        return "\n".join(filter(None, [part, self.email, self.phone, needed, sees]))

    @property
    def said(self) -> str:
        """All of it, as an amendment keeps it."""
        return f"{self.name}\n{self.details}"
