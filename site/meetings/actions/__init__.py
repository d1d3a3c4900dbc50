"""All that can be done to a meeting. Each act is one transaction, with its mails and its log in it (R10).

Every change raises SEQUENCE and stamps the revision (R11): RFC 5546 section 2.1.4 demands it for a change of
time and for every CANCEL, and allows it for the rest. Whoever is invited gets each revision, so that all
calendars agree with ours.
"""

from meetings.actions.calendars import add_calendar, read, read_again, read_due, remove_calendar
from meetings.actions.meeting import book, cancel, move, record_held
from meetings.actions.people import invite, reply, reply_to_series, uninvite
from meetings.actions.replies import PROPOSAL_IS_OLD, accept_proposal, decline_proposal, take_in
from meetings.actions.revisions import Invitee, Unsuitable
from meetings.actions.series import (
    book_series,
    cancel_series,
    invite_to_series,
    move_series,
    uninvite_from_series,
)

__all__ = [
    "PROPOSAL_IS_OLD",
    "Invitee",
    "Unsuitable",
    "accept_proposal",
    "add_calendar",
    "book",
    "book_series",
    "cancel",
    "cancel_series",
    "decline_proposal",
    "invite",
    "invite_to_series",
    "move",
    "move_series",
    "read",
    "read_again",
    "read_due",
    "record_held",
    "remove_calendar",
    "reply",
    "reply_to_series",
    "take_in",
    "uninvite",
    "uninvite_from_series",
]
