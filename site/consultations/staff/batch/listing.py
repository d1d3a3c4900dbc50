"""The list of batches: what is open first, the longest waiting on top, found by whatever somebody says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from accounts.models import User
from consultations.batch_stages import EVERY, stage_of_batch
from consultations.models import Batch, BatchSession, BatchSettings
from consultations.models.batch import BatchQuerySet
from consultations.staff.batch import access
from design.templatetags.design import short_date
from meetings.models import Attendee
from organisations.models import Contact, Organisation

STAGES = [(stage.name, stage.name) for stage in EVERY]
SENT_STATUSES = [(s.value, s.label) for s in Batch.Status if s != Batch.Status.DRAFT]
SOON, OVER = "soon", "over"


def longest_waiting_first(batches: BatchQuerySet) -> BatchQuerySet:
    """Those still open, the oldest request first; then those that have ended, the last one first."""
    return batches.order_by(F("ended_at").desc(nulls_first=True), "requested_at", "pk")


def running_out(batches: BatchQuerySet) -> BatchQuerySet:
    """Sessions of these have to be held within the days of notice that the settings give."""
    today = timezone.localdate()
    soon = today + timedelta(days=BatchSettings.load().expiry_notice_days)
    return batches.filter(status=Batch.Status.ACCEPTED, expires_on__gte=today, expires_on__lte=soon)


def spoken_of(words: str) -> Q:
    """Whatever somebody says on the phone: a reference, a team, an organisation, or a person who asked or comes."""
    people = Q(name__icontains=words) | Q(email__icontains=words)
    staff = Q(first_name__icontains=words) | Q(last_name__icontains=words) | Q(email__icontains=words)
    invited = Attendee.objects.filter(people, uninvited_at=None).values("meeting")
    return (
        Q(reference__icontains=words)
        | Q(team__icontains=words)
        | Q(organisation__in=Organisation.objects.filter(name__icontains=words))
        | Q(contact__in=Contact.objects.filter(people))
        | Q(lead_consultant__in=User.objects.filter(staff, is_staff=True))
        | Q(pk__in=BatchSession.objects.filter(meeting__in=invited).values("batch"))
    )


def _leading(_: HttpRequest | None = None) -> QuerySet[User]:
    return User.objects.filter(Exists(Batch.objects.sent().filter(lead_consultant=OuterRef("pk"))))


def organisations_of_batches(_: HttpRequest | None = None) -> QuerySet[Organisation]:
    return Organisation.objects.filter(Exists(Batch.objects.sent().filter(organisation=OuterRef("pk"))))


class BatchFilters(WagtailFilterSet):
    stage = django_filters.MultipleChoiceFilter(choices=STAGES, label="Where it stands", method="by_stage")
    status = django_filters.MultipleChoiceFilter(choices=SENT_STATUSES, label="Decision")
    lead_consultant = django_filters.ModelChoiceFilter(queryset=_leading, label="Lead consultant")
    organisation = django_filters.ModelChoiceFilter(queryset=organisations_of_batches, label="Organisation")
    time = django_filters.ChoiceFilter(
        choices=[(SOON, "Runs out soon"), (OVER, "Has run out")], label="Time to use it", method="by_time"
    )

    class Meta:
        model = Batch
        fields: list[str] = []

    def by_stage(self, batches: BatchQuerySet, name: str, wanted: list[str]) -> BatchQuerySet:
        """A stage is read from facts, so it is asked of each batch once, in a fixed number of queries."""
        if not wanted:
            return batches
        found = [b.pk for b in access.batches_for_list() if stage_of_batch(b).name in wanted]
        return batches.filter(pk__in=found)

    def by_time(self, batches: BatchQuerySet, name: str, wanted: str) -> BatchQuerySet:
        if wanted == SOON:
            return running_out(batches)
        return batches.filter(status=Batch.Status.ACCEPTED, expires_on__lt=timezone.localdate())


class BatchList(generic.IndexView):
    page_title = "Batches"
    filterset_class = BatchFilters
    search_fields = ["reference", "team", "organisation__name", "contact__name", "contact__email"]
    any_permission_required = ["view"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.VIEW):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> BatchQuerySet:
        return access.batches_for_list()

    def order_queryset(self, queryset: BatchQuerySet) -> BatchQuerySet:
        return longest_waiting_first(queryset)

    def search_queryset(self, queryset: BatchQuerySet) -> BatchQuerySet:
        return queryset.filter(spoken_of(self.search_query)) if self.is_searching else queryset

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("reference", label="Batch", url_name="batch:inspect", classname="fp-nowrap"),
            Column("team", label="Team", accessor=lambda b: f"{b.team}, {b.organisation}"),
            Column("stage", label="Where it stands", accessor=lambda b: stage_of_batch(b).name),
            Column("turn", label="Whose turn", accessor=_turn),
            Column("lead", label="Lead consultant", accessor=lambda b: b.lead_consultant or "Nobody yet"),
            Column("balance", label="Sessions", accessor=_balance),
            Column("next", label="Next session", accessor=_next_on, classname="fp-nowrap"),
            Column("expires_on", label="Runs out on", accessor=_runs_out, classname="fp-nowrap"),
        ]

    def get_list_buttons(self, instance: Batch) -> list[Any]:
        return []


def _turn(batch: Batch) -> str:
    stage = stage_of_batch(batch)
    return "" if stage.is_over else stage.whose.capitalize()


def _balance(batch: Batch) -> str:
    return batch.balance.told if batch.bought else ""


def _next_on(batch: Batch) -> str:
    session = batch.next_session
    return short_date(session.meeting.starts_at) if session and session.meeting else ""


def _runs_out(batch: Batch) -> str:
    return short_date(batch.expires_on) if batch.status == Batch.Status.ACCEPTED else ""
