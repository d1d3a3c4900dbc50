"""What came of our recommendations and what people thought of us: counts over all cases, for staff.

Small numbers could point to one case, so a count from 1 to 4 is told as “fewer than 5”. No row names a case.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from consultations.models import FeedbackLink, Progress, Recommendation, Recommendations
from consultations.small_numbers import Counts
from consultations.staff import access


class CountsReport(ReportView):
    """Rows of counts, for whoever may read cases; anybody else gets a 404 (R9)."""

    first = ""
    names: dict[str, str] = {}
    results_template_name = "consultations/staff/counts_report.html"
    is_searchable = False
    paginate_by = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.VIEW):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    def rows(self) -> list[Counts]:
        raise NotImplementedError(f"{type(self).__name__}.rows()")

    def get_queryset(self) -> Any:
        return self.rows()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(*args, **kwargs), "words": self.words()}

    def words(self) -> list[tuple[str, str]] | None:
        """What people wrote, by whose part; none where nothing is written."""
        return None

    @property
    def columns(self) -> list[Column]:
        counted = [Column(name, label=label, accessor=name) for name, label in self.names.items()]
        return [Column("title", label=self.first), *counted, Column("total", label="All", accessor="total")]

    @property
    def list_export(self) -> list[str]:
        return ["title", *self.names, "total"]

    @property
    def export_headings(self) -> dict[str, str]:
        return {"title": self.first, **self.names, "total": "All"}


class ProgressReport(CountsReport):
    """Of recommendations whose owners were asked: done, under way, not done, no answer, by category."""

    page_title = "How our recommendations went"
    header_icon = "tasks"
    index_url_name = "progress_report"
    index_results_url_name = "progress_report_results"
    export_filename = "recommendations-progress"
    first = "About"
    names = {**dict(Progress.State.choices), "unanswered": "No answer yet"}

    def rows(self) -> list[Counts]:
        asked = Recommendations.objects.filter(progress_links__isnull=False).values("pk")
        counts: dict[str, Counter[str]] = {}
        items = Recommendation.objects.filter(report__in=asked).order_by("category__position", "category")
        for title, state in items.values_list("category__title", "progress__state"):
            counts.setdefault(title or "No kind chosen", Counter())[state or "unanswered"] += 1
        return [Counts(title, dict(counted)) for title, counted in counts.items()]


class FeedbackReport(CountsReport):
    """The three questions asked at closure, and below them what people wrote."""

    page_title = "What people thought of our consultations"
    header_icon = "comment"
    index_url_name = "feedback_report"
    index_results_url_name = "feedback_report_results"
    export_filename = "consultations-feedback"
    first = "Question"
    names = dict(FeedbackLink.Answer.choices)

    def answered(self) -> Any:
        return FeedbackLink.objects.filter(answered_at__isnull=False)

    def rows(self) -> list[Counts]:
        answers = list(self.answered().values(*FeedbackLink.QUESTIONS))
        return [
            Counts(question, dict(Counter(answer[name] for answer in answers)))
            for name, question in FeedbackLink.QUESTIONS.items()
        ]

    def words(self) -> list[tuple[str, str]]:
        newest = self.answered().order_by("-answered_at")[:100]
        return [(one.get_part_display(), one.words) for one in newest if one.words]


def urls() -> list[URLPattern]:
    there = "reports/consultations"
    return [
        path(f"{there}/progress/", ProgressReport.as_view(), name="progress_report"),
        path(
            f"{there}/progress/results/",
            ProgressReport.as_view(results_only=True),
            name="progress_report_results",
        ),
        path(f"{there}/feedback/", FeedbackReport.as_view(), name="feedback_report"),
        path(
            f"{there}/feedback/results/",
            FeedbackReport.as_view(results_only=True),
            name="feedback_report_results",
        ),
    ]
