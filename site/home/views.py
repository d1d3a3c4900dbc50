"""Search, and what machines ask for."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from wagtail.models import Page

LONGEST = 200  # characters of a search
SHOWN = 10


def search(request: HttpRequest) -> HttpResponse:
    """Live public pages that hold the words. The words stay in the address and nowhere else (R8)."""
    asked = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
    words = " ".join(re.findall(r"\w+", asked))  # quotes and signs mean something to the search engines
    found = Page.objects.live().public().filter(depth__gt=2).search(words, operator="and") if words else []
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    results = Page.objects.filter(pk__in=[one.pk for one in page]).specific()
    by_pk = {one.pk: one for one in results}
    context = {"asked": asked, "page": page, "results": [by_pk[one.pk] for one in page if one.pk in by_pk]}
    return render(request, "home/search.html", context)


def favicon(request: HttpRequest) -> HttpResponse:
    """For whoever asks at the root without having read a page."""
    return redirect(static("fingerpost/favicon.ico"))


def robots(request: HttpRequest) -> HttpResponse:
    closed = ["/accounts/", "/admin/", "/bookings/", "/consultations/", "/orders/", "/search/"]
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in closed)]
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]), content_type="text/plain"
    )
