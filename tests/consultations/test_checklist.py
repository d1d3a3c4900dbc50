"""The documents checklist: chosen, planned, sent out, changed line by line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import Checklist, ChecklistItem, ConsultationSettings, DocumentRequest
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = DocumentRequest.Status


@pytest.fixture
def short(db) -> Checklist:
    """A checklist of two, one of them due sooner than the rest."""
    court = Checklist.objects.create(name="Court cases")
    ChecklistItem.objects.create(checklist=court, title="Order of the court", is_required=True, due_days=5)
    ChecklistItem.objects.create(checklist=court, title="Chronology", position=1)
    return Checklist.objects.get(pk=court.pk)


def titles(case) -> list[str]:
    return [line.title for line in case.document_requests.all()]


def line_of(case, **fields) -> DocumentRequest:
    return DocumentRequest.objects.get(consultation=case, **fields)


# --- Planned and sent out -------------------------------------------------------------------------


def test_plan_documents_takes_a_copy_that_nobody_outside_sees(a_case, coordinator, short):
    case = a_case("accepted")

    actions.plan_documents(case, checklist=short, by=coordinator)
    ChecklistItem.objects.filter(checklist=short).delete()

    assert titles(case) == ["Order of the court", "Chronology"]
    assert not cases.fresh(case).asked_documents
    assert not cases.fresh(case).is_documented
    assert "The documents checklist has not gone out yet." in cases.fresh(case).missing_for_issue()


def test_plan_documents_again_takes_the_place_of_the_first_plan(a_case, coordinator, short):
    case = a_case("accepted")
    actions.plan_documents(case, checklist=short, by=coordinator)

    actions.plan_documents(case, checklist=short, by=coordinator)

    assert titles(case) == ["Order of the court", "Chronology"]


def test_plan_documents_is_refused_once_the_checklist_is_out(a_case, coordinator, short):
    case = a_case("funded")

    with pytest.raises(Refused, match="has gone out"):
        actions.plan_documents(case, checklist=short, by=coordinator)


@pytest.mark.parametrize("state", ["submitted", "questioned", "declined", "withdrawn", "issued"])
def test_the_checklist_changes_on_an_accepted_case_only(a_case, coordinator, short, state):
    case = a_case(state)

    for act in (
        lambda: actions.plan_documents(case, checklist=short, by=coordinator),
        lambda: actions.add_document(case, title="A letter", by=coordinator),
    ):
        with pytest.raises(Refused):
            act()


def test_the_planned_checklist_goes_out_with_the_funding_in_place_of_the_default(
    referrer, council, coordinator, funder, short
):
    case = cases.quoted(referrer, council, coordinator, funder)
    actions.plan_documents(case, checklist=short, by=coordinator)
    case = cases.funded_after(case, funder)

    today = timezone.localdate()
    due = {line.title: line.due_on for line in case.document_requests.all()}
    assert due == {
        "Order of the court": today + timedelta(days=5),
        "Chronology": today + timedelta(days=14),
    }
    assert len(case.asked_documents) == 2


def test_the_default_of_the_settings_goes_out(referrer, council, coordinator, funder, short):
    rules = ConsultationSettings.load()
    rules.default_checklist = short
    rules.save()

    assert titles(cases.funded(referrer, council, coordinator, funder)) == [
        "Order of the court",
        "Chronology",
    ]


def test_the_default_list_has_eleven_lines(referrer, council, coordinator, funder):
    assert cases.funded(referrer, council, coordinator, funder).document_requests.count() == 11


# --- One line more, another, one less -------------------------------------------------------------


def test_add_document_after_it_went_out_asks_at_once(a_case, coordinator):
    case = a_case("funded")

    line = actions.add_document(case, title="Letter of the GP", is_required=True, by=coordinator)

    assert not line.is_planned
    assert line.due_on == timezone.localdate() + timedelta(days=14)
    assert line.number == 12
    assert Message.objects.filter(template="consultations/document_added").count() == 1


def test_add_document_before_it_went_out_only_plans(a_case, coordinator):
    line = actions.add_document(a_case("accepted"), title="Letter of the GP", by=coordinator)

    assert line.is_planned
    assert not Message.objects.filter(template="consultations/document_added").exists()


def test_add_document_refuses_the_same_title(a_case, coordinator):
    with pytest.raises(Refused, match="on the checklist already"):
        actions.add_document(a_case("funded"), title="chronology", by=coordinator)


def test_add_document_is_atomic(a_case, coordinator):
    case = a_case("funded")
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.add_document(case, title="Letter of the GP", by=coordinator)
        raise RuntimeError

    assert case.document_requests.count() == 11
    assert not Message.objects.filter(template="consultations/document_added").exists()


def changed(line: DocumentRequest, by, **other):
    now = {name: getattr(line, name) for name in ("title", "guidance", "is_required", "due_on")}
    actions.change_document(line, **{**now, **other}, by=by)


def test_change_document_keeps_the_due_date_of_its_own(a_case, coordinator):
    line = line_of(a_case("funded"), title="Chronology")
    soon = timezone.localdate() + timedelta(days=2)

    changed(line, coordinator, due_on=soon, guidance="From birth.")

    line.refresh_from_db()
    assert (line.due_on, line.guidance) == (soon, "From birth.")


def test_a_required_document_becomes_optional_for_a_reason_only(a_case, coordinator):
    """R1: nothing required falls away unsaid."""
    line = line_of(a_case("funded"), title="Chronology")

    with pytest.raises(Refused, match="no longer required"):
        changed(line, coordinator, is_required=False)
    changed(line, coordinator, is_required=False, reason="It is part of the assessment.")

    line.refresh_from_db()
    assert not line.is_required
    entry = ModelLogEntry.objects.get(action="consultation.document_changed")
    assert (entry.user, entry.data["reason"]) == (coordinator, "It is part of the assessment.")


def test_remove_document(a_case, coordinator, referrer):
    """R1: a required one for a reason only; one with a file stays."""
    case = a_case("funded")
    required, optional = line_of(case, title="Chronology"), line_of(case, title="Incident reports")

    with pytest.raises(Refused, match="no longer asked for"):
        actions.remove_document(required, by=coordinator)
    actions.remove_document(optional, by=coordinator)
    actions.receive_document(required, cases.text_file(), by=referrer)
    with pytest.raises(Refused, match="A file was sent"):
        actions.remove_document(required, reason="Not needed.", by=coordinator)

    assert "Incident reports" not in titles(case)
    assert "Chronology" in titles(case)


# --- Not held, refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.NOT_HELD, Status.REFUSED])
def test_decline_document_keeps_the_words_and_tells_the_office(a_case, referrer, status):
    """R8: the words stay off the mail."""
    line = line_of(a_case("funded"), title="Chronology")

    actions.decline_document(line, status=status, words="Jamie moved; ask Northshire.", by=referrer)

    line.refresh_from_db()
    assert (line.status, line.holder_words) == (status, "Jamie moved; ask Northshire.")
    assert line.holder_name == "Rowan Hale"
    mail = Message.objects.get(template="consultations/document_declined")
    assert "Jamie" not in mail.subject + mail.text + mail.html
    entry = ModelLogEntry.objects.get(action=f"documentrequest.{status}")
    assert "Jamie" not in str(entry.data)


def test_a_document_not_held_still_keeps_recommendations_back(a_case, referrer, coordinator):
    """R1: told in words that say what to do; waived with a reason it is settled."""
    case = a_case("documented")
    line = actions.add_document(case, title="Letter of the GP", is_required=True, by=coordinator)
    actions.decline_document(line, status=Status.NOT_HELD, words="No GP.", by=referrer)

    missing = cases.fresh(case).missing_for_issue()
    assert (
        "Documents not accepted or waived yet: Letter of the GP "
        "(its holder does not have it: waive it, or ask somebody else)." in missing
    )
    assert not cases.fresh(case).is_documented

    actions.waive_document(line_of(case, pk=line.pk), reason="There is none.", by=coordinator)
    assert cases.fresh(case).is_documented


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ACCEPTED, Status.NOT_HELD, Status.WAIVED])
def test_decline_document_refuses_any_status_but_wanted(a_case, referrer, status):
    """R7"""
    line = line_of(a_case("funded"), title="Chronology")
    DocumentRequest.objects.filter(pk=line.pk).update(status=status)
    line.refresh_from_db()

    with pytest.raises(Stale):
        actions.decline_document(line, status=Status.NOT_HELD, words="No.", by=referrer)


def test_decline_document_wants_words_and_waits_for_a_file_being_checked(a_case, referrer):
    line = line_of(a_case("funded"), title="Chronology")
    with pytest.raises(Refused, match="Write why"):
        actions.decline_document(line, status=Status.REFUSED, words=" ", by=referrer)
    actions.receive_document(line, cases.text_file(), by=referrer)
    with pytest.raises(Refused, match="being checked"):
        actions.decline_document(line, status=Status.REFUSED, words="No.", by=referrer)


def test_ask_again_opens_the_line_anew(a_case, referrer, coordinator):
    line = line_of(a_case("funded"), title="Chronology")
    actions.decline_document(line, status=Status.REFUSED, words="Not ours.", by=referrer)

    actions.ask_again(line, due_on=None, by=coordinator)

    line.refresh_from_db()
    assert (line.status, line.holder_words, line.holder_name) == (Status.REQUESTED, "", "")


# --- The staff side -------------------------------------------------------------------------------


def test_checklists_are_kept_by_coordinators(staff, coordinator, consultant, short):
    cases.checklist()
    page = staff(coordinator).get(reverse("checklist:index")).content.decode()
    assert "Usual documents" in page
    assert "Court cases" in page
    edit = reverse("checklist:edit", args=[short.pk])
    first, second = short.items.all()
    answers = {
        "name": "Court",
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "2",
        "items-0-id": first.pk,
        "items-0-title": "Order",
        "items-0-is_required": "on",
        "items-0-due_days": "7",
        "items-0-ORDER": "2",
        "items-1-id": second.pk,
        "items-1-title": "Chronology",
        "items-1-ORDER": "1",
    }
    assert staff(coordinator).post(edit, answers).status_code == 302
    kept = ChecklistItem.objects.filter(checklist=short)
    assert [(i.title, i.due_days) for i in kept] == [("Chronology", None), ("Order", 7)]
    assert staff(consultant).post(edit, {**answers, "name": "Mine"}).status_code in {302, 403, 404}
    assert not Checklist.objects.filter(name="Mine").exists()
    tampered = staff(coordinator).post(edit, {**answers, "items-0-id": "x" * 300})
    assert tampered.status_code == 400


def test_checklists_ask_the_same_of_the_database_at_1_and_at_50(staff, coordinator, short):
    client = staff(coordinator)
    client.get(reverse("checklist:index"))
    counts = []
    for more in (0, 49):
        for number in range(more):
            more_of_them = Checklist.objects.create(name=f"List {number}")
            ChecklistItem.objects.create(checklist=more_of_them, title="Letter")
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("checklist:index"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_checklist_of_a_case_is_chosen_and_changed_on_its_page(a_case, staff, coordinator, short):
    case, client = a_case("accepted"), staff(coordinator)

    send(client, "plan_documents", case, checklist=short.pk)
    assert "Not asked for yet" in client.get(url("inspect", case)).content.decode()
    send(client, "add_document", case, title="Letter of the GP")
    send(client, "change_document", case, 1, title="Order", is_required="on", due_on="2027-01-05")
    send(client, "remove_document", case, 2)

    assert titles(case) == ["Order", "Letter of the GP"]
    assert str(line_of(case, title="Order").due_on) == "2027-01-05"


def test_what_the_rules_refuse_is_told_over_the_form_and_nothing_typed_is_lost(a_case, staff, coordinator):
    """R13"""
    case, client = a_case("funded"), staff(coordinator)

    page = send(client, "change_document", case, 2, title="Chronology", guidance="From birth.")
    assert page.status_code == 422
    assert page.content.decode().count("Write why this document is no longer required") == 2
    assert "From birth." in page.content.decode()
    page = send(client, "remove_document", case, 2)
    assert page.content.decode().count("Write why this document is no longer asked for") == 2
    page = send(client, "add_document", case, title="")
    assert "Write which document you ask for" in page.content.decode()


def test_a_document_not_held_is_shown_and_decided_on_the_case_page(a_case, staff, coordinator, referrer):
    case, client = a_case("funded"), staff(coordinator)
    line = line_of(case, title="Chronology")
    actions.decline_document(line, status=Status.NOT_HELD, words="Ask Northshire.", by=referrer)

    page = client.get(url("inspect", case)).content.decode()
    assert "Ask Northshire." in page
    assert "Decide about a document that its holder cannot send." in page
    send(client, "ask_document", case, line.number, due_on="")
    line.refresh_from_db()
    assert line.status == Status.REQUESTED
    again = client.get(url("ask_document", case, line.number))
    assert "nothing to do here" in said(client, again)[-1]


PAGES = [("plan_documents", []), ("add_document", []), ("change_document", [1]), ("remove_document", [1])]


@pytest.mark.parametrize(("name", "args"), [*PAGES, ("ask_document", [1])])
def test_the_checklist_is_not_there_for_others(a_case, staff, request, name, args):
    """R9: finance, the editor, the referrer and outsiders get a 404 or the door; a stranger signs in."""
    case = a_case("accepted")
    for who in ("finance", "editor"):
        assert staff(request.getfixturevalue(who)).get(url(name, case, *args)).status_code == 404
    for who in ("referrer", "colleague", "outsider"):
        assert staff(request.getfixturevalue(who)).get(url(name, case, *args)).status_code in {302, 403, 404}
    client = staff(request.getfixturevalue("referrer"))
    client.logout()
    assert client.get(url(name, case, *args)).status_code == 302


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_the_checklist_opens_for_a_clinician_on_the_case_and_asks_one_off_it(
    a_case, staff, consultant, lead, name, args
):
    """R9"""
    case = a_case("accepted")
    actions.plan_documents(case, checklist=Checklist.objects.earliest("pk"), by=lead)
    assert staff(consultant).get(url(name, case, *args)).status_code == 200
    type(case).objects.filter(pk=case.pk).update(lead_consultant=None)
    assert staff(consultant).get(url(name, case, *args)).url.startswith(url("open", case))
