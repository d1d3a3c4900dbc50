"""The staff side: bookings are looked at and acted on, never edited as rows."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from training import staff_views
from training.models import Booking


class ByActsAlone(ModelPermissionPolicy):
    """A booking changes by its acts: nobody adds, edits or deletes one as a row, superusers included."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "change", "delete") and super().user_has_permission(user, action)


register_permission_policy(Booking, ByActsAlone(Booking))


class BookingViewSet(ModelViewSet):
    model = Booking
    name = "booking"
    icon = "group"
    menu_label = "Training"
    menu_order = 220
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class = staff_views.BookingList
    inspect_view_class = staff_views.BookingPage
    inspect_template_name = "training/staff/booking.html"
    add_to_reference_index = False
    form_fields = ["place"]  # asked for by the base; no form is ever routed
    search_fields = ["reference"]
    search_backend_name = None
    list_per_page = 50
    ordering = "-created_at"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Looking, history and acting: no address at which a row could be written or deleted."""
        kept = {"index", "index_results", "inspect", "history", "history_results"}
        looking = [pattern for pattern in super().get_urlpatterns() if pattern.name in kept]
        act = path("<int:pk>/act/<slug:name>/", staff_views.ActPage.as_view(), name="act")
        return [*looking, act]


@hooks.register("register_admin_viewset")
def register_bookings() -> BookingViewSet:
    return BookingViewSet()
