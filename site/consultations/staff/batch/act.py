"""A page with one act on one batch, or on one of its sessions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consultations.models import Batch, BatchSession
from consultations.staff.batch.acts import acts_of, acts_of_session, session_link
from consultations.staff.button_act import ButtonAct
from design.staff import Button


def crumbs_to(batch: Batch, *titles: str) -> list[dict[str, str]]:
    """The list, the batch, and what lies below it."""
    here = {"url": reverse("batch:inspect", args=[batch.pk]), "label": batch.reference}
    below = [{"url": "", "label": title} for title in titles]
    return [{"url": reverse("batch:index"), "label": "Batches"}, here, *below]


def crumbs_to_session(session: BatchSession, *titles: str) -> list[dict[str, str]]:
    here = {"url": session_link(session), "label": f"Session {session.number}"}
    return [*crumbs_to(session.batch), here, *({"url": "", "label": title} for title in titles)]


def back_to(batch: Batch) -> HttpResponse:
    return redirect("batch:inspect", batch.pk)


def back_to_session(session: BatchSession) -> HttpResponse:
    return redirect(session_link(session))


class BatchAct(ButtonAct):
    header_icon = "calendar-check"

    @property
    def batch(self) -> Batch:
        return self.kwargs["batch"]

    @property
    def noun(self) -> str:
        return self.batch.reference

    def button_of(self) -> Button | None:
        return acts_of(self.batch, self.request.user).get(self.key)

    def get_success_url(self) -> str:
        return reverse("batch:inspect", args=[self.batch.pk])

    def get_page_subtitle(self) -> str:
        return self.batch.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, *crumbs_to(self.batch, str(self.page_title))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "batch": self.batch}


class SessionAct(BatchAct):
    @property
    def session(self) -> BatchSession:
        return self.kwargs["session"]

    @property
    def batch(self) -> Batch:
        return self.session.batch

    @property
    def noun(self) -> str:
        return str(self.session)

    def button_of(self) -> Button | None:
        return acts_of_session(self.session, self.request.user).get(self.key)

    def get_success_url(self) -> str:
        return session_link(self.session)

    def get_page_subtitle(self) -> str:
        when = f", {self.session.meeting.when}" if self.session.meeting else ""
        return f"{self.session.title}{when}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, *crumbs_to_session(self.session, str(self.page_title))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "session": self.session}
