"""The page behind the links in an invite. No account is needed: the signed link says who answers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from design.acts import telling
from design.once import once
from meetings import actions, itip
from meetings.models import Attendee, Meeting

ANSWERS = [
    (Attendee.Partstat.ACCEPTED, "Accept", "You are coming"),
    (Attendee.Partstat.TENTATIVE, "Perhaps", "You may come"),
    (Attendee.Partstat.DECLINED, "Decline", "You are not coming"),
]


def _attendee(token: str) -> Attendee:
    try:
        return Attendee.objects.by_token(token)
    except Attendee.DoesNotExist as error:
        raise Http404 from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once(again=True)
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the meeting and three buttons, nothing more: mail scanners open links. POST answers."""
    attendee = _attendee(token)
    meeting = attendee.meeting
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        seen = request.POST.get("sequence", "")
        done = next(
            (f"Thank you. {said}: we have told the organiser." for a, _, said in ANSWERS if a == answer), ""
        )
        with telling(request, done):
            actions.reply(attendee, answer, sequence=int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
        return redirect("meetings:reply", token=token)
    wanted = request.GET.get("answer", Attendee.Partstat.ACCEPTED)
    return render(
        request,
        "meetings/reply.html",
        {
            "attendee": attendee,
            "meeting": meeting,
            "token": token,
            "is_listed": attendee.uninvited_at is None,
            "is_open": attendee.uninvited_at is None
            and meeting.status == Meeting.Status.CONFIRMED
            and not meeting.is_over,
            "answers": [answer for answer in ANSWERS if answer[0] != attendee.partstat],
            "wanted": wanted,
        },
    )


@never_cache
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a file for a calendar that did not take the mail's."""
    attendee = _attendee(token)
    if attendee.uninvited_at is not None:
        raise Http404
    meeting = attendee.meeting
    return HttpResponse(
        itip.publish(meeting.happening()),
        content_type="text/calendar; method=PUBLISH; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{meeting.file_name}"'},
    )
