"""The page behind the links in an invite. No account is needed: the signed link says who answers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from design.acts import telling
from design.once import once
from meetings import actions
from meetings.actions import joining
from meetings.forms.joining import LateForm, NeedsForm
from meetings.models import AccessNeeds, Attendee, Meeting, takes_late_notes
from meetings.views.file import as_file

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
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        seen = request.POST.get("sequence", "")
        done = next(
            (f"Thank you. {said}: we have told the organiser." for a, _, said in ANSWERS if a == answer), ""
        )
        with telling(request, done):
            actions.reply(attendee, answer, sequence=int(seen) if seen.isdecimal() and len(seen) < 10 else 0)
        return redirect("meetings:reply", token=token)
    return _page(request, attendee, token)


def _page(
    request: HttpRequest,
    attendee: Attendee,
    token: str,
    needs: NeedsForm | None = None,
    late: LateForm | None = None,
) -> HttpResponse:
    meeting = attendee.meeting
    is_listed = attendee.uninvited_at is None
    sent = needs or late
    return render(
        request,
        "meetings/reply.html",
        {
            "attendee": attendee,
            "meeting": meeting,
            "token": token,
            "is_listed": is_listed,
            "is_open": is_listed and meeting.status == Meeting.Status.CONFIRMED and not meeting.is_over,
            "answers": [answer for answer in ANSWERS if answer[0] != attendee.partstat],
            "wanted": request.GET.get("answer", Attendee.Partstat.ACCEPTED),
            "needs": needs or NeedsForm(),
            "has_told_needs": AccessNeeds.objects.filter(attendee=attendee).exists(),
            "late": late or LateForm(),
            "takes_late_notes": is_listed and takes_late_notes(meeting),
            "form": sent,
        },
        status=422 if sent else 200,
    )


@never_cache
@require_POST
@once(again=True)
def needs(request: HttpRequest, token: str) -> HttpResponse:
    attendee = _attendee(token)
    form = NeedsForm(request.POST)
    if not form.is_valid():
        return _page(request, attendee, token, needs=form)
    with telling(request, "Thank you. We have noted what you need, for our staff alone."):
        joining.tell_needs(attendee, form.cleaned_data["needs"])
    return redirect("meetings:reply", token=token)


@never_cache
@require_POST
@once(again=True)
def late(request: HttpRequest, token: str) -> HttpResponse:
    attendee = _attendee(token)
    form = LateForm(request.POST)
    if not form.is_valid():
        return _page(request, attendee, token, late=form)
    with telling(request, "Thank you. We have told the organiser that you are running late."):
        joining.tell_late(attendee, **form.cleaned_data)
    return redirect("meetings:reply", token=token)


@never_cache
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a file for a calendar that did not take the mail's."""
    attendee = _attendee(token)
    if attendee.uninvited_at is not None:
        raise Http404
    return as_file(attendee.meeting)
