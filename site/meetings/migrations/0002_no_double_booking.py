"""No resource is reserved twice at once (R3): the database's own word, whatever the code does."""

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE meetings_reservation ADD CONSTRAINT no_double_booking EXCLUDE USING gist
       (resource_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)""",
]
# Triggers go when SQLite rebuilds the table for a later migration: that migration has to repeat them.
SQLITE = [
    f"""CREATE TRIGGER no_double_booking_{verb.lower()} BEFORE {verb} ON meetings_reservation
        WHEN NEW.active AND EXISTS (
            SELECT 1 FROM meetings_reservation AS other
            WHERE other.resource_id = NEW.resource_id AND other.active AND other.id IS NOT NEW.id
              AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
        BEGIN SELECT RAISE(ABORT, 'no_double_booking'); END"""
    for verb in ("INSERT", "UPDATE")
]
UNDO = {
    "postgresql": ["ALTER TABLE meetings_reservation DROP CONSTRAINT no_double_booking"],
    "sqlite": ["DROP TRIGGER no_double_booking_insert", "DROP TRIGGER no_double_booking_update"],
}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[vendor]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
