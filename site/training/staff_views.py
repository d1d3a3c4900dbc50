"""Bookings in the admin: the list, one page a booking, and one page or button for each act."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.views import person
from changes.refusals import Refused
from design.acts import telling
from design.once import once
from engagements.polls import polls_on_page
from engagements.timeline import entries_of
from meetings.forms import prefilled
from meetings.staff import finding
from meetings.staff.people import with_mails
from organisations.models import Organisation
from training.models import Booking
from training.staff_acts import ACTS, BY_NAME, Act
from training.staff_polls import TRADE
from training.stages import EVERY, stage_of
from training.views.booking import asked_rows

STAGES = [
    (stage.name, f"{stage.name} ({stage.whose})" if not stage.is_over else stage.name) for stage in EVERY
]


class BookingFilters(WagtailFilterSet):
    stage = django_filters.MultipleChoiceFilter(
        choices=STAGES, widget=CheckboxSelectMultiple, label="Where it stands", method="by_stage"
    )
    status = django_filters.MultipleChoiceFilter(
        choices=Booking.Status.choices, widget=CheckboxSelectMultiple, label="Decision"
    )
    organisation = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.filter(bookings__isnull=False).distinct(), label="Organisation"
    )

    class Meta:
        model = Booking
        fields: list[str] = []

    def by_stage(self, queryset: QuerySet[Booking], name: str, wanted: list[str]) -> QuerySet[Booking]:
        """A stage is read from facts, so it is asked of each booking once, in a fixed number of queries."""
        if not wanted:
            return queryset
        found = [b.pk for b in Booking.objects.for_stages() if stage_of(b).name in wanted]
        return queryset.filter(pk__in=found)


class BookingList(generic.IndexView):
    """Newest first. Found by reference, by organisation, by the booker's name or address, by package."""

    page_title = "Bookings"
    filterset_class = BookingFilters
    any_permission_required = ["view"]
    default_ordering = "-created_at"

    def get_base_queryset(self) -> QuerySet[Booking]:
        return Booking.objects.for_stages()

    def search_queryset(self, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        words = (self.search_query or "").strip()
        if not words:
            return queryset
        fields = ("reference", "package_title", "organisation__name", "contact__name", "contact__email")
        wanted = Q()
        for word in words.split()[:8]:
            any_field = Q()
            for field in fields:
                any_field |= Q(**{f"{field}__icontains": word})
            wanted &= any_field
        return queryset.filter(wanted)

    @property
    def is_searchable(self) -> bool:
        return True

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("reference", label="Booking", url_name="booking:inspect"),
            Column("package_title", label="Training", sort_key="package_title"),
            Column("organisation", label="Organisation", sort_key="organisation__name"),
            StatusTagColumn("stage", label="Where it stands", accessor=_stage_name, primary=_is_ours),
            Column("whose", label="Whose turn", accessor=_whose),
            DateColumn("created_at", label="Asked", sort_key="created_at"),
        ]

    def get_list_buttons(self, instance: Booking) -> list[Any]:
        return []


def _stage_name(booking: Booking) -> str:
    return stage_of(booking).name


def _is_ours(booking: Booking) -> bool:
    return stage_of(booking).is_ours


def _whose(booking: Booking) -> str:
    whose = stage_of(booking).whose
    return "" if whose == "nobody" else str(whose).capitalize()


def _booking(pk: Any) -> Booking:
    return get_object_or_404(Booking.objects.for_stages().prefetch_related("meetings__attendees"), pk=pk)


class BookingPage(generic.InspectView):
    """Where one booking stands, every act with why it is off, what was asked, people, money and history."""

    template_name = "training/staff/booking.html"
    page_title = "Booking"
    any_permission_required = ["view"]

    def get_object(self, queryset: Any = None) -> Booking:
        return _booking(self.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        booking: Booking = self.object
        stage = stage_of(booking)
        user = person(self.request)
        acts = [(act, act.why_off(booking, user)) for act in ACTS]
        return {
            **super().get_context_data(**kwargs),
            "booking": booking,
            "stage": stage,
            "next": next((one for one in acts if one[0].name == stage.act), None),
            "others": [one for one in acts if one[0].name != stage.act and not one[1]],
            "off": [one for one in acts if one[0].name != stage.act and one[1]],
            "rows": asked_rows(booking),
            "entries": list(reversed(entries_of(booking))),
            "people": with_mails(booking.meeting),
            "dates": polls_on_page(TRADE, booking, may=user.has_perm("training.confirm_booking")),
            "quotes": list(booking.order.quotes.all()) if booking.order else [],
            "may_see_order": user.has_perm("billing.view_order"),
            "may_see_meeting": user.has_perm("meetings.view_meeting"),
        }


@method_decorator(once, name="dispatch")
class ActPage(WagtailAdminTemplateMixin, FormView):
    """One act. Without a form it answers its button's POST; what the rules refuse is said, typed data kept."""

    template_name = "training/staff/act.html"
    header_icon = "group"
    act: Act
    booking: Booking

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["name"] not in BY_NAME:
            raise Http404("No such act.")
        self.act = BY_NAME[kwargs["name"]]
        if not (
            request.user.has_perm("training.view_booking") and request.user.has_perm(self.act.permission)
        ):
            raise PermissionDenied
        self.booking = _booking(kwargs["pk"])
        self.page_title = self.act.label
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.act.form is None:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> type[Form]:
        return self.act.form or Form

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {**kwargs, "booking": self.booking} if self.act.form else kwargs

    def get_initial(self) -> dict[str, Any]:
        return prefilled(self.request.GET)

    def get_success_url(self) -> str:
        return reverse("booking:inspect", args=[self.booking.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        if self.act.form is None:
            with telling(self.request, self.act.done):
                self.act.run(self.booking, {}, person(self.request))
            return redirect(self.get_success_url())
        try:
            self.act.run(self.booking, form.cleaned_data, person(self.request))
        except Refused as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return self.form_invalid(form)
        with telling(self.request, self.act.done):
            return super().form_valid(form)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("booking:index"), "label": "Bookings"},
            {"url": self.get_success_url(), "label": self.booking.reference},
            {"url": "", "label": self.act.label},
        ]

    def get_page_subtitle(self) -> str:
        return f"{self.booking.reference}, {self.booking.package_title}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "booking": self.booking,
            "act": self.act,
            "why_off": self.act.why_off(self.booking, person(self.request)),
            "back": self.get_success_url(),
            "find": finding.link(self.request.path) if self.act.name == "date" else "",
        }
