"""An agency's upload link: made, sent anew, ended."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.actions import revoke
from accounts.links import digest
from changes.log import record
from changes.refusals import Refused
from consultations import emails
from consultations.models import AgencyLink, Consultation, ConsultationSettings, DocumentRequest
from mail.models import Message

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def make_agency_link(
    consultation: Consultation,
    *,
    name: str,
    agency: str,
    email: str,
    lines: Collection[DocumentRequest],
    by: User,
) -> AgencyLink:
    """Mail one agency a link by which it sends these documents. The mail carries the reference alone (R8).

    A standing link of the same mailbox is replaced. Raises Refused when a line takes no files.
    """
    locked = Consultation.locked(consultation.pk)
    if locked.status != Consultation.Status.ACCEPTED:
        raise Refused("Documents are collected on an accepted consultation.")
    if not lines:
        raise Refused("Choose at least one document to ask them for.")
    closed = [
        f"“{line.title}” takes no files: it is {line.state.lower()}."
        for line in lines
        if not line.takes_files
    ]
    if closed:
        raise Refused(*closed)
    for earlier in locked.agency_links.filter(email__iexact=email, revoked_at=None):
        revoke(earlier)
    link, token = AgencyLink.make(
        email=email,
        days=ConsultationSettings.load().agency_link_days,
        consultation=locked,
        name=name,
        agency=agency,
        created_by=by,
    )
    link.lines.set(lines)
    record(locked, "consultation.link_made", by=by, agency=agency)
    emails.to_agency("agency_asked", link, token)
    return link


@transaction.atomic
def revoke_agency_link(link: AgencyLink, *, by: User) -> None:
    """From now on it opens nothing. What it sent stays. Twice changes nothing."""
    locked = AgencyLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is None:
        revoke(locked)
        record(locked.consultation, "consultation.link_ended", by=by, agency=locked.agency)
    link.refresh_from_db()


@transaction.atomic
def extend_agency_link(link: AgencyLink, *, by: User) -> None:
    """Send a fresh link in place of the one before, with its full time. Raises Refused once it was ended."""
    locked = AgencyLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is not None:
        raise Refused("This link was ended. Make a new one.")
    locked.expires_at = timezone.now() + timedelta(days=ConsultationSettings.load().agency_link_days)
    locked.save(update_fields=["expires_at"])
    record(locked.consultation, "consultation.link_made", by=by, agency=locked.agency)
    emails.to_agency("agency_asked", locked, new_token(locked))
    link.refresh_from_db()


def new_token(link: AgencyLink) -> str:
    """A token in place of the one mailed before, which then opens nothing. For the caller's transaction."""
    token = secrets.token_urlsafe(32)
    link.token_hash = digest(token)
    link.save(update_fields=["token_hash"])
    return token


@transaction.atomic
def tell_agency(link: AgencyLink, template: str, *, key: str, **context: object) -> bool:
    """Mail an agency once (R10), with a fresh link, as the one mailed before is kept nowhere.

    False when the link is closed, so that somebody else has to be told, or when they were told already.
    """
    locked = AgencyLink.objects.select_for_update().get(pk=link.pk)
    if not locked.is_open or Message.objects.filter(key=key).exists():
        return False
    emails.to_agency(template, locked, new_token(locked), key=key, **context)
    return True
