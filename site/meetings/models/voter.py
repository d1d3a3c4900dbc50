"""Who is asked in a date poll, and what they say of each slot."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from meetings.models.poll import Poll, Slot
from organisations.models import Contact

_link_signer = Signer(salt="meetings.poll")


class VoterQuerySet(models.QuerySet["Voter"]):
    def by_token(self, token: str) -> Voter:
        """Who was sent this link. Raises DoesNotExist for any other text, an older link, or one taken back."""
        try:
            pk, number = (int(part) for part in _link_signer.unsign(token).split("-"))
        except (BadSignature, ValueError) as error:
            raise Voter.DoesNotExist from error
        voters = self.select_related("poll__chosen", "poll__meeting").filter(
            taken_off_at=None, link_until__gt=timezone.now()
        )
        return voters.get(pk=pk, link_number=number)


class Voter(models.Model):
    """A person asked, with a signed link of their own: it ends on a day, and a new one replaces it."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="voters")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=150)
    email = models.EmailField()
    role = models.CharField("part in the meeting", max_length=60, blank=True)
    is_required = models.BooleanField("is needed", default=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    link_number = models.PositiveSmallIntegerField(default=1, editable=False)
    link_until = models.DateTimeField(editable=False)
    taken_off_at = models.DateTimeField(null=True, blank=True)

    objects = VoterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("poll", Lower("email"), name="asked_once_in_a_poll")]

    def __str__(self) -> str:
        return self.name

    @property
    def link_token(self) -> str:
        return _link_signer.sign(f"{self.pk}-{self.link_number}")

    def said(self) -> dict[int, str]:
        """Their answer by slot (of the prefetched rows, if any)."""
        return {vote.slot_id: vote.answer for vote in self.votes.all()}


class Vote(models.Model):
    """What one person says of one slot."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        IF_NEED_BE = "maybe", "If need be"
        NO = "no", "No"

    voter = models.ForeignKey(Voter, models.CASCADE, related_name="votes")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="votes")
    answer = models.CharField(max_length=5, choices=Answer)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["voter", "slot"], name="one_answer_to_a_slot"),
            models.CheckConstraint(
                condition=models.Q(answer__in=["yes", "maybe", "no"]), name="vote_answer_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_answer_display()
