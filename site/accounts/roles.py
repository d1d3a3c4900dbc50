"""What each role may do: the one table. Groups get exactly these permissions after every migrate.

R9 rests on it: the finance officer and the editor hold no permission of `consultations`, and none on the
mail list, where notes about documents pass by. Who may see which case is decided case by case on top.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps as global_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connections

COORDINATOR = "coordinator"
CONSULTANT = "consultant"
CLINICAL_LEAD = "clinical lead"
FINANCE_OFFICER = "finance officer"
EDITOR = "editor"


def _on(app: str, verbs: str, models: str) -> set[str]:
    return {f"{app}.{verb}_{model}" for verb in verbs.split() for model in models.split()}


ADMIN = {"wagtailadmin.access_admin"}
WHO = _on("organisations", "view", "organisation domain membership contact joinrequest")
KEEPING_WHO = _on("organisations", "view add change", "organisation domain membership contact joinrequest")
MONEY = _on("billing", "view", "product order quote invoice creditnote payment")
BATCHES = _on("consultations", "view", "batch theme")
KEEPING_BATCHES = (
    BATCHES
    | _on("consultations", "triage schedule", "batch")
    | _on("consultations", "add change delete", "theme")
    | {"consultations.change_batchsettings"}
)
CASES = {
    "consultations.view_consultation",
    "consultations.view_casedocument",
    "consultations.view_recommendations",
    "consultations.review_document",
}
KEEPING_CHECKLIST = _on(
    "consultations",
    "view add change delete",
    "checklist recommendationcategory guidelinepoint agendatemplate",
) | {"consultations.change_consultationsettings", "consultations.change_recordssettings"}
DIARY = _on("meetings", "view", "meeting series attendee resource")
KEEPING_DIARY = _on("meetings", "view add change", "meeting series attendee resource")

ROLES: dict[str, set[str]] = {
    COORDINATOR: ADMIN
    | KEEPING_WHO
    | {"organisations.delete_domain", "organisations.delete_membership"}
    | MONEY
    | _on("billing", "add change", "order")
    | {"billing.issue_quote"}
    | KEEPING_DIARY
    | CASES
    | KEEPING_CHECKLIST
    | KEEPING_BATCHES
    | {"consultations.triage_consultation", "meetings.change_meetingsettings"}
    | _on("training", "view change triage confirm", "booking")
    | {"mail.view_message", "mail.resend_message", "provider.change_provider"},
    CONSULTANT: ADMIN
    | WHO
    | KEEPING_DIARY
    | CASES
    | BATCHES
    | {
        "consultations.write_recommendations",
        "consultations.schedule_batch",
        "training.view_booking",
    },
    CLINICAL_LEAD: ADMIN
    | WHO
    | MONEY
    | KEEPING_DIARY
    | CASES
    | KEEPING_CHECKLIST
    | KEEPING_BATCHES
    | _on("consultations", "triage allocate", "consultation")
    | {
        "consultations.override_eligibility",
        "consultations.write_recommendations",
        "consultations.sign_off_recommendations",
        "meetings.change_meetingsettings",
        "consultations.hold_records",
        "mail.view_message",
        "provider.change_provider",
    }
    | _on("training", "view change triage confirm", "booking"),
    FINANCE_OFFICER: ADMIN
    | WHO
    | {"organisations.change_organisation", "organisations.change_contact", "organisations.add_contact"}
    | MONEY
    | _on("billing", "add change", "product order")
    | _on("billing", "issue", "quote invoice credit_note")
    | {"billing.record_payment"}
    | {"training.view_booking", "provider.change_moneysettings"},
    EDITOR: ADMIN | {"provider.change_provider"},
}

# What the editor may do with the page tree and with public pictures and papers, all of it.
EDITOR_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
EDITOR_FILES = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


def unknown_permissions() -> set[str]:
    """Names in the table that no model declares: a spelling mistake, or a room not built yet."""
    wanted = set().union(*ROLES.values())
    pairs = Permission.objects.values_list("content_type__app_label", "codename")
    return wanted - {f"{app}.{codename}" for app, codename in pairs}


def sync(using: str = "default", **kwargs: Any) -> None:
    """Give every role exactly what the table says. Run after migrate; running it again changes nothing."""
    if not {"auth_group_permissions", "django_content_type"} <= set(
        connections[using].introspection.table_names()
    ):
        return
    for app in global_apps.get_app_configs():
        create_permissions(app, verbosity=0, using=using)
    known = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([known[p] for p in sorted(wanted) if p in known])
    _open_pages_to_editor(using)


def _open_pages_to_editor(using: str) -> None:
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    tables = set(connections[using].introspection.table_names())
    if not {"wagtailcore_grouppagepermission", "wagtailcore_groupcollectionpermission"} <= tables:
        return
    group = Group.objects.using(using).get(name=EDITOR)
    permissions = Permission.objects.using(using)
    if root := Page.objects.using(using).filter(depth=1).first():
        for permission in permissions.filter(
            content_type__app_label="wagtailcore", codename__in=EDITOR_PAGES
        ):
            GroupPagePermission.objects.using(using).get_or_create(
                group=group, page=root, permission=permission
            )
    if top := Collection.objects.using(using).filter(depth=1).first():
        for app, names in EDITOR_FILES.items():
            for permission in permissions.filter(content_type__app_label=app, codename__in=names):
                GroupCollectionPermission.objects.using(using).get_or_create(
                    group=group, collection=top, permission=permission
                )
