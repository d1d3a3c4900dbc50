"""Checklists by name, and the lines of a case planned before they are asked for."""

from importlib import import_module

import changes.sealing
import django.db.models.deletion
import modelcluster.fields
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

USUAL = "Usual documents"


def fill(apps, schema_editor):
    """The lines there are become the usual checklist; a place without any gets the default eleven."""
    checklist = apps.get_model("consultations", "Checklist")
    item = apps.get_model("consultations", "ChecklistItem")
    usual, _ = checklist.objects.get_or_create(name=USUAL)
    item.objects.filter(checklist=None).update(checklist=usual)
    if not item.objects.exists():
        default = import_module("consultations.migrations.0002_checklist").DEFAULT
        item.objects.bulk_create(
            item(checklist=usual, title=title, guidance=guidance, is_required=required, position=order)
            for order, (title, guidance, required) in enumerate(default)
        )


def asked(apps, schema_editor):
    """Until now a line was asked for as soon as it was there."""
    accepted = apps.get_model("consultations", "Consultation").objects.filter(pk=OuterRef("consultation"))
    lines = apps.get_model("consultations", "DocumentRequest").objects.filter(asked_at=None)
    lines.update(asked_at=Subquery(accepted.values("accepted_at")))


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_checklist")]

    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="Only staff see it.", max_length=80, unique=True)),
            ],
            options={"verbose_name": "documents checklist", "ordering": ["name"]},
        ),
        migrations.AddField("checklistitem", "checklist", modelcluster.fields.ParentalKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="items", to="consultations.checklist")),
        migrations.AddField("checklistitem", "due_days", models.PositiveSmallIntegerField(blank=True, help_text="Empty: as many as the settings say.", null=True, verbose_name="days to send it")),
        migrations.AlterField("checklistitem", "position", models.PositiveSmallIntegerField(blank=True, default=0, editable=False)),
        migrations.AlterField("checklistitem", "title", models.CharField(help_text="It is printed in emails: no names, nothing of a case.", max_length=120)),
        migrations.AddField("consultationsettings", "default_checklist", models.ForeignKey(blank=True, help_text="Goes out by itself once funding is agreed, unless another was chosen for the case.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consultations.checklist")),
        migrations.AddField("consultationsettings", "remind_days_before", models.PositiveSmallIntegerField(default=3, verbose_name="days before a document is due to remind its holder")),
        migrations.AddField("consultationsettings", "escalate_days_after", models.PositiveSmallIntegerField(default=5, verbose_name="days overdue until the lead practitioner and the office are told")),
        migrations.AddField("consultationsettings", "agency_link_days", models.PositiveSmallIntegerField(default=30, help_text="Staff may end it earlier.", verbose_name="days an agency's upload link works")),
        migrations.AddField("documentrequest", "asked_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField("documentrequest", "due_days", models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
        migrations.AddField("documentrequest", "holder_name", models.CharField(blank=True, editable=False, max_length=310)),
        migrations.AddField("documentrequest", "holder_words", changes.sealing.EncryptedTextField(blank=True, editable=False)),
        migrations.AlterField("documentrequest", "status", models.CharField(choices=[("requested", "Requested"), ("received", "Received"), ("accepted", "Accepted"), ("returned", "Returned"), ("not_held", "Not held"), ("refused", "Refused by its holder"), ("waived", "Waived")], default="requested", editable=False, max_length=10)),
        migrations.AddField("casedocument", "withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(asked, migrations.RunPython.noop),
    ]
