"""Very many cases by bulk insert, to see that a list of them stays as quick. Nothing else makes cases so."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.models import User
from changes.references import ALPHABET
from consultations.models import Consultation, Referral
from organisations.models import Contact, Organisation

Status = Consultation.Status
OPEN = (Status.SUBMITTED, Status.QUESTIONED, *[Status.ACCEPTED] * 8)
AT_ONCE = 5000


def grow(total: int) -> None:
    """Cases up to so many in all: one in ten open, the others ended over the years, of forty organisations."""
    random = Random(total)
    contacts = _contacts()
    leads = list(User.objects.filter(groups__name="consultant"))
    now = timezone.now()
    there = Consultation.objects.count()
    for first in range(there, total, AT_ONCE):
        rows = []
        for number in range(first, min(first + AT_ONCE, total)):
            contact = random.choice(contacts)
            sent = now - timedelta(days=random.randrange(2000), minutes=number % 1440)
            is_open = number % 10 == 0
            rows.append(
                Consultation(
                    reference=_reference(number),
                    organisation=contact.organisation,
                    contact=contact,
                    lead_consultant=random.choice(leads) if leads else None,
                    status=random.choice(OPEN) if is_open else Status.CLOSED,
                    submitted_at=sent,
                    accepted_at=sent,
                    ended_at=None if is_open else sent + timedelta(days=90),
                )
            )
        Consultation.objects.bulk_create(rows)
        Referral.objects.bulk_create(Referral(consultation=row, age=14) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _contacts() -> list[Contact]:
    made = Contact.objects.filter(name__startswith="Referrer ")
    if not made.exists():
        bodies = [Organisation.objects.create(name=f"Council {number:02}") for number in range(40)]
        Contact.objects.bulk_create(
            Contact(name=f"Referrer {n}", email=f"referrer{n}@example.gov.uk", organisation=bodies[n % 40])
            for n in range(400)
        )
    return list(made.select_related("organisation"))


def _reference(number: int) -> str:
    letters = ""
    for _ in range(5):  # one more than a real one, so that neither takes the other's
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return f"C-20-{letters}"
