"""The staff desk: what needs you, first thing on the staff home."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.search import admin_search_areas
from wagtail.admin.ui.components import Component

from home.desk import DOORS, SHOWN, needs_of


class Find(Component):
    """One field that looks into whichever list the caller's words belong to."""

    name = "find"
    order = 0
    template_name = "home/find.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"areas": admin_search_areas.search_items_for_request(parent_context["request"])}


class WhatNeedsYou(Component):
    name = "what_needs_you"
    order = 10
    template_name = "home/desk.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        needs = needs_of(parent_context["request"].user)
        return {"needs": needs[:SHOWN], "more": max(len(needs) - SHOWN, 0), "count": len(needs)}


@hooks.register("construct_homepage_panels")
def show_desk(request: HttpRequest, panels: list[Any]) -> None:
    if DOORS and any(
        request.user.has_perm(p) for p in ("consultations.view_consultation", "billing.record_payment")
    ):
        panels.insert(0, WhatNeedsYou())
    panels.insert(0, Find())
