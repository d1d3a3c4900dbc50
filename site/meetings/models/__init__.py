"""Meetings, who is invited, and whom or what they need: the diary that nobody double-books (R3)."""

from meetings.models.attendee import Attendee
from meetings.models.availability import BusyTime, Leave, OutsideCalendar, WorkingHours
from meetings.models.feed import Feed
from meetings.models.hold import Hold, held_warnings
from meetings.models.joining import AccessNeeds, LateNote, takes_late_notes
from meetings.models.meeting import Meeting, MeetingQuerySet, new_uid
from meetings.models.poll import MOST_SLOTS, Poll, Slot
from meetings.models.proposal import Proposal
from meetings.models.reminder import Reminder
from meetings.models.resource import Reservation, Resource
from meetings.models.series import Series
from meetings.models.settings import MeetingSettings
from meetings.models.voter import Vote, Voter

__all__ = [
    "MOST_SLOTS",
    "AccessNeeds",
    "Attendee",
    "BusyTime",
    "Feed",
    "Hold",
    "LateNote",
    "Leave",
    "Meeting",
    "MeetingQuerySet",
    "MeetingSettings",
    "OutsideCalendar",
    "Poll",
    "Proposal",
    "Reminder",
    "Reservation",
    "Resource",
    "Series",
    "Slot",
    "Vote",
    "Voter",
    "WorkingHours",
    "held_warnings",
    "new_uid",
    "takes_late_notes",
]
