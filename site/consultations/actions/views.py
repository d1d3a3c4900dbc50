"""A member of staff keeps a list of cases under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from changes.refusals import Refused
from consultations.models import SavedView

if TYPE_CHECKING:
    from accounts.models import User

MOST = 30  # of one person: more are no help


@transaction.atomic
def save_view(*, name: str, query: str, by: User) -> SavedView:
    """Keep this list under `name`; the same name again means the new one. Raises Refused past the most."""
    name = name.strip()
    view = SavedView.objects.filter(user=by, name__iexact=name).first()
    if view is None:
        if SavedView.objects.filter(user=by).count() >= MOST:
            raise Refused(f"You have {MOST} saved views, which is as many as we keep. Delete one first.")
        return SavedView.objects.create(user=by, name=name, query=query)
    view.name, view.query = name, query
    view.save(update_fields=["name", "query"])
    return view


def delete_view(view: SavedView) -> None:
    view.delete()
