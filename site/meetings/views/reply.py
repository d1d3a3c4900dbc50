"""The page behind the links in an invite. No account is needed: the signed link says who answers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from design.acts import telling
from design.once import once
from meetings import actions
from meetings.actions import joining
from meetings.forms.joining import LateForm, NeedsForm
from meetings.models import AccessNeeds, Attendee, LateNote, Meeting, takes_late_notes
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
    meeting = attendee.meeting
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        seen = request.POST.get("sequence", "")
        done = next(
            (f"Thank you. {said}: we have told the organiser." for a, _, said in ANSWERS if a == answer), ""
        )
        with telling(request, done):
            if request.POST.get("uid", meeting.uid) != meeting.uid:
                # The date went on under another UID, whose numbers begin anew: the page showed the old time.
                actions.reply(attendee, answer, sequence=-1)
            elif request.POST.get("all") == "1" and meeting.series_id:
                actions.reply_to_series(attendee, answer, sequences=_seen(request))
            else:
                actions.reply(attendee, answer, sequence=_number(seen))
        return redirect("meetings:reply", token=token)
    others = attendee.still_to_come()
    if others and (meeting.is_over or meeting.status != Meeting.Status.CONFIRMED):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("meetings:reply", args=[others[0].reply_token]) + query)
    return _page(request, attendee, token)


def _page(
    request: HttpRequest,
    attendee: Attendee,
    token: str,
    needs: NeedsForm | None = None,
    late: LateForm | None = None,
) -> HttpResponse:
    meeting, others = attendee.meeting, attendee.still_to_come()
    wanted = request.GET.get("answer", Attendee.Partstat.ACCEPTED)
    is_listed = attendee.uninvited_at is None
    takes_notes = is_listed and takes_late_notes(meeting)
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
            "answers": [a for a in ANSWERS if len(others) > 1 or a[0] != attendee.partstat],
            "wanted": wanted if wanted in Attendee.Partstat.values else Attendee.Partstat.ACCEPTED,
            "others": [row.meeting for row in others],
            "for_all": request.GET.get("all") == "1",
            "needs": needs or NeedsForm(),
            "has_told_needs": AccessNeeds.objects.filter(attendee=attendee).exists(),
            "late": late or LateForm(),
            "takes_late_notes": takes_notes,
            "late_notes": _late_notes(attendee) if takes_notes else [],
            "form": sent,
        },
        status=422 if sent else 200,
    )


def _late_notes(attendee: Attendee) -> list[LateNote]:
    """The last we told everybody, and the last that this person told us. Of others, nothing (R9)."""
    notes = list(LateNote.objects.filter(meeting=attendee.meeting).select_related("attendee"))
    ours = [note for note in notes if note.attendee_id is None]
    theirs = [note for note in notes if note.attendee_id == attendee.pk]
    return ours[:1] + theirs[:1]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _seen(request: HttpRequest) -> dict[int, int]:
    """Of each meeting of the series that the page listed, the revision that it showed: `pk:sequence`."""
    pairs = (text.partition(":") for text in request.POST.getlist("seen")[:100])
    return {_number(pk): _number(sequence) for pk, _, sequence in pairs}


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
