"""The list of cases, oldest promise first, found by whatever somebody says on the phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import User
from billing.models import Order
from consultations.clock import Clock, Clocks
from consultations.models import (
    CaseDocument,
    Consultation,
    NetworkMember,
    Pause,
    Recommendations,
    Referral,
    SavedView,
)
from consultations.models.consultation import ConsultationQuerySet
from consultations.staff import access
from consultations.staff.phases import Phase, in_phases, standing_of, with_standing
from consultations.staff.views import kept_query
from organisations.models import Contact, Organisation

NARRATIVES = (
    "background",
    "network_view",
    "formulation",
    "suitability",
    "review_note",
    "reissue_reason",
    "snapshot_text",
)
OPEN_FOR = [(7, "More than a week"), (28, "More than 4 weeks"), (84, "More than 12 weeks")]
SENT_STATUSES = [(s.value, s.label) for s in Consultation.Status if s != Consultation.Status.DRAFT]


def cases_for_desk() -> ConsultationQuerySet:
    """With all that `stage_of` reads, in a fixed number of queries, and nothing that has to be decrypted."""
    return (
        Consultation.objects.sent()
        .select_related("organisation", "contact", "lead_consultant", "drawn")
        .prefetch_related(
            Prefetch("order", Order.objects.with_facts()),
            "order__quotes",
            "order__invoices",
            "document_requests",
            Prefetch("document_requests__files", CaseDocument.objects.defer("original_name")),
            "meetings",
            Prefetch("reports", Recommendations.objects.defer(*NARRATIVES)),
            "pauses",
        )
    )


def cases_for_list() -> ConsultationQuerySet:
    """With all that a row of the list says, in one query: how far each is, and what its clock reads."""
    standing_pauses = Pause.objects.filter(consultation=OuterRef("pk"), status=Pause.Status.STANDING)
    issued = Recommendations.objects.filter(consultation=OuterRef("pk"), issued_at__isnull=False)
    return (
        with_standing(Consultation.objects.sent())
        .select_related("organisation", "lead_consultant")
        .annotate(
            answer_by=Subquery(Referral.objects.filter(consultation=OuterRef("pk")).values("answer_by")[:1]),
            paused_at=Subquery(standing_pauses.values("started_at")[:1]),
            is_reported=Exists(issued),
        )
    )


def oldest_promise_first(cases: ConsultationQuerySet) -> ConsultationQuerySet:
    """Those still open, the longest waiting first; then those that have ended, the last one first."""
    return cases.order_by(F("ended_at").desc(nulls_first=True), "submitted_at", "pk")


def days_old(consultation: Consultation) -> int | None:
    if consultation.submitted_at is None or consultation.status in Consultation.ENDED:
        return None
    return (timezone.localdate() - timezone.localtime(consultation.submitted_at).date()).days


def age_of(consultation: Consultation) -> str:
    days = days_old(consultation)
    if days is None:
        return ""
    return "Today" if days == 0 else "1 day" if days == 1 else f"{days} days"


def spoken_of(words: str) -> Q:
    """Whatever somebody says on the phone: a reference or a part of it, an organisation, or a person on the case."""
    people = Q(name__icontains=words) | Q(email__icontains=words)
    staff = Q(first_name__icontains=words) | Q(last_name__icontains=words) | Q(email__icontains=words)
    workers = Q(social_worker_name__icontains=words) | Q(social_worker_email__icontains=words)
    consultants = User.objects.filter(staff, is_staff=True)
    return (
        Q(reference__icontains=words)
        | Q(organisation__in=Organisation.objects.filter(name__icontains=words))
        | Q(contact__in=Contact.objects.filter(people))
        | Q(pk__in=NetworkMember.objects.filter(people).values("consultation"))
        | Q(pk__in=Referral.objects.filter(workers).values("consultation"))
        | Q(lead_consultant__in=consultants)
        | Q(second_consultant__in=consultants)
    )


def _led(_: HttpRequest | None = None) -> QuerySet[User]:
    return User.objects.filter(Exists(Consultation.objects.filter(lead_consultant=OuterRef("pk"))))


def _referring(_: HttpRequest | None = None) -> QuerySet[Organisation]:
    return Organisation.objects.filter(
        Exists(Consultation.objects.sent().filter(organisation=OuterRef("pk")))
    )


class ClockColumn(Column):
    cell_template_name = "consultations/staff/clock_cell.html"


class CaseFilters(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(choices=SENT_STATUSES, label="Status")
    phase = django_filters.MultipleChoiceFilter(choices=Phase.choices, label="Stage", method="filter_phase")
    lead_consultant = django_filters.ModelChoiceFilter(queryset=_led, label="Lead consultant")
    organisation = django_filters.ModelChoiceFilter(queryset=_referring, label="Organisation")
    open_for = django_filters.ChoiceFilter(
        choices=[(str(days), words) for days, words in OPEN_FOR], label="Open for", method="filter_open_for"
    )
    late = django_filters.ChoiceFilter(choices=[("yes", "Overdue")], label="Promise", method="filter_late")

    class Meta:
        model = Consultation
        fields: list[str] = []

    def filter_phase(self, cases: ConsultationQuerySet, name: str, phases: list[str]) -> ConsultationQuerySet:
        return in_phases(cases, phases) if phases else cases

    def filter_open_for(self, cases: ConsultationQuerySet, name: str, days: str) -> ConsultationQuerySet:
        since = timezone.now() - timedelta(days=int(days))
        return cases.open().filter(submitted_at__lte=since)

    def filter_late(self, cases: ConsultationQuerySet, name: str, value: str) -> ConsultationQuerySet:
        return cases.filter(Clocks.load().late())


class CaseList(generic.IndexView):
    page_title = "Consultations"
    template_name = "consultations/staff/list.html"
    results_template_name = "consultations/staff/list_results.html"
    filterset_class = CaseFilters
    search_fields = ["reference", "organisation__name", "contact__name", "contact__email"]
    search_backend_name = None
    any_permission_required = ["view"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.VIEW):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> ConsultationQuerySet:
        return cases_for_list().free_of_conflict(self.request.user)

    def order_queryset(self, queryset: ConsultationQuerySet) -> ConsultationQuerySet:
        return oldest_promise_first(queryset)

    def search_queryset(self, queryset: ConsultationQuerySet) -> ConsultationQuerySet:
        return queryset.filter(spoken_of(self.search_query)) if self.is_searching else queryset

    @cached_property
    def clocks(self) -> Clocks:
        return Clocks.load(self.request)

    def clock_of(self, case: Any) -> Clock | None:
        return self.clocks.read(
            case, answer_by=case.answer_by, paused_at=case.paused_at, is_reported=case.is_reported
        )

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(access.TRIAGE):
            return []
        return [
            HeaderButton(
                "Triage queue", url=reverse("consultation:triage"), icon_name="list-ul", priority=10
            ),
            HeaderButton("Phone enquiry", url=reverse("consultation:enquiry"), icon_name="mail", priority=20),
        ]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "reference", label="Reference", url_name="consultation:inspect", classname="fp-nowrap"
            ),
            Column("stage", label="Where it stands", accessor=lambda c: standing_of(c).stage),
            Column("turn", label="Whose turn", accessor=lambda c: standing_of(c).turn),
            Column("organisation", label="Organisation"),
            Column("lead", label="Lead consultant", accessor=lambda c: c.lead_consultant or "Nobody yet"),
            Column("age", label="Open for", accessor=age_of),
            ClockColumn("clock", label="Promised", accessor=self.clock_of),
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(*args, **kwargs),
            "saved_views": SavedView.objects.filter(user=self.request.user),
            "query": kept_query(self.request.GET.urlencode()),
        }
