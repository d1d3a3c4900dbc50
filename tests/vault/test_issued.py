"""R4: what is issued never changes, whatever door is tried."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from changes.refusals import Stale
from tests.vault.cabinet import models as cabinet
from vault.models import Frozen
from vault.reading import content

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 as issued %%EOF"
Deed: Any = cabinet.Deed


@pytest.fixture
def deed(finance) -> Any:
    deed = Deed(total=Decimal("120.00"))
    deed.freeze(PDF, {"total": "120.00", "to": "Morgan"}, finance)
    return deed


def test_freezing_keeps_what_was_printed(deed, finance):
    again = Deed.objects.get(pk=deed.pk)
    assert content(again) == PDF
    assert again.snapshot == {"total": "120.00", "to": "Morgan"}
    assert (again.size, again.issued_by, again.is_frozen) == (len(PDF), finance, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot_text FROM cabinet_deed")
        assert "Morgan" not in cursor.fetchone()[0]


def test_a_draft_changes_freely(db):
    deed = Deed.objects.create(total=1)
    deed.total = 2
    deed.save()
    Deed.objects.filter(pk=deed.pk).update(total=3)
    deed.freeze(PDF, {}, None)
    assert Deed.objects.get(pk=deed.pk).is_frozen


CHANGES = {
    "save": lambda deed: deed.save(),
    "save some": lambda deed: deed.save(update_fields=["total"]),
    "update": lambda deed: Deed.objects.filter(pk=deed.pk).update(total=5),
    "base manager": lambda deed: Deed._base_manager.filter(pk=deed.pk).update(total=5),
    "update of all": lambda deed: Deed.objects.update(snapshot_text=""),
    "update with the allowed": lambda deed: Deed.objects.update(status="issued", total=5),
    "bulk update": lambda deed: Deed.objects.bulk_update([deed], ["total"]),
    "upsert": lambda deed: Deed.objects.bulk_create(
        [deed], update_conflicts=True, unique_fields=["id"], update_fields=["total"]
    ),
    "update or create": lambda deed: Deed.objects.update_or_create(pk=deed.pk, defaults={"total": 5}),
    "delete": lambda deed: deed.delete(),
    "delete in bulk": lambda deed: Deed.objects.filter(pk=deed.pk).delete(),
    "delete behind": lambda deed: Deed._base_manager.all().delete(),
    "unissue": lambda deed: Deed.objects.update(issued_at=None),
}


@pytest.mark.parametrize("how", CHANGES)
def test_an_issued_document_refuses(deed, how):
    """R4."""
    deed.total = Decimal("5.00")
    with pytest.raises(Frozen, match="has been issued, so it never changes"), transaction.atomic():
        CHANGES[how](deed)
    again = Deed.objects.get(pk=deed.pk)
    assert (again.total, content(again)) == (Decimal("120.00"), PDF)


def test_decisions_about_it_are_still_taken(deed, finance):
    deed.move_to(Deed.Status.ISSUED, by=finance)
    deed.move_to(Deed.Status.ACCEPTED, by=None, purchase_order_number="PO 7")
    deed.refresh_from_db()
    deed.save()  # nothing changed: nothing to refuse
    assert (deed.status, deed.purchase_order_number) == ("accepted", "PO 7")


def test_it_is_issued_once(deed):
    stale = Deed.objects.get(pk=deed.pk)
    stale.issued_at = None  # as seen by somebody who read it before
    with pytest.raises(Stale, match="issued already"):
        stale.freeze(b"another", {}, None)
    assert content(Deed.objects.get(pk=deed.pk)) == PDF
