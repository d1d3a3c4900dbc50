"""What runs by the clock: the table in settings, kept equal to django-q's rows after every migrate."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_q.models import Schedule

MARK = "room:"  # of the rows that are ours to change and remove


def set_up(**_: object) -> None:
    """Make django-q's schedule rows what settings.SCHEDULES says. Safe to repeat; keeps due times."""
    names = []
    for job, minutes in settings.SCHEDULES.items():
        name = f"{MARK}{job}"
        names.append(name)
        found = Schedule.objects.filter(name=name).order_by("pk")
        for extra in found[1:]:
            extra.delete()
        wanted = {"func": job, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
        if first := found.first():
            if any(getattr(first, field) != value for field, value in wanted.items()):
                Schedule.objects.filter(pk=first.pk).update(**wanted)
        else:
            Schedule.objects.create(name=name, next_run=timezone.now(), **wanted)
    Schedule.objects.filter(name__startswith=MARK).exclude(name__in=names).delete()
