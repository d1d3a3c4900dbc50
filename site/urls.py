"""Every address. Case, order and account pages first; what is left belongs to Wagtail's page tree."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from home.health import health

urlpatterns = [
    # Wagtail's own password-only sign-in stays closed: everybody signs in by the front door.
    re_path(
        r"^admin/(?:login|password_reset)/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
    ),
    path("admin/logout/", RedirectView.as_view(pattern_name="account_logout")),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/organisation/", include("organisations.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("bookings/", include("training.urls")),
    path("health/", health),
    path("meetings/", include("meetings.urls")),
    path("orders/", include("billing.urls")),
    path("consultations/", include("consultations.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]
