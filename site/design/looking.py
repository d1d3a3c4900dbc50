"""Nouns that staff look at and act on, never edit as rows: what happens to them happens by an act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import URLPattern
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

LOOKING = {"index", "index_results", "inspect", "history", "history_results"}
WRITING = {"add", "change", "delete"}


class ByActsAlone(ModelPermissionPolicy):
    """Nobody adds, edits or deletes one, superusers included. Acts ask for permissions of their own."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in WRITING and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


def by_acts_alone(*models: type[Model]) -> None:
    """Say so of these models, for every page of Wagtail's that asks."""
    for model in models:
        register_permission_policy(model, ByActsAlone(model))


class LookingViewSet(ModelViewSet):
    """List, page and history: there is no address at which a row could be written or deleted."""

    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields: list[str] = []  # asked for by the base; no form is ever routed
    search_backend_name = None

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in LOOKING]
