"""Saved views of the list of cases: each person's own, by name."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import SavedView
from consultations.staff import access
from design.acts import telling
from design.once import once
from design.staff import Act, StaffForm

# What a view remembers of the list's address: filters and search words, never the page.
REMEMBERED = frozenset({"q", "status", "phase", "lead_consultant", "organisation", "open_for", "late"})


def kept_query(query: str) -> str:
    """The part of a query string that a view remembers."""
    return urlencode([pair for pair in parse_qsl(query) if pair[0] in REMEMBERED])[:500]


class ViewForm(StaffForm):
    name = forms.CharField(label="Name of the view", max_length=60, help_text="For example: mine, overdue.")


class SaveView(Act):
    template_name = "consultations/staff/views.html"
    form_class = ViewForm
    page_title = "Save this view"
    header_icon = "view"
    button = "Save the view"
    lead = "The filters and search words of the list, kept for you alone. A name used before now means this view."

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(access.VIEW):
            raise Http404("Not yours to see.")
        return super().dispatch(request, *args, **kwargs)

    @property
    def query(self) -> str:
        return kept_query(self.request.GET.urlencode())

    def act(self, form: Any) -> None:
        owner: User = self.request.user  # type: ignore[assignment]
        actions.save_view(name=form.cleaned_data["name"], query=self.query, by=owner)
        self.done = f"“{form.cleaned_data['name']}” is saved."

    def get_success_url(self) -> str:
        return f"{reverse('consultation:index')}?{self.query}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        cases = {"url": reverse("consultation:index"), "label": "Consultations"}
        return [*self.breadcrumbs_items, cases, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {**super().get_context_data(**kwargs), "saved_views": SavedView.objects.filter(user=user)}


@require_POST
@once
def delete_view(request: SignedInRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm(access.VIEW):
        raise Http404("Not yours to see.")
    view = get_object_or_404(SavedView, pk=pk, user=request.user)
    with telling(request, f"“{view.name}” is deleted."):
        actions.delete_view(view)
    return redirect("consultation:save_view")
