"""Every line belongs to a checklist. A migration of its own: PostgreSQL alters no table it has just filled."""

import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0003_checklists")]

    operations = [
        migrations.AlterField("checklistitem", "checklist", modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name="items", to="consultations.checklist")),
        migrations.AddConstraint("checklistitem", models.UniqueConstraint(fields=("checklist", "title"), name="asked_once_a_checklist")),
    ]
