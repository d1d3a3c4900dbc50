"""Meetings, who is invited, and whom or what they need: the diary that nobody double-books (R3)."""

from meetings.models.attendee import Attendee
from meetings.models.availability import BusyTime, Leave, OutsideCalendar, WorkingHours
from meetings.models.meeting import Meeting, MeetingQuerySet, new_uid
from meetings.models.resource import Reservation, Resource

__all__ = [
    "Attendee",
    "BusyTime",
    "Leave",
    "Meeting",
    "MeetingQuerySet",
    "OutsideCalendar",
    "Reservation",
    "Resource",
    "WorkingHours",
    "new_uid",
]
