"""A page with one act on one case."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.models import Consultation
from consultations.staff.acts import acts_of
from consultations.staff.button_act import ButtonAct
from consultations.staff.case import crumbs_to
from design.staff import Button


class CaseAct(ButtonAct):
    @property
    def consultation(self) -> Consultation:
        return self.kwargs["consultation"]

    @property
    def noun(self) -> str:
        return self.consultation.reference

    def button_of(self) -> Button | None:
        return acts_of(self.consultation, self.request.user).get(self.key)

    def get_success_url(self) -> str:
        return reverse("consultation:inspect", args=[self.consultation.pk])

    def get_page_subtitle(self) -> str:
        return self.consultation.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, *crumbs_to(self.consultation, str(self.page_title))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "consultation": self.consultation}
