"""How a report comes about: saves and their differences, comments, two clinicians, a new version."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.differences import between, marked
from consultations.models import Recommendations, ReportComment
from consultations.rich_text import blocks_of
from mail.models import Message
from tests.consultations.conftest import said, send, url
from tests.consultations.test_staff_report import typed
from tests.factories import consultations as cases
from vault.models import Frozen
from vault.reading import content

pytestmark = pytest.mark.django_db
Status = Recommendations.Status


@pytest.fixture
def written(world: Any, consultant) -> Recommendations:
    return cases.written(*world, consultant)  # type: ignore[call-arg]


@pytest.fixture
def issued(a_case) -> Recommendations:
    return a_case("issued").issued_report


def save(report: Recommendations, by: Any, **words: str) -> Any:
    items = [cases.item("Review the safety plan.")]
    return actions.write(report, words=words, items=items, by=by)


def test_each_save_that_changes_something_is_a_revision_and_no_other(written, consultant):
    assert [r.number for r in written.revisions.all()] == [1]
    assert save(written, consultant, formulation="Loss.").number == 2
    assert save(written, consultant, formulation="Loss.") is None
    assert written.revisions.last().content["formulation"] == "Loss."


def test_revisions_and_comments_are_encrypted_at_rest(written, lead):
    actions.comment(written, section="formulation", text="Is it loss?", by=lead)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_text FROM consultations_reportrevision")
        kept = [cursor.fetchone()[0]]
        cursor.execute("SELECT text FROM consultations_reportcomment")
        kept.append(cursor.fetchone()[0])
    assert not any("loss" in text.lower() for text in kept)


def test_differences_say_what_was_added_and_removed_also_without_colour(written, consultant):
    save(written, consultant, formulation="The behaviour follows <loss> alone.")
    first, second = (r.content for r in written.revisions.all())
    [one] = between(first, second)
    assert one.title == "Our understanding"
    assert '<del><span class="w-sr-only">[removed: </span> loss and isolation.' in one.marked
    assert " &lt;loss&gt; alone." in one.marked
    assert marked("same", "same") == "same"


def test_history_page_shows_two_saves_and_is_logged_reading(a_case, staff, consultant, outsider, finance):
    """R9"""
    case = a_case("written")
    save(case.report, consultant, background="Something else.")
    page = staff(consultant).get(url("history", case, 1)).content.decode()
    assert "[added: </span>Something else." in page
    assert "The behaviour follows" not in page  # that section did not change
    assert staff(finance).get(url("history", case, 1)).status_code == 404
    assert staff(consultant).get(url("history", case, 2)).status_code == 404
    assert staff(consultant).get(url("history", case, 1) + "?from=zero&to=99").status_code == 200


def test_the_page_saves_itself_and_never_over_another_window(a_case, staff, consultant, lead):
    """R7, R13"""
    case = a_case("written")
    client = staff(consultant)
    first = typed(case.report, background="By itself.")

    kept = send(client, "autosave", case, **first)

    assert (kept.status_code, kept.json()["said"][:8]) == (200, "Saved at")
    report = Recommendations.objects.get()
    assert report.background == "By itself."
    assert kept.json()["seen"] == report.updated_at.isoformat()
    late = send(client, "autosave", case, **{**first, "background": "Late."})
    assert (late.status_code, "saved elsewhere" in late.json()["said"]) == (409, True)
    wrong = send(client, "autosave", case, **typed(report, {"text": "A", "due_on": "soon"}))
    assert wrong.status_code == 422
    assert Recommendations.objects.get().background == "By itself."
    assert send(staff(lead), "autosave", case, **typed(report)).status_code == 409


def test_comments_are_made_and_resolved_by_clinicians_of_the_case(a_case, staff, lead, coordinator):
    """R7, R9"""
    case = a_case("written")
    client = staff(lead)
    send(client, "comment", case, 1, section="items", text="Who exactly?")
    remark = ReportComment.objects.get()
    assert (remark.made_by, remark.get_section_display()) == (lead, "What we recommend")
    assert "Who exactly?" in client.get(url("read_report", case, 1)).content.decode()
    send(client, "resolve", case, 1, remark.pk)
    remark.refresh_from_db()
    assert remark.resolved_by == lead
    with pytest.raises(Stale):
        actions.resolve_comment(remark, by=lead)
    assert send(staff(coordinator), "comment", case, 1, section="whole", text="x").status_code == 404


def test_an_issued_report_takes_no_comment(issued, lead):
    """R4"""
    with pytest.raises(Stale):
        actions.comment(issued, section="whole", text="Too late.", by=lead)


def test_a_second_clinician_approves_and_the_lead_signs_off(a_case, staff, consultant, lead, coordinator):
    """R1: approval is not the sign-off, and neither is the author's."""
    case = a_case("in_review")
    client = staff(lead)
    assert url("approve", case) in client.get(url("review", case)).content.decode()
    send(client, "approve", case)
    report = Recommendations.objects.get()
    assert (report.status, report.reviewed_by) == (Status.APPROVED, lead)
    assert "has not signed the recommendations off" in cases.fresh(case).missing_for_issue()[0]
    send(client, "sign_off", case)
    assert Recommendations.objects.get().status == Status.SIGNED_OFF
    assert send(staff(coordinator), "approve", case).status_code == 404


@pytest.mark.parametrize("status", [s for s in Status if s != Status.IN_REVIEW])
def test_only_what_is_in_review_is_approved(written, lead, status):
    """R7"""
    Recommendations.objects.filter(pk=written.pk).update(status=status)
    with pytest.raises(Stale):
        actions.approve(Recommendations.objects.get(), by=lead)


def test_nobody_approves_their_own_draft(written, consultant):
    """R1: refused by the act and by the database."""
    actions.send_for_review(written, by=consultant)
    with pytest.raises(Refused, match="You wrote this report"):
        actions.approve(written, by=consultant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendations.objects.update(reviewed_by=consultant)


def test_asking_for_changes_undoes_the_approval(written, consultant, lead):
    """R1"""
    actions.send_for_review(written, by=consultant)
    actions.approve(written, by=lead)
    actions.ask_for_changes(written, note="Name the school's lead.", by=lead)
    report = Recommendations.objects.get()
    assert (report.status, report.reviewed_by, report.signed_off_by) == (Status.DRAFT, None, None)


def test_referrer_is_told_everything_missing_in_their_own_words(a_case, client, referrer):
    """R1: the same gaps as staff are told, all at once."""
    case = a_case("accepted")
    assert len(case.missing_for_referrer()) == len(case.missing_for_issue()) == 4
    client.force_login(referrer)
    page = client.get(f"/consultations/{case.reference}/").content.decode()
    for words in case.missing_for_referrer():
        assert words in page


def test_a_new_version_replaces_the_old_and_never_changes_it(issued, consultant, lead):
    """R1, R4: linked, with its reason printed; it goes through review again."""
    before = (issued.sha256, issued.snapshot_text, issued.formulation)
    second = actions.reissue(issued, reason="A date was wrong.", by=consultant)
    assert (second.version, second.status, second.replaces) == (2, Status.DRAFT, issued)
    assert [i.text for i in second.items.all()] == ["Review the safety plan."]
    with pytest.raises(Refused):  # the first version's sign-off is not the second's
        actions.issue_recommendations(second, by=lead)
    save(second, consultant, formulation="Corrected.")
    actions.send_for_review(second, by=consultant)
    actions.sign_off(second, by=lead)
    actions.issue_recommendations(second, by=lead)

    first = Recommendations.objects.get(version=1)
    assert (first.status, first.replaced_by) == (Status.REPLACED, second)
    assert (first.sha256, first.snapshot_text, first.formulation) == before
    with pytest.raises(Frozen):
        Recommendations.objects.filter(version=1).update(formulation="x")
    words = "".join(p.extract_text() for p in PdfReader(io.BytesIO(content(second))).pages)
    assert "It replaces version 1. A date was wrong." in words
    assert second.consultation.issued_report == second
    assert Message.objects.filter(template="consultations/recommendations_issued").count() == 2


@pytest.mark.parametrize("state", ["written", "in_review", "signed_off"])
def test_only_an_issued_version_is_followed_by_another(a_case, consultant, state):
    """R7"""
    report = a_case(state).report
    with pytest.raises(Stale):
        actions.reissue(report, reason="Wrong.", by=consultant)
    assert Recommendations.objects.count() == 1


def test_a_new_version_needs_a_reason_and_is_begun_once(issued, consultant, lead):
    """R7, R10"""
    with pytest.raises(Refused, match="Write why"):
        actions.reissue(issued, reason=" ", by=consultant)
    actions.reissue(issued, reason="A date.", by=consultant)
    with pytest.raises(Stale):
        actions.reissue(issued, reason="A date.", by=lead)


def test_reissue_is_atomic(issued, consultant):
    """R10"""
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.reissue(issued, reason="A date.", by=consultant)
        raise RuntimeError
    assert Recommendations.objects.get() == issued


def test_a_new_version_begun_by_mistake_is_discarded(a_case, staff, consultant):
    case = a_case("issued")
    client = staff(consultant)
    send(client, "reissue", case, reason="A date was wrong.")
    assert any("new version" in line for line in cases.fresh(case).missing_for_closing())
    done = send(client, "discard", case)
    assert said(client, done)[-1] == "The new version is discarded. The issued one stands."
    assert Recommendations.objects.get().is_issued
    with pytest.raises(Refused):
        actions.discard_version(Recommendations.objects.get(), by=consultant)


def test_rich_text_is_blocks_and_html_in_it_stays_text():
    blocks = blocks_of("One **bold**.\n\n## Head\n\n3. c\n4. d\n\n<b>x</b> [a](http://x)")
    assert [b["kind"] for b in blocks] == ["paragraph", "heading", "numbers", "paragraph"]
    assert blocks[0]["runs"][1] == {"text": "bold", "bold": True, "italic": False}
    assert blocks[2]["start"] == 3
    assert blocks[3]["runs"][0]["text"] == "<b>x</b> [a](http://x)"
    assert json.dumps(blocks)


def test_pdf_is_tagged_and_marked_draft_only_before_issue(a_case, staff, consultant, lead):
    """R4: PDF/UA-1: tagged, titled, in English; the watermark goes with the issue."""
    case = a_case("signed_off")
    draft = PdfReader(io.BytesIO(staff(consultant).get(url("preview", case)).content))
    actions.issue_recommendations(case.report, by=lead)
    issued = PdfReader(io.BytesIO(content(Recommendations.objects.get())))
    for pdf in (draft, issued):
        root: Any = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"] == True  # noqa: E712
        assert "/StructTreeRoot" in root
        assert root["/Lang"] == "en-GB"
        assert pdf.metadata
        assert pdf.metadata.title == f"Recommendations {case.reference}, version 1"
    watermarks = [all("DRAFT" in page.extract_text() for page in pdf.pages) for pdf in (draft, issued)]
    assert watermarks == [True, False]
