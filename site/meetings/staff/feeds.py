"""One's own calendar addresses: get, copy, replace, turn off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from accounts.models import User
from accounts.views import person
from changes.sealing import seal, unseal
from design.acts import telling
from design.once import once
from design.staff import Button, furniture
from meetings.actions import feed as actions
from meetings.models import Feed
from meetings.models.feed import PERMISSION

FRESH = "feed_address"  # in the session, sealed, for the one page that shows it
LEADS = {
    Feed.Kind.MINE: "Every meeting that you are invited to or that your diary is booked for.",
    Feed.Kind.TEAM: "The meetings of the whole service.",
}


def _reader(request: HttpRequest) -> User:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return person(request)


@require_GET
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    there = {feed.kind: feed for feed in Feed.objects.filter(user=user)}
    fresh = request.session.pop(FRESH, {})
    feeds = []
    for kind in Feed.Kind:
        address = unseal(fresh[kind]) if kind in fresh else ""
        acts = [
            Button(f"make-{kind}", "Get an address", reverse("feed:make", args=[kind]), posts=True, kind="")
        ]
        if kind in there:
            acts = [
                Button(f"make-{kind}", "Replace the address", reverse("feed:make", args=[kind]), posts=True),
                Button(
                    f"stop-{kind}", "Turn it off", reverse("feed:stop", args=[kind]), posts=True, kind="no"
                ),
            ]
        feeds.append(
            {"kind": kind, "lead": LEADS[kind], "feed": there.get(kind), "address": address, "acts": acts}
        )
    return render(
        request,
        "meetings/admin/feeds.html",
        {
            **furniture(
                "Calendar addresses", icon="link", crumbs=[{"url": "", "label": "Calendar addresses"}]
            ),
            "feeds": feeds,
        },
    )


def _kind(kind: str) -> Feed.Kind:
    try:
        return Feed.Kind(kind)
    except ValueError as error:
        raise Http404 from error


@require_POST
@once
def make(request: HttpRequest, kind: str) -> HttpResponse:
    user, wanted = _reader(request), _kind(kind)
    with telling(request, "Copy the address now: we do not keep it, so this page shows it once."):
        secret = actions.make_address(user, wanted)
        address = settings.BASE_URL + reverse("meetings:feed", args=[wanted, secret])
        request.session[FRESH] = {wanted: seal(address)}
    return redirect("feed:index")


@require_POST
@once
def stop(request: HttpRequest, kind: str) -> HttpResponse:
    user, wanted = _reader(request), _kind(kind)
    with telling(request, "The address is off. Calendars that still ask get nothing."):
        actions.turn_off(user, wanted)
    return redirect("feed:index")


class FeedMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PERMISSION))


class FeedViewSet(ViewSet):
    name = "feed"
    url_prefix = "diary/addresses"
    icon = "link"
    menu_label = "Calendar addresses"
    menu_item_class = FeedMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("<slug:kind>/new/", make, name="make"),
            path("<slug:kind>/off/", stop, name="stop"),
        ]


def account_menu_item(request: HttpRequest) -> dict[str, Any] | None:
    """The way in from one's own account page."""
    if not request.user.has_perm(PERMISSION):
        return None
    return {
        "url": reverse("feed:index"),
        "label": "Calendar addresses",
        "help_text": "Show your meetings in the calendar on your phone or computer.",
    }
