"""One function per mail, by noun."""

from meetings.emails.meeting import (
    cancelled,
    changed,
    invited,
    latest,
    mail_key,
    moved,
    proposal_declined,
    time_proposed,
    uninvited,
)

__all__ = [
    "cancelled",
    "changed",
    "invited",
    "latest",
    "mail_key",
    "moved",
    "proposal_declined",
    "time_proposed",
    "uninvited",
]
