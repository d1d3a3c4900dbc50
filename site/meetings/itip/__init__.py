"""Calendar objects for other people's calendars: pure functions, from an event to bytes and back."""

from meetings.itip.answers import Answer, Unreadable, read_answers
from meetings.itip.event import Happening, Person, cancel, decline_counter, entry, feed, publish, request
from meetings.itip.recurrence import Recurrence, recurrence
from meetings.times import LONDON

__all__ = [
    "LONDON",
    "Answer",
    "Happening",
    "Person",
    "Recurrence",
    "Unreadable",
    "cancel",
    "decline_counter",
    "entry",
    "feed",
    "publish",
    "read_answers",
    "recurrence",
    "request",
]
