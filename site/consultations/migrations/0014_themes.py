"""The default themes that sessions of a batch are counted by. Staff change them."""

from django.db import migrations

THEMES = [
    "Making sense of the behaviour",
    "Safety planning",
    "Work with parents and carers",
    "Brothers and sisters",
    "School and friends",
    "Online behaviour",
    "Learning needs and neurodiversity",
    "Trauma and loss",
    "Police and court",
    "Agencies working together",
    "Words and recording",
    "What the work does to us",
]


def fill(apps, schema_editor):
    theme = apps.get_model("consultations", "Theme")
    if not theme.objects.exists():
        theme.objects.bulk_create(
            theme(title=title, position=position) for position, title in enumerate(THEMES, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0013_batches")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
