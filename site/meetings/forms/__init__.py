"""What people type about meetings, by noun. Consultations and training book with the meeting's forms."""

from meetings.forms.meeting import (
    CancelForm,
    InviteForm,
    MeetingForm,
    MoveForm,
    minutes_field,
    prefilled,
    reference_only,
)

__all__ = [
    "CancelForm",
    "InviteForm",
    "MeetingForm",
    "MoveForm",
    "minutes_field",
    "prefilled",
    "reference_only",
]
