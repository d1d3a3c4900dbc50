"""Lists that staff keep: what recommendations are about and rest on, and what meetings go through."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from wagtail.admin.panels import ObjectList
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet

from consultations.models import AgendaTemplate, GuidelinePoint, RecommendationCategory, Theme
from design.staff import ListForm


class DeleteUnused(DeleteView):
    """What a report names stays, since the report does."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(
                self.request, f"“{self.object}” stands in a report, so it stays. You can change its words."
            )
            return redirect(self.index_url_name)


class CategoryViewSet(ModelViewSet):
    """What a recommendation may be about: the progress report counts by these."""

    model = RecommendationCategory
    name = "recommendation_category"
    url_prefix = "recommendation-categories"
    icon = "tag"
    menu_label = "Recommendation categories"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    delete_view_class = DeleteUnused
    sort_order_field = "position"
    list_display = ["title"]
    edit_handler = ObjectList(RecommendationCategory.panels, base_form_class=ListForm)


class GuidelineViewSet(ModelViewSet):
    """The published guidance a recommendation may point to."""

    model = GuidelinePoint
    name = "guideline_point"
    url_prefix = "points-of-guidance"
    icon = "link-external"
    menu_label = "Points of guidance"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    delete_view_class = DeleteUnused
    sort_order_field = "position"
    list_display = ["guideline", "number", "label", "link"]
    edit_handler = ObjectList(GuidelinePoint.panels, base_form_class=ListForm)


class AgendaViewSet(ModelViewSet):
    """What a meeting may go through: copied when it is booked, changed there for that meeting alone."""

    model = AgendaTemplate
    name = "agenda"
    url_prefix = "agendas"
    icon = "list-ol"
    menu_label = "Meeting agendas"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    sort_order_field = "position"
    list_display = ["title"]
    edit_handler = ObjectList(AgendaTemplate.panels, base_form_class=ListForm)


class DeleteTheme(DeleteView):
    """A theme that sessions touched on stays, since their reports count by it."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self.object.sessions.exists():
            messages.error(
                self.request, f"Sessions touched on “{self.object}”, so it stays. You can change its words."
            )
            return redirect(self.index_url_name)
        return super().form_valid(form)


class ThemeViewSet(ModelViewSet):
    """What a session of a batch may touch on: the themes report counts by these."""

    model = Theme
    name = "theme"
    url_prefix = "themes-of-sessions"
    icon = "tag"
    menu_label = "Themes of sessions"
    add_to_settings_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    delete_view_class = DeleteTheme
    sort_order_field = "position"
    list_display = ["title"]
    edit_handler = ObjectList(Theme.panels, base_form_class=ListForm)
