"""What a feed is read with: three statements in SQL, since calendars ask by the hour and all day long.

For Django to write them anew cost each request five times what running them costs (docs/benchmarks.md, W6).
They run as they are on SQLite and on PostgreSQL; rows come as the database gives them, so moments are text on
the one and datetimes on the other, and `moment` reads both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from meetings.models.feed import PERMISSION, Feed, digest
from provider.models import Provider

BACK, AHEAD = timedelta(days=92), timedelta(days=366)

# The owner is still with us and may still see the diary (R9).
MAY_READ = """u.is_active AND u.is_staff AND (u.is_superuser OR EXISTS (
    SELECT 1 FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    WHERE t.app_label = %(app)s AND p.codename = %(codename)s AND (
        EXISTS (SELECT 1 FROM accounts_user_user_permissions o
                WHERE o.user_id = u.id AND o.permission_id = p.id)
        OR EXISTS (SELECT 1 FROM accounts_user_groups g JOIN auth_group_permissions q ON q.group_id = g.group_id
                   WHERE g.user_id = u.id AND q.permission_id = p.id))))"""
INVITED = "SELECT a.meeting_id FROM meetings_attendee a WHERE a.user_id = {owner}"
BOOKED = """SELECT r.meeting_id FROM meetings_reservation r
    JOIN meetings_resource s ON s.id = r.resource_id WHERE s.user_id = {owner}"""
MINE_NOW = f"m.id IN ({INVITED} AND a.uninvited_at IS NULL UNION {BOOKED} AND r.active)"
MINE_EVER = f"m.id IN ({INVITED} UNION {BOOKED})"
ALL = "1 = 1"
SHOWN = "m.status <> 'cancelled' AND m.starts_at < %(until)s AND m.ends_at > %(since)s"
HELD = """meetings_hold h JOIN meetings_slot l ON l.id = h.slot_id
    WHERE h.released_at IS NULL AND l.ends_at > %(now)s AND l.starts_at < %(until)s"""
HELD_MINE = "EXISTS (SELECT 1 FROM meetings_resource x WHERE x.id = h.resource_id AND x.user_id = {owner})"

# Whatever changes a line of the feed changes one of these sums. The last moment is also of meetings called
# off, or that the owner is off now: those have gone from the feed, and that is a change.
STATE = f"""SELECT f.id, f.user_id, f.made_at, v.name, v.email, v.phone, v.short_name,
    (SELECT COUNT(*) || ' ' || COALESCE(SUM(m.id), 0) || ' ' || COALESCE(SUM(m.sequence), 0) || ' '
        || COALESCE(CAST(MAX(m.stamped_at) AS text), '') FROM meetings_meeting m WHERE {SHOWN} AND {{now}}),
    (SELECT COUNT(*) || ' ' || COALESCE(SUM(h.id), 0) FROM {HELD} AND {{held}}),
    (SELECT MAX(m.stamped_at) FROM meetings_meeting m WHERE {{ever}})
    FROM meetings_feed f JOIN accounts_user u ON u.id = f.user_id
    LEFT JOIN provider_provider v ON v.id = (SELECT MIN(id) FROM provider_provider)
    WHERE f.kind = %(kind)s AND f.token_hash = %(digest)s AND {MAY_READ}"""  # noqa: S608 - our own words
MEETINGS = f"""SELECT m.uid, m.sequence, m.created_at, m.stamped_at, m.starts_at, m.ends_at, m.title, m.place,
    m.video_url, m.dial_in, CASE WHEN m.series_id IS NULL THEN 0 ELSE m.id END
    FROM meetings_meeting m WHERE {SHOWN} AND {{now}} ORDER BY m.starts_at, m.id"""  # noqa: S608
HOLDS = f"""SELECT c.id, b.created_at, c.starts_at, c.ends_at, b.title, b.place, b.video_url
    FROM meetings_poll b JOIN meetings_slot c ON c.poll_id = b.id WHERE c.id IN (
        SELECT h.slot_id FROM {HELD} AND {{held}})
    ORDER BY c.starts_at, c.id"""  # noqa: S608

Row = tuple[Any, ...]
Us = tuple[str, str, str, str]  # the provider's name, email, phone and short name


def _of(kind: str, owner: str) -> dict[str, str]:
    """The conditions of one kind of feed, for its owner: a column or a parameter."""
    if kind == Feed.Kind.TEAM:
        return {"now": ALL, "ever": ALL, "held": ALL}
    return {
        "now": MINE_NOW.format(owner=owner),
        "ever": MINE_EVER.format(owner=owner),
        "held": HELD_MINE.format(owner=owner),
    }


STATES = {kind: STATE.format(**_of(kind, "f.user_id")) for kind in Feed.Kind.values}
MEETINGS_OF = {kind: MEETINGS.format(**_of(kind, "%(owner)s")) for kind in Feed.Kind.values}
HOLDS_OF = {kind: HOLDS.format(**_of(kind, "%(owner)s")) for kind in Feed.Kind.values}


@dataclass(frozen=True)
class Reading:
    """A feed that may be read, and the state of what it shows."""

    feed_id: int
    kind: str
    owner: int
    made_at: datetime
    changed_at: datetime | None
    us: Us
    state: Row

    def meetings(self) -> list[Row]:
        return _rows(MEETINGS_OF[self.kind], owner=self.owner)

    def holds(self) -> list[Row]:
        """Each time that is held for a date poll, once."""
        return _rows(HOLDS_OF[self.kind], owner=self.owner)


def opened(kind: str, token: str) -> Reading | None:
    """The feed of this secret; None for any other, and once its owner has left or may not see the diary."""
    if kind not in STATES:
        return None
    app, _, codename = PERMISSION.partition(".")
    found = _rows(STATES[kind], kind=kind, digest=digest(token), app=app, codename=codename)
    if not found:
        return None
    pk, owner, made_at, name, email, phone, short_name, shown, held, changed_at = found[0]
    us = (name, email, phone, short_name) if name is not None else _us(Provider.load())
    return Reading(pk, kind, owner, moment(made_at), changed_at and moment(changed_at), us, (shown, held))


def _us(provider: Provider) -> Us:
    """Before anybody has said who we are: what the model says."""
    return provider.name, provider.email, provider.phone, provider.short_name


def today() -> datetime:
    """Midnight in London, so that the window stands still for a day."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def moment(value: str | datetime) -> datetime:
    """A moment as the database gave it."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _rows(sql: str, **given: str | int) -> list[Row]:
    """From three months back to twelve ahead."""
    start = today()
    moments = {"since": start - BACK, "until": start + AHEAD, "now": timezone.now().replace(microsecond=0)}
    adapted = {name: connection.ops.adapt_datetimefield_value(value) for name, value in moments.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**given, **adapted})
        rows: list[Row] = cursor.fetchall()
    return rows
