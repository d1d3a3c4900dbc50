"""The default documents checklist. Staff change it in the admin."""

from django.db import migrations

DEFAULT = [
    ("Referral risk assessment", "The newest assessment of risk, whoever made it.", True),
    ("Chronology", "Significant events in order of date.", True),
    ("Most recent social work assessment", "For example a child and family assessment.", True),
    ("Plan and review minutes", "The current plan and the minutes of its last review.", False),
    ("Incident reports", "What was written down at the time about each incident.", False),
    ("Education records", "Attendance, behaviour and support at school or college.", False),
    ("Health and CAMHS records", "Letters and reports that bear on the concern.", False),
    ("Youth justice records", "Assessment, order and reports of the youth justice service.", False),
    ("Police or court papers", "Outcome of the investigation, bail conditions or orders.", False),
    ("Earlier specialist assessment", "Any report by a psychologist, psychiatrist or specialist service.", False),
    ("Current safety plan", "What is in place at home, at school and online.", True),
]


def fill(apps, schema_editor):
    item = apps.get_model("consultations", "ChecklistItem")
    if not item.objects.exists():
        item.objects.bulk_create(
            item(title=title, guidance=guidance, is_required=required, position=position)
            for position, (title, guidance, required) in enumerate(DEFAULT, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
