"""The whole demonstration, in one transaction: a start that is broken off leaves nothing half made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

import time_machine
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from home.demo import asides, batches, bookings, cases, diary
from home.demo.absences import build_absences
from home.demo.case_list import CASES
from home.demo.clock import play
from home.demo.money import build_products
from home.demo.pages import build_pages
from home.demo.people import build_people
from home.demo.worker import work_off
from home.roots import plant
from training.demo import build_packages

OPENED_DAYS_AGO = 165


@transaction.atomic
def build(tell: Callable[[str], object]) -> None:
    """Pages, people, and some months of work by the real actions. Letters go to the file mailbox only."""
    now = timezone.now()
    with override_settings(EMAIL_BACKEND="mail.backends.FileMailbox"):
        with time_machine.travel((now - timedelta(days=OPENED_DAYS_AGO)).astimezone(UTC), tick=True):
            cast = build_people()
            product = build_products()
            work_off()
        tell(f"People and organisations: {len(cast.users)} and {len(cast.organisations)}")
        build_pages()
        packages = build_packages(plant())
        tell(f"Pages: home, guidance, services, {len(packages)} training packages")
        stories = [
            *(cases.live(case, cast, product, now) for case in CASES),
            asides.phone_call(cast, now),
            *(batches.live(asked, cast, now) for asked in batches.BATCHES),
            diary.supervision(cast, now),
            *(bookings.live(request, cast, now) for request in bookings.REQUESTS),
        ]
        steps = play(stories, now=now, between=work_off)
        build_absences(cast)
        oldest = max(case.ago for case in CASES)
        counts = f"{len(CASES)}, {len(batches.BATCHES)} and {len(bookings.REQUESTS)}"
        tell(f"Consultations, batches and bookings: {counts}")
        tell(f"Lived through in {steps} steps over {oldest} days")
