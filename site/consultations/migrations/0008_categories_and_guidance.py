"""The default categories of recommendations, and the points of guidance they may rest on. Staff change both."""

from django.db import migrations

CATEGORIES = [
    "Safety planning",
    "Assessment",
    "Work with the young person",
    "Support for parents and carers",
    "School or college",
    "Working together",
    "Training and supervision",
    "Police and court",
]
# Numbers as the guideline gives them; the labels are our own.
POINTS = [
    ("1.1", "agencies working as one team"),
    ("1.2", "a named lead for safeguarding"),
    ("1.3", "assessing early help"),
    ("1.4", "assessing risk"),
    ("1.5", "bringing family and carers along"),
    ("1.6", "the care plan and its reviews"),
    ("1.7", "choosing and shaping interventions"),
    ("1.8", "coming back to the community"),
]
LINK = "https://www.nice.org.uk/guidance/ng55/chapter/Recommendations"


def fill(apps, schema_editor):
    category = apps.get_model("consultations", "RecommendationCategory")
    if not category.objects.exists():
        category.objects.bulk_create(
            category(title=title, position=position) for position, title in enumerate(CATEGORIES, 1)
        )
    point = apps.get_model("consultations", "GuidelinePoint")
    if not point.objects.exists():
        point.objects.bulk_create(
            point(number=number, label=label, link=LINK, position=position)
            for position, (number, label) in enumerate(POINTS, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0007_report_in_full")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
