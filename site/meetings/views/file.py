"""A meeting as a file for a calendar that did not take the mail's."""

from __future__ import annotations

from django.http import HttpResponse

from meetings import itip
from meetings.models import Meeting


def as_file(meeting: Meeting) -> HttpResponse:
    """Whoever calls this has let the reader see the meeting."""
    return HttpResponse(
        itip.publish(meeting.happening()),
        content_type="text/calendar; method=PUBLISH; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{meeting.file_name}"'},
    )
