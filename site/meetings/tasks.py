"""Background jobs of the diary: primitives in, fetch, call an action."""

from meetings import actions
from meetings.models import OutsideCalendar


def read_outside(pk: int) -> None:
    if calendar := OutsideCalendar.objects.filter(pk=pk).first():
        actions.read(calendar)


def read_outside_due() -> int:
    return actions.read_due()
