"""A page with one act on one case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from consultations.models import Consultation
from consultations.staff.acts import acts_of
from consultations.staff.case import crumbs_to
from design.staff import Act


class CaseAct(Act):
    """`key` names the act in `acts.py`. While that is off, the page sends back to the case and says why."""

    key = ""
    header_icon = "group"

    @property
    def person(self) -> User:
        """The member of staff who asks: `on_case` has let them in."""
        return self.request.user  # type: ignore[return-value]

    @property
    def consultation(self) -> Consultation:
        return self.kwargs["consultation"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if why := self.why_off():
            for line in why:
                messages.error(request, line)
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def why_off(self) -> tuple[str, ...]:
        act = acts_of(self.consultation, self.request.user).get(self.key)
        if act is None:
            return (f"{self.consultation.reference} has moved on, so there is nothing to do here.",)
        return act.why_off

    def get_success_url(self) -> str:
        return reverse("consultation:inspect", args=[self.consultation.pk])

    def get_page_subtitle(self) -> str:
        return self.consultation.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, *crumbs_to(self.consultation, str(self.page_title))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "consultation": self.consultation}
