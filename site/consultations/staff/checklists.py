"""The checklists to choose from, kept under Settings."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from consultations.models import Checklist
from design.staff import ListForm


class ChecklistList(generic.IndexView):
    def get_base_queryset(self) -> Any:
        required = Count("items", filter=Q(items__is_required=True))
        return super().get_base_queryset().annotate(documents=Count("items"), required=required)


class Rows:
    """A form with rows whose hidden numbers were tampered with answers 400: Wagtail would answer 500."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        except (ValidationError, KeyError) as error:
            raise SuspiciousOperation("A row's number is none.") from error


class ChecklistCreate(Rows, generic.CreateView):
    pass


class ChecklistEdit(Rows, generic.EditView):
    pass


class ChecklistViewSet(ModelViewSet):
    """The lists to choose from; cases that were asked already keep their own. Settings name the default."""

    model = Checklist
    name = "checklist"
    url_prefix = "documents-checklist"
    icon = "clipboard-list"
    menu_label = "Documents checklists"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ChecklistList
    add_view_class = ChecklistCreate
    edit_view_class = ChecklistEdit
    list_display = ["name", Column("documents", label="Documents"), Column("required", label="Required")]
    edit_handler = ObjectList(Checklist.panels, base_form_class=ListForm)
