"""Batches in the admin's menu, and every address of the staff side of a batch."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail.admin.admin_url_finder import ModelAdminURLFinder

from consultations.models import Batch, BatchSession
from consultations.staff.batch import booking, deciding, giving, money, notes, page, session, themes
from consultations.staff.batch.access import (
    CREDIT,
    INVOICE,
    QUOTE,
    SCHEDULE,
    TRIAGE,
    VIEW,
    on_batch,
    on_session,
)
from consultations.staff.batch.listing import BatchList
from design.looking import LookingViewSet, by_acts_alone

by_acts_alone(Batch, BatchSession)


class BatchFinder(ModelAdminURLFinder):
    edit_url_name = "batch:inspect"

    def get_edit_url(self, instance: Any) -> str | None:
        if self.user is not None and not self.user.has_perm(VIEW):
            return None
        return self.construct_edit_url(instance)


class BatchViewSet(LookingViewSet):
    model = Batch
    name = "batch"
    url_prefix = "batches"
    icon = "calendar-check"
    menu_label = "Batches"
    menu_order = 115
    add_to_admin_menu = True
    index_view_class = BatchList
    search_fields = BatchList.search_fields
    url_finder_class = BatchFinder
    list_per_page = 50

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", on_batch()(page.page), name="inspect"),
            path("<int:pk>/themes/", on_batch()(themes.of_batch), name="themes"),
            *_deciding(),
            *_sessions(),
        ]


def _deciding() -> list[URLPattern]:
    triager = on_batch(TRIAGE)
    return [
        path("<int:pk>/accept/", triager(deciding.accept), name="accept"),
        path("<int:pk>/decline/", triager(deciding.Decline.as_view()), name="decline"),
        path("<int:pk>/lead/", triager(deciding.NameLead.as_view()), name="lead"),
        path("<int:pk>/extend/", triager(deciding.Extend.as_view()), name="extend"),
        path("<int:pk>/close/", triager(deciding.close), name="close"),
        path("<int:pk>/withdraw/", triager(deciding.Withdraw.as_view()), name="withdraw"),
        path("<int:pk>/quote/", on_batch(QUOTE)(money.Quote.as_view()), name="quote"),
        path("<int:pk>/invoice/", on_batch(INVOICE)(money.invoice), name="invoice"),
        path("<int:pk>/refund/", on_batch(CREDIT)(money.Refund.as_view()), name="refund"),
        path("<int:pk>/ask-refund/", triager(money.AskRefund.as_view()), name="ask_refund"),
        path("<int:pk>/give/", triager(giving.Give.as_view()), name="give"),
    ]


def _sessions() -> list[URLPattern]:
    one, keeper = "<int:pk>/sessions/<int:number>", on_session(SCHEDULE)
    return [
        path("<int:pk>/sessions/book/", on_batch(SCHEDULE)(booking.Book.as_view()), name="book"),
        path(f"{one}/", on_session()(session.page), name="session"),
        path(f"{one}/describe/", keeper(session.Describe.as_view()), name="describe"),
        path(f"{one}/held/", keeper(session.hold), name="hold"),
        path(f"{one}/cancel/", keeper(session.Cancel.as_view()), name="cancel"),
        path(f"{one}/give-back/", keeper(session.GiveBack.as_view()), name="give_back"),
        path(f"{one}/give/", on_session(TRIAGE)(giving.GiveSession.as_view()), name="give_session"),
        path(f"{one}/note/", keeper(notes.Note.as_view()), name="note"),
        path(f"{one}/note/share/", keeper(notes.share), name="share"),
        path(f"{one}/items/<int:item_pk>/remove/", keeper(session.remove_item), name="remove_item"),
    ]
