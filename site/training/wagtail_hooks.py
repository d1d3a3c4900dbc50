"""The staff side: bookings are looked at and acted on, never edited as rows."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse
from wagtail import hooks

from design.looking import LookingViewSet, by_acts_alone
from design.staff import Area
from engagements.polls import urls_of
from training import staff_views
from training.models import Booking
from training.staff_polls import TRADE

by_acts_alone(Booking)


class BookingViewSet(LookingViewSet):
    model = Booking
    name = "booking"
    icon = "group"
    menu_label = "Training"
    menu_order = 220
    add_to_admin_menu = True
    index_view_class = staff_views.BookingList
    inspect_view_class = staff_views.BookingPage
    inspect_template_name = "training/staff/booking.html"
    search_fields = ["reference"]
    list_per_page = 50
    ordering = "-created_at"

    def get_urlpatterns(self) -> list[URLPattern]:
        act = path("<int:pk>/act/<slug:name>/", staff_views.ActPage.as_view(), name="act")
        return [*super().get_urlpatterns(), act, *urls_of(TRADE)]


@hooks.register("register_admin_viewset")
def register_bookings() -> BookingViewSet:
    return BookingViewSet()


@hooks.register("register_admin_search_area")
def search_bookings() -> Area:
    return Area(
        "Training", reverse("booking:index"), permission="training.view_booking", order=30, icon_name="group"
    )
