"""The diary in the admin. A meeting is booked from its case or booking, and changed here by acts alone."""

from __future__ import annotations

from typing import Any

from django.forms import modelform_factory
from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter

from meetings.models import Meeting, Resource, Series
from meetings.staff import acts, finding, listing, proposals, resources, series
from meetings.staff.diary import DiaryPage
from meetings.staff.feeds import FeedViewSet, account_menu_item

NO_HOURS = "London time. A day may have several. With none at all, a person can be booked at any hour."
LOGGED = ("by", "people", "answer", "before", "when", "place", "warnings", "reason", "calendar", "skipped")
WORDS = {
    "meeting.booked": "Meeting booked",
    "meeting.moved": "Meeting moved",
    "meeting.details_changed": "Meeting’s place or joining changed",
    "meeting.invited": "More people invited",
    "meeting.uninvited": "Taken off the meeting",
    "meeting.replied": "Answered the invitation",
    "meeting.despite": "Booked against a warning",
    "resource.calendar_added": "Outside calendar added",
    "resource.calendar_removed": "Outside calendar removed",
    "meeting.needs_told": "Told us about access needs",
    "meeting.late": "Running late",
    "meeting.agenda": "Agenda written",
    "feed.made": "Calendar address made",
    "feed.turned_off": "Calendar address turned off",
    "poll.offered": "Dates offered",
    "poll.asked": "More people asked for dates",
    "poll.taken_off": "Asked for dates no more",
    "poll.link_renewed": "New link to the date poll sent",
    "poll.answered": "Dates answered",
    "poll.reminded": "Reminded of the date poll",
    "meeting.time_proposed": "Another time proposed",
    "meeting.time_declined": "Proposed time declined",
    "series.booked": "Series booked",
    "series.moved": "Series moved",
    "series.cancelled": "Meetings of the series cancelled",
    "series.invited": "More people invited to the series",
    "series.uninvited": "Taken off the series",
}


class MeetingViewSet(ModelViewSet):
    model = Meeting
    name = "meeting"
    url_prefix = "meetings"
    icon = "date"
    menu_label = "Meetings"
    index_view_class = listing.MeetingList
    inspect_view_class = listing.MeetingPage
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """No page to add, edit or delete: those are acts, with rules and mails of their own."""
        return super().get_common_view_kwargs(
            **{
                **kwargs,
                "add_url_name": None,
                "edit_url_name": None,
                "delete_url_name": None,
                "usage_url_name": None,
            }
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        proposal = "<int:pk>/proposals/<int:proposal_pk>"
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history/results/", self.history_results_view, name="history_results"),
            path("<int:pk>/move/", acts.Move.as_view(), name="move"),
            path("<int:pk>/invite/", acts.Invite.as_view(), name="invite"),
            path("<int:pk>/cancel/", acts.Cancel.as_view(), name="cancel"),
            path("<int:pk>/agenda/", acts.Agenda.as_view(), name="agenda"),
            path("<int:pk>/late/", acts.Late.as_view(), name="late"),
            path("<int:pk>/held/", acts.held, name="held"),
            path("<int:pk>/meeting.ics", acts.calendar_file, name="file"),
            path(f"{proposal}/accept/", proposals.Accept.as_view(), name="accept_proposal"),
            path(f"{proposal}/decline/", proposals.decline, name="decline_proposal"),
            path("<int:pk>/people/<int:attendee_pk>/uninvite/", acts.Uninvite.as_view(), name="uninvite"),
        ]


class SeriesViewSet(ModelViewSet):
    model = Series
    name = "series"
    url_prefix = "diary/series"
    icon = "calendar-alt"
    menu_label = "Series"
    index_view_class = series.SeriesList
    inspect_view_class = series.SeriesPage
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """As for a meeting: acts alone change it."""
        off = dict.fromkeys(["add_url_name", "edit_url_name", "delete_url_name", "usage_url_name"])
        return super().get_common_view_kwargs(**{**kwargs, **off})

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("book/", series.Book.as_view(), name="book"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path("<int:pk>/history/", self.history_view, name="history"),
            path("<int:pk>/history/results/", self.history_results_view, name="history_results"),
            path("<int:pk>/invite/", series.InviteToAll.as_view(), name="invite"),
            path("<int:pk>/cancel/", series.CancelFrom.as_view(), name="cancel"),
            path(
                "<int:pk>/people/<int:attendee_pk>/uninvite/",
                series.UninviteFromAll.as_view(),
                name="uninvite",
            ),
            path("<int:pk>/from/<int:meeting_pk>/move/", series.MoveFrom.as_view(), name="move"),
            path("<int:pk>/from/<int:meeting_pk>/cancel/", series.CancelFrom.as_view(), name="cancel_from"),
        ]


class ResourceViewSet(ModelViewSet):
    model = Resource
    name = "resource"
    url_prefix = "diary/resources"
    icon = "group"
    menu_label = "People, rooms and links"
    edit_view_class = resources.EditResource
    inspect_view_class = resources.ResourcePage
    inspect_view_enabled = True
    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("name")]),
        FieldRowPanel([FieldPanel("user"), FieldPanel("is_active")]),
        FieldRowPanel([FieldPanel("travel_before"), FieldPanel("travel_after")]),
        InlinePanel("hours", heading="Working hours", label="Hours", help_text=NO_HOURS, max_num=28),
        InlinePanel("leave", heading="Leave", label="Leave", max_num=100),
    ]
    list_display = [
        TitleColumn("name", label="Name", url_name="resource:inspect"),
        "kind",
        "user",
        Column(
            "is_active",
            label="Can be booked",
            accessor=lambda r: "Yes" if r.is_active else "No",
            sort_key="is_active",
        ),
    ]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]
    copy_view_enabled = False

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """A short button, so that the heading is seen on a phone."""
        return super().get_index_view_kwargs(**{"add_item_label": "Add one", **kwargs})

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """A short form first: hours and leave are entered once it is there."""
        fields = ["kind", "name", "user", "is_active"]
        form = modelform_factory(Resource, form=WagtailAdminModelForm, fields=fields)
        return super().get_add_view_kwargs(**{"panel": None, "form_class": form, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        calendar = "<int:pk>/calendars/<int:calendar_pk>"
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/calendars/add/", resources.AddCalendar.as_view(), name="add_calendar"),
            path(f"{calendar}/remove/", resources.remove_calendar, name="remove_calendar"),
            path(f"{calendar}/read/", resources.read_calendar, name="read_calendar"),
        ]


class DrawnDiary(ViewSet):
    """The menu's first entry: month, week and day, and finding a time."""

    name = "diary"
    icon = "calendar-alt"
    menu_label = "Diary"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", DiaryPage.as_view(), name="index"),
            path("find/", finding.FindPage.as_view(), name="find"),
        ]

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return SeenByKeepers(
            self.menu_label, self.menu_url, name="diary", icon_name=self.icon, order=order or self.menu_order
        )


class SeenByKeepers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("meetings.view_meeting")


class Diary(ViewSetGroup):
    menu_label = "Diary"
    menu_icon = "date"
    menu_order = 150
    items = (DrawnDiary(), MeetingViewSet(), SeriesViewSet(), ResourceViewSet(), FeedViewSet())


@hooks.register("register_admin_viewset")
def register_diary() -> Diary:
    return Diary()


hooks.register("register_account_menu_item", account_menu_item)


@hooks.register("register_log_actions")
def register_words(actions: LogActionRegistry) -> None:
    for name, word in WORDS.items():
        actions.register_action(name)(_formatter(word))


def _formatter(word: str) -> type[LogFormatter]:
    class Said(LogFormatter):
        label = word

        def format_message(self, log_entry: Any) -> str:
            return word

        def format_comment(self, log_entry: Any) -> str:
            data = log_entry.data
            return ", ".join(str(data[k]) for k in LOGGED if data.get(k))

    return Said
