"""All that can be done to a meeting. Each act is one transaction, with its mails and its log in it (R10).

Every change raises SEQUENCE and stamps the revision (R11): RFC 5546 section 2.1.4 demands it for a change of
time and for every CANCEL, and allows it for the rest. Whoever is invited gets each revision, so that all
calendars agree with ours.
"""

from meetings.actions.calendars import add_calendar, read, read_again, read_due, remove_calendar
from meetings.actions.meeting import book, cancel, move, record_held
from meetings.actions.people import invite, reply, uninvite
from meetings.actions.revisions import Invitee, Unsuitable

__all__ = [
    "Invitee",
    "Unsuitable",
    "add_calendar",
    "book",
    "cancel",
    "invite",
    "move",
    "read",
    "read_again",
    "read_due",
    "record_held",
    "remove_calendar",
    "reply",
    "uninvite",
]
