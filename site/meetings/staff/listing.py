"""The list of meetings and a meeting's page."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.models import ModelLogEntry

from meetings import emails
from meetings.models import AccessNeeds, Meeting, Proposal, Resource, takes_late_notes


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
        told = AccessNeeds.objects.filter(attendee__meeting=meeting)
        needs = {one.attendee_id: one.text for one in told}
        people = sorted(meeting.attendees.all(), key=lambda a: (a.uninvited_at is not None, a.pk))
        entries = ModelLogEntry.objects.for_instance(meeting).select_related("user").order_by("-timestamp")
        return {
            **super().get_context_data(**kwargs),
            "meeting": meeting,
            "people": [(person, mails.get(person.pk), needs.get(person.pk, "")) for person in people],
            "late_notes": meeting.late_notes.select_related("attendee", "told_by"),
            "takes_late_notes": takes_late_notes(meeting),
            "proposals": [
                proposal
                for proposal in Proposal.objects.waiting().filter(attendee__meeting=meeting)
                if proposal.is_current
            ],
            "history": entries,
            "can_change": meeting.status == Meeting.Status.CONFIRMED and self.user_has_permission("change"),
        }
