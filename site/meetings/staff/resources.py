"""A person's, room's or link's page: hours, leave, outside calendars, and what can be done about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.views import generic

from design import staff
from design.acts import telling
from design.once import once
from meetings import actions
from meetings.availability.outside import MAX_BYTES, TOO_BIG
from meetings.models import Leave, OutsideCalendar, Resource

GONE = (
    "Somebody changed these hours or this leave after you opened the page. Nothing was saved. Look at how they "
    "stand now, then try again."
)


class ResourcePage(generic.InspectView):
    """What is known of one diary. Leave that is over is left out."""

    template_name = "meetings/admin/resource.html"
    page_title = "Diary of"
    any_permission_required = ["view"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        resource: Resource = self.object
        today = timezone.localdate()
        return {
            **super().get_context_data(**kwargs),
            "resource": resource,
            "hours": list(resource.hours.all()),
            "leave": list(Leave.objects.filter(resource=resource, last_on__gte=today)),
            "calendars": list(resource.outside.all()),
            "can_change": self.user_has_permission("change"),
        }


class EditResource(generic.EditView):
    """A row of hours or leave that is gone meanwhile is said, where the library knows only an exception."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except (KeyError, ValidationError):
            messages.error(request, GONE)
            return redirect(request.path)


class CalendarForm(staff.StaffForm):
    """An address or a file, one of the two."""

    name = forms.CharField(
        label="What is this calendar?",
        max_length=60,
        help_text="For example: Clinic at the hospital. Colleagues read it.",
        error_messages={
            "required": "Enter a name for this calendar",
            "max_length": "Shorten the name to 60 characters",
        },
    )
    url = forms.CharField(
        label="Its address",
        max_length=2_000,
        required=False,
        help_text="The secret address in iCal or ICS format from the other calendar’s settings. We read it every "
        "half hour.",
        error_messages={"max_length": "Shorten the address to 2,000 characters"},
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="An .ics file of 2 MB at most. It is read once and not kept.",
        error_messages={"empty": "This file is empty. Choose another one"},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_BIG)
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("url")) == bool(data.get("file")):
            self.add_error("url", "Enter the calendar’s address, or choose a file: one of the two")
        return data


class AddCalendar(staff.Act):
    header_icon = "group"
    form_class = CalendarForm
    page_title = "Add an outside calendar"
    button = "Add the calendar"
    lead = (
        "We keep only when it says busy, never what for. Booking somebody who is busy elsewhere is a warning that "
        "you can go against with a reason."
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.resource = _resource(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def act(self, form: CalendarForm) -> None:
        data = form.cleaned_data
        actions.add_calendar(
            self.resource,
            name=data["name"],
            url=data["url"],
            file=data["file"].read() if data["file"] else None,
            by=self.request.user,
        )

    def said(self) -> str:
        return "The calendar is added. Its busy times show in the diary once it has been read."

    def get_success_url(self) -> str:
        return reverse("resource:inspect", args=[self.resource.pk])

    def get_page_subtitle(self) -> str:
        return self.resource.name

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("resource:index"), "label": "People, rooms and links"},
            {"url": self.get_success_url(), "label": self.resource.name},
            {"url": "", "label": str(self.page_title)},
        ]


@require_POST
@once
def remove_calendar(request: HttpRequest, pk: int, calendar_pk: int) -> HttpResponse:
    calendar = OutsideCalendar.objects.filter(resource=_resource(request, pk), pk=calendar_pk).first()
    with telling(request, "The calendar and its busy times are removed."):
        if calendar is not None:
            actions.remove_calendar(calendar, by=request.user)
    return redirect("resource:inspect", pk)


@require_POST
@once
def read_calendar(request: HttpRequest, pk: int, calendar_pk: int) -> HttpResponse:
    calendar = get_object_or_404(OutsideCalendar, resource=_resource(request, pk), pk=calendar_pk)
    with telling(request, "The calendar is being read. Look again in a minute."):
        actions.read_again(calendar)
    return redirect("resource:inspect", pk)


def _resource(request: HttpRequest, pk: int) -> Resource:
    if not request.user.has_perm("meetings.change_resource"):
        raise PermissionDenied
    return get_object_or_404(Resource, pk=pk)
