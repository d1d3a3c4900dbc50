"""The diary's pages in the admin: the list, a meeting's page, and one page or button for each act."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from design.acts import telling
from design.once import once
from meetings import actions, emails, forms
from meetings.models import Attendee, Meeting, Resource

Partstat = Attendee.Partstat


class MeetingFilters(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(
        choices=Meeting.Status.choices, widget=CheckboxSelectMultiple, label="Status"
    )
    resource = django_filters.ModelMultipleChoiceFilter(
        queryset=Resource.objects.all(),
        field_name="reservations__resource",
        widget=CheckboxSelectMultiple,
        label="Person, room or link",
    )
    starts_at = django_filters.DateFromToRangeFilter(widget=DateRangePickerWidget, label="Date")

    class Meta:
        model = Meeting
        fields: list[str] = []


class MeetingList(generic.IndexView):
    """What is to come first. Found by reference, by a person's name or address."""

    page_title = "Meetings"
    filterset_class = MeetingFilters
    search_fields = ["title", "about", "attendees__name", "attendees__email"]
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Meeting]:
        return Meeting.objects.for_page()

    def search_queryset(self, queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
        found = super().search_queryset(queryset)
        return queryset.filter(pk__in=found.values("pk")) if self.is_searching else found

    def order_queryset(self, queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
        return queryset.diary_order()  # type: ignore[attr-defined]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label="Meeting", url_name="meeting:inspect"),
            Column("when", label="When"),
            Column(
                "resources",
                label="Reserved",
                accessor=lambda m: ", ".join(str(r) for r in m.resources) or "Nothing",
            ),
            Column("answers", label="Answers"),
            StatusTagColumn(
                "get_status_display", label="Status", primary=lambda m: m.status == Meeting.Status.CONFIRMED
            ),
        ]


class MeetingPage(generic.InspectView):
    """One meeting: when and where, who comes and what reached them, what was done, what can be done."""

    template_name = "meetings/admin/meeting.html"
    page_title = "Meeting"
    any_permission_required = ["view"]

    def get_object(self, queryset: Any = None) -> Meeting:
        return get_object_or_404(Meeting.objects.for_page(), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting: Meeting = self.object
        mails = emails.latest(meeting)
        people = sorted(meeting.attendees.all(), key=lambda a: (a.uninvited_at is not None, a.pk))
        entries = ModelLogEntry.objects.for_instance(meeting).select_related("user").order_by("-timestamp")
        return {
            **super().get_context_data(**kwargs),
            "meeting": meeting,
            "people": [(person, mails.get(person.pk)) for person in people],
            "history": entries,
            "can_change": meeting.status == Meeting.Status.CONFIRMED and self.user_has_permission("change"),
        }


def _may_change(request: HttpRequest) -> None:
    if not request.user.has_perm("meetings.change_meeting"):
        raise PermissionDenied


@method_decorator(once, name="dispatch")
class Act(WagtailAdminTemplateMixin, FormView):
    """A page with one form and one button. What the rules refuse is said over the form, typed data kept."""

    template_name = "meetings/admin/act.html"
    header_icon = "date"
    button = ""
    lead = ""
    done = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _may_change(request)
        self.meeting = get_object_or_404(Meeting.objects.for_page(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "meeting": self.meeting}

    def get_success_url(self) -> str:
        return reverse("meeting:inspect", args=[self.meeting.pk])

    def act(self, form: Any) -> None:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except Refused as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return self.form_invalid(form)
        with telling(self.request, self.done):
            return super().form_valid(form)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("meeting:index"), "label": "Meetings"},
            {"url": self.get_success_url(), "label": self.meeting.title},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_page_subtitle(self) -> str:
        return f"{self.meeting.title}, {self.meeting.when}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "meeting": self.meeting,
            "button": self.button,
            "lead": self.lead,
            "back": self.get_success_url(),
        }


class Move(Act):
    form_class = forms.MoveForm
    page_title = "Move or change the meeting"
    button = "Save and tell everybody"
    lead = "Everybody invited gets an update for their calendar. A new time asks them for a new answer."
    done = "Saved. Everybody invited is being told."

    def act(self, form: forms.MoveForm) -> None:
        actions.move(self.meeting, **form.details(), by=self.request.user)


class Invite(Act):
    form_class = forms.InviteForm
    page_title = "Invite somebody"
    button = "Send the invite"
    lead = "They get an invite; the others' calendars show that they are invited too."
    done = "The invite is on its way."

    def act(self, form: forms.InviteForm) -> None:
        invitee = actions.Invitee(**form.cleaned_data)
        actions.invite(self.meeting, [invitee], by=self.request.user)


class Cancel(Act):
    form_class = forms.CancelForm
    page_title = "Cancel the meeting"
    button = "Cancel the meeting and tell everybody"
    lead = "It is taken out of everybody's calendar, and what was reserved is free. This cannot be undone."
    done = "The meeting is cancelled. Everybody invited is being told."

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["meeting"]
        return kwargs

    def act(self, form: forms.CancelForm) -> None:
        actions.cancel(self.meeting, by=self.request.user, reason=form.cleaned_data["reason"])


@once
def uninvite(request: HttpRequest, pk: int, attendee_pk: int) -> HttpResponse:
    """GET asks, POST takes the person off."""
    _may_change(request)
    attendee = get_object_or_404(Attendee.objects.select_related("meeting"), pk=attendee_pk, meeting=pk)
    if request.method != "POST":
        return render(
            request, "meetings/admin/uninvite.html", {"attendee": attendee, "meeting": attendee.meeting}
        )
    with telling(request, f"{attendee.name} is off the list and is being told."):
        actions.uninvite(attendee, by=request.user)
    return redirect("meeting:inspect", pk)


@require_POST
@once
def held(request: HttpRequest, pk: int) -> HttpResponse:
    _may_change(request)
    with telling(request, "The meeting is marked held."):
        actions.record_held(get_object_or_404(Meeting, pk=pk), by=request.user)
    return redirect("meeting:inspect", pk)
