"""The five roles are groups; Wagtail's own two make way. What each may do: accounts/roles.py."""

from django.db import migrations

ROLES = ["coordinator", "consultant", "clinical lead", "finance officer", "editor"]


def make(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()
    for name in ROLES:
        Group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("wagtailcore", "0066_collection_management_permissions"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0011_add_choose_permissions"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
