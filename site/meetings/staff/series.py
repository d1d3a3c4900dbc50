"""Series in the admin: booking one with every date shown first, its page, and the acts on the whole."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.models import ModelLogEntry

from changes.refusals import Refused
from design import staff
from meetings import actions, forms
from meetings.forms import series as series_forms
from meetings.models import Attendee, Meeting, Series


class SeriesList(generic.IndexView):
    """The newest first. Found by reference and by people."""

    page_title = "Series"
    search_fields = ["title", "about", "meetings__attendees__name", "meetings__attendees__email"]
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Series]:
        return Series.objects.for_page()

    def search_queryset(self, queryset: QuerySet[Series]) -> QuerySet[Series]:
        found = super().search_queryset(queryset)
        return queryset.filter(pk__in=found.values("pk")) if self.is_searching else found

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label="Series", url_name="series:inspect"),
            Column("repeats", label="Repeats", accessor=lambda s: s.repeats.capitalize()),
            Column(
                "first", label="First", accessor=lambda s: s.standing[0].when if s.standing else "Cancelled"
            ),
            Column("answers", label="Meetings"),
        ]

    @cached_property
    def header_buttons(self) -> list[Any]:
        from wagtail.admin.widgets.button import HeaderButton

        if not self.user_has_permission("add"):
            return []
        return [HeaderButton("Book a series", url=reverse("series:book"), icon_name="plus")]


class SeriesPage(generic.InspectView):
    """Every date with its answers, and what can be done to it, to it and all later ones, or to all."""

    template_name = "meetings/admin/series.html"
    page_title = "Series"
    any_permission_required = ["view"]

    def get_object(self, queryset: Any = None) -> Series:
        return get_object_or_404(Series.objects.for_page(), pk=self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        series: Series = self.object
        return {
            **super().get_context_data(**kwargs),
            "series": series,
            "meetings": series.listed,
            "to_come": series.to_come,
            "people": series.who_comes(),
            "history": ModelLogEntry.objects.for_instance(series)
            .select_related("user")
            .order_by("-timestamp"),
            "can_change": bool(series.to_come) and self.request.user.has_perm("meetings.change_meeting"),
        }


class Book(staff.Act):
    """The form, then every date with what is left out, then the booking: each a button of the same page."""

    header_icon = "date"
    form_class = series_forms.SeriesForm
    template_name = "meetings/admin/book_series.html"
    page_title = "Book a series"
    button = "Book the series and send the invites"
    lead = "You see every date before anything is booked."
    done = "The series is booked. Everybody gets one invite for all of it."
    series: Series | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("meetings.add_meeting"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def form_valid(self, form: series_forms.SeriesForm) -> HttpResponse:
        if self.request.POST.get("confirmed") != form.fingerprint():
            return self.render_to_response(self.get_context_data(form=form, fingerprint=form.fingerprint()))
        return super().form_valid(form)

    def act(self, form: series_forms.SeriesForm) -> None:
        self.series = actions.book_series(**form.details(), by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("series:inspect", args=[self.series.pk]) if self.series else reverse("series:index")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("series:index"), "label": "Series"},
            {"url": "", "label": str(self.page_title)},
        ]


class SeriesAct(staff.Act):
    """What every act on a series shares. With `meeting_pk` it is about that meeting and all later ones."""

    header_icon = "date"
    meeting: Meeting | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("meetings.change_meeting"):
            raise PermissionDenied
        self.series = get_object_or_404(Series.objects.for_page(), pk=kwargs["pk"])
        if "meeting_pk" in kwargs:
            self.meeting = get_object_or_404(
                Meeting.objects.for_page(), pk=kwargs["meeting_pk"], series=self.series
            )
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_success_url(self) -> str:
        return reverse("series:inspect", args=[self.series.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("series:index"), "label": "Series"},
            {"url": self.get_success_url(), "label": self.series.title},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_page_subtitle(self) -> str:
        if self.meeting:
            return f"{self.series.title}, from {self.meeting.when} on"
        return f"{self.series.title}, {self.series.answers}"


class MoveFrom(SeriesAct):
    form_class = series_forms.MoveAllForm
    page_title = "Move this meeting and all later ones"
    button = "Move them and tell everybody"
    lead = (
        "The date is where this meeting goes; the later ones follow it. Meetings before it stay. "
        "A new time asks everybody for a new answer."
    )
    done = "Moved. Everybody invited is being told."

    def get_form_kwargs(self) -> dict[str, Any]:
        later = self.series.from_on(self.meeting) or [m for m in [self.meeting] if m]
        return {**super().get_form_kwargs(), "later": later}

    def act(self, form: forms.MoveForm) -> None:
        details = form.details()
        seen = details.pop("sequence")
        if self.meeting is None or (seen is not None and seen != self.meeting.sequence):
            raise Refused(
                "Somebody changed this meeting after you opened the page. Look at how it stands now."
            )
        self.series = actions.move_series(self.meeting, **details, by=self.request.user)


class CancelFrom(SeriesAct):
    form_class = forms.CancelForm
    page_title = "Cancel meetings of the series"
    button = "Cancel them and tell everybody"
    button_kind = "no"
    done = "Cancelled. Everybody invited is being told."
    lead = (
        "They are taken out of everybody's calendar, and what was reserved is free. This cannot be undone. "
        "Meetings that have begun stay."
    )

    def act(self, form: forms.CancelForm) -> None:
        actions.cancel_series(
            self.series, start=self.meeting, by=self.request.user, reason=form.cleaned_data["reason"]
        )


class InviteToAll(SeriesAct):
    form_class = series_forms.InviteToAllForm
    page_title = "Invite somebody to all meetings to come"
    button = "Send the invite"
    lead = "They get one invite for all; the others' calendars show that they are invited too."
    done = "The invite is on its way."

    def act(self, form: series_forms.InviteToAllForm) -> None:
        invitee = actions.Invitee(**form.cleaned_data)
        actions.invite_to_series(self.series, [invitee], by=self.request.user)


class UninviteFromAll(SeriesAct):
    """Asks once, then takes one person off everything that is still to come."""

    form_class = staff.StaffForm
    button_kind = "no"
    button = "Take them off and tell everybody"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.attendee = get_object_or_404(Attendee, pk=kwargs["attendee_pk"], meeting__series=kwargs["pk"])
        self.page_title = f"Take {self.attendee.name} off all meetings to come"
        self.lead = (
            f"{self.attendee.name} ({self.attendee.email}) is told that they need not come, and all that is still to "
            "come leaves their calendar. The others' calendars show that they are no longer invited."
        )

    def said(self) -> str:
        return f"{self.attendee.name} is off the list and is being told."

    def act(self, form: staff.StaffForm) -> None:
        actions.uninvite_from_series(self.series, self.attendee.email, by=self.request.user)
