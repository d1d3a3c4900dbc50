"""Writing, reading, reviewing, signing off and issuing the recommendations in the admin."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader
from wagtail.models import ModelLogEntry

from consultations.models import Consultation, RecommendationCategory, Recommendations
from tests.consultations.conftest import said, send, token, url
from tests.factories import consultations as cases

pytestmark = pytest.mark.django_db
Status = Recommendations.Status


def typed(report: Recommendations, *rows: dict[str, str], **words: str) -> dict[str, str]:
    """The writing page as a browser sends it."""
    sent = {
        "seen": Recommendations.objects.get(pk=report.pk).updated_at.isoformat(),
        "background": "", "network_view": "", "formulation": "", "suitability": "",
        "items-TOTAL_FORMS": str(len(rows)), "items-INITIAL_FORMS": "0",
        **words,
    }  # fmt: skip
    for at, row in enumerate(rows):
        sent |= {f"items-{at}-{name}": value for name, value in row.items()}
    return sent


def kind() -> str:
    return str(RecommendationCategory.objects.get(title="Safety planning").pk)


@pytest.fixture
def begun(a_case, staff, consultant):
    """The consultant's own case, met, with an empty draft."""
    case = a_case("met")
    client = staff(consultant)
    send(client, "begin", case)
    return case, case.report or Recommendations.objects.get(), client


def test_begin_opens_the_writing_page_once(begun):
    """R7"""
    case, report, client = begun
    again = send(client, "begin", case)
    assert said(client, again) == ["The recommendations are begun already. Open them and go on there."]
    assert Recommendations.objects.get() == report


def test_save_keeps_all_that_is_typed(begun):
    """R13: gaps and all, and the next page shows it again."""
    case, report, client = begun
    rows = [{"text": "Review the safety plan.", "owner": ""}, {"text": "", "owner": "", "due_on": ""},
            {"text": "", "owner": "School lead", "due_on": "2027-01-08"}]  # fmt: skip

    done = send(client, "write", case, **typed(report, *rows, background="We read much."), save="1")

    assert done.url == url("write", case)
    report.refresh_from_db()
    assert report.background == "We read much."
    assert [(i.text, i.owner) for i in report.items.all()] == [
        ("Review the safety plan.", ""),
        ("", "School lead"),
    ]
    page = client.get(done.url).content.decode()
    assert "We read much." in page
    assert 'value="2027-01-08"' in page


def test_a_row_is_added_without_a_script_and_nothing_is_lost(begun):
    """R13"""
    case, report, client = begun
    done = send(client, "write", case, **typed(report, {"text": "One."}, formulation="So far."), add="1")
    page = client.get(done.url).content.decode()
    assert (page.count("<fieldset"), "One." in page, "So far." in page) == (2, True, True)


def test_a_ticked_row_is_removed(begun):
    case, report, client = begun
    send(client, "write", case, **typed(report, {"text": "One.", "DELETE": "on"}, {"text": "Two."}))
    assert [i.text for i in report.items.all()] == ["Two."]


def test_a_wrong_date_is_told_and_the_rest_stays_on_the_page(begun):
    """R13"""
    case, report, client = begun
    page = send(
        client, "write", case, **typed(report, {"text": "One.", "due_on": "soon"}, background="Long text.")
    )
    assert page.status_code == 422
    assert "Enter a real date" in page.content.decode()
    assert "Long text." in page.content.decode()


def test_a_draft_saved_elsewhere_is_not_written_over_unsaid(begun):
    """R7, R13: what was typed in the other window stays on its page."""
    case, report, client = begun
    stale = typed(report, background="From the old window.")
    send(client, "write", case, **typed(report, background="From the new window."))

    page = send(client, "write", case, **stale)

    assert page.status_code == 422
    assert "saved elsewhere" in page.content.decode()
    assert "From the old window." in page.content.decode()
    report.refresh_from_db()
    assert report.background == "From the new window."


def test_what_was_typed_outlives_the_session(begun, consultant):
    """R13: words and rows come back after sign-in."""
    case, report, client = begun
    sealed = token(client.get(url("write", case)).content)
    client.logout()
    client.post(url("write", case), {"once": sealed, **typed(report, {"text": "A"}, {"text": "Bee keeping"})})
    client.force_login(consultant)

    back = client.get(url("write", case)).content.decode()

    assert "Bee keeping" in back
    assert not report.items.exists()


def test_sending_for_review_tells_every_gap_and_keeps_the_words(begun):
    """R13"""
    case, report, client = begun
    done = send(client, "write", case, **typed(report, {"text": "Review it."}, background="Read."), send="1")
    page = client.get(done.url).content.decode()
    assert "The draft is saved, but not sent yet" in page
    for field, gap in [
        ("id_formulation", "Write “our understanding”."),
        ("id_suitability", "Say whether assessment or intervention would suit."),
        ("id_items-0-category", "Choose what kind recommendation 1 is."),
        ("id_items-0-owner", "Say who does recommendation 1."),
    ]:
        assert f'<a href="#{field}">{gap}</a>' in page
        assert f'id="{field}"' in page
        assert page.count(gap) == 2  # over the page and by the field
    assert "Write “what we read”." not in page
    report.refresh_from_db()
    assert (report.status, report.background) == (Status.DRAFT, "Read.")


def test_finished_draft_is_sent_for_review(begun):
    case, report, client = begun
    words = {"background": "Read.", "formulation": "Loss.", "suitability": "Later."}
    done = send(
        client,
        "write",
        case,
        **typed(report, {"text": "Review.", "owner": "School", "category": kind()}, **words),
        send="1",
    )
    assert done.url == url("inspect", case)
    report.refresh_from_db()
    assert report.status == Status.IN_REVIEW


def test_only_the_author_writes(a_case, staff, lead, coordinator):
    case = a_case("written")
    client = staff(lead)
    back = client.get(url("write", case))
    assert said(client, back) == ["Only Connie Marsh writes this draft."]
    send(client, "write", case, **typed(case.report, background="Mine now."))
    assert Recommendations.objects.get().background == "We read the chronology and the safety plan."
    assert staff(coordinator).get(url("write", case)).status_code == 404


def test_draft_pdf_says_draft_on_its_pages_and_is_logged(a_case, staff, consultant):
    """R9"""
    case = a_case("written")
    answer = staff(consultant).get(url("preview", case))
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "DRAFT" in words.upper()
    assert "Review the safety plan." in words
    assert answer["Content-Disposition"] == f'inline; filename="{case.reference}-recommendations-1-draft.pdf"'
    assert ModelLogEntry.objects.get(action="recommendations.read").user == consultant


def test_reading_is_logged_and_kept_from_others(a_case, staff, coordinator, finance, editor):
    """R9"""
    case = a_case("issued")
    client = staff(coordinator)
    assert "Review the safety plan." in client.get(url("read_report", case, 1)).content.decode()
    answer = client.get(url("read_report_pdf", case, 1))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(url("read_report", case, 2)).status_code == 404
    for person in (finance, editor):
        for name, *args in (("read_report", 1), ("read_report_pdf", 1), ("preview",), ("review",)):
            assert staff(person).get(url(name, case, *args)).status_code == 404
    assert ModelLogEntry.objects.filter(action__in=["recommendations.read", "vault.read"]).count() == 2


def test_lead_signs_off_after_reading(a_case, staff, lead):
    """R1"""
    case = a_case("in_review")
    client = staff(lead)
    page = client.get(url("review", case)).content.decode()
    assert "The behaviour follows loss and isolation." in page
    assert url("sign_off", case) in page

    done = send(client, "sign_off", case)

    assert done.url == url("inspect", case)
    assert Recommendations.objects.get().signed_off_by == lead
    again = send(client, "sign_off", case)
    assert "Nothing was done" in said(client, again)[-1]


def test_nobody_signs_off_their_own_draft(staff, world: tuple[Any, Any, Any, Any], lead):
    """R1: the button is off and says why; the act refuses too."""
    report = cases.written(*world, lead)
    cases.actions.send_for_review(report, by=lead)
    case = report.consultation
    client = staff(lead)
    page = client.get(url("review", case)).content.decode()
    assert "You wrote this report, so another clinician has to sign it off." in page
    assert url("sign_off", case) not in page
    send(client, "sign_off", case)
    assert Recommendations.objects.get().status == Status.IN_REVIEW


def test_consultant_signs_nothing_off(a_case, staff, consultant):
    """R1, R9"""
    case = a_case("in_review")
    assert send(staff(consultant), "sign_off", case).status_code == 404
    assert Recommendations.objects.get().status == Status.IN_REVIEW


def test_asking_for_changes_needs_a_note_and_gives_it_back(a_case, staff, lead, consultant):
    case = a_case("in_review")
    client = staff(lead)
    assert send(client, "review", case, note="").status_code == 422
    send(client, "review", case, note="Name the school's lead.")
    assert Recommendations.objects.get().status == Status.DRAFT
    assert "Name the school&#x27;s lead." in staff(consultant).get(url("write", case)).content.decode()


def test_issue_tells_everything_that_is_missing(a_case, staff, coordinator):
    """R1: all at once, also before a word is written."""
    case = a_case("accepted")
    client = staff(coordinator)
    refused = send(client, "issue", case)
    assert len(said(client, refused)) == 4
    assert not Recommendations.objects.exists()


def test_coordinator_issues_what_is_signed_off(a_case, staff, coordinator):
    """R1, R4, R7"""
    case = a_case("signed_off")
    client = staff(coordinator)
    send(client, "issue", case)
    assert Recommendations.objects.get().is_frozen
    again = send(client, "issue", case)
    assert "Nothing was done" in said(client, again)[-1]
    assert Consultation.objects.get(pk=case.pk).issued_report == case.report
