"""One file on the staff side: shown stamped, noted on, redacted, and every reading kept."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader
from wagtail.models import ModelLogEntry

from changes.refusals import Refused, Stale
from consultations import actions
from consultations.models import CaseDocument, DocumentNote, DocumentRequest, Redaction
from design import tokens
from mail.models import Message
from tests import files as make
from tests.consultations.conftest import said, send, url
from tests.factories import consultations as cases
from vault.reading import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(a_case):
    return a_case("funded")


def sent(case, by, name: str = "chronology.pdf", body: bytes | None = None) -> CaseDocument:
    """A file of the first required line, checked and received."""
    line = cases.first_required(case)
    upload = make.upload(name, make.pdf(make.with_javascript) if body is None else body)
    document = actions.receive_document(line, upload, by=by)
    CaseDocument.objects.filter(pk=document.pk).update(status="clean")
    actions.document_scanned(CaseDocument.objects.get(pk=document.pk))
    return CaseDocument.objects.get(pk=document.pk)


@pytest.fixture
def document(case, referrer) -> CaseDocument:
    return sent(case, referrer)


def shown(client: Client, case, document, **query: str) -> Any:
    return client.get(url("show_file", case, document.pk), query)


# --- On the screen --------------------------------------------------------------------------------


def test_a_pdf_is_shown_with_its_readers_name_and_without_what_acts_and_is_logged(
    case, document, staff, consultant
):
    """R9: who, when and what; R8: the reference alone in its name and title."""
    answer = shown(staff(consultant), case, document)

    body = b"".join(answer.streaming_content)
    read = PdfReader(io.BytesIO(body))
    text = read.pages[0].extract_text()
    assert "Connie Marsh" in text
    assert document.reference_name() in text
    assert b"JavaScript" not in body
    assert read.metadata is not None
    assert read.metadata.title == document.reference_name()
    assert answer["Content-Disposition"] == f'inline; filename="{document.reference_name()}.pdf"'
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    entry = ModelLogEntry.objects.get(action="vault.read")
    assert (entry.user, entry.object_id, entry.data["file"], entry.data["how"]) == (
        consultant,
        str(case.pk),
        document.download_name,
        "On screen",
    )


def test_a_picture_is_shown_stamped_and_larger_on_asking(case, referrer, staff, consultant):
    picture = sent(case, referrer, "page.png", make.image("PNG", (2400, 1200), tagged=False))
    client = staff(consultant)

    page = client.get(url("file", case, picture.pk)).content.decode()
    assert f'alt="{picture.download_name}' in page
    small = b"".join(shown(client, case, picture).streaming_content)
    large = b"".join(shown(client, case, picture, size="large").streaming_content)
    assert Image.open(io.BytesIO(small)).size == (1600, 800)
    whole = Image.open(io.BytesIO(large))
    assert whole.size == (2400, 1200)
    assert whole.getcolors(1) is None  # it was of one colour before the stamp


def test_other_kinds_are_downloaded(case, referrer, staff, consultant):
    text = sent(case, referrer, "notes.txt", b"2026-01-04 First contact.")
    client = staff(consultant)

    page = client.get(url("file", case, text.pk)).content.decode()
    assert f"Download {text.download_name}" in page
    assert "<iframe" not in page
    assert said(client, shown(client, case, text)) == ["This file cannot be shown here. Download it instead."]
    assert not ModelLogEntry.objects.filter(action="vault.read").exists()


@pytest.mark.parametrize("how", ["waiting", "infected", "withdrawn", "destroyed"])
def test_nothing_is_shown_that_may_not_be_read(case, document, staff, consultant, coordinator, how):
    if how in {"waiting", "infected"}:
        CaseDocument.objects.update(status=how)
    else:
        redaction = actions.ask_for_redaction(document, reason="Page 2.", by=coordinator)
        actions.redact(
            redaction, make.upload("new.pdf", make.pdf()), destroy=how == "destroyed", by=coordinator
        )
    client = staff(consultant)

    assert shown(client, case, document).status_code == 302
    page = client.get(url("file", case, document.pk)).content.decode()
    assert "<iframe" not in page
    assert client.get(url("read_document", case, document.pk)).status_code == 302
    assert not ModelLogEntry.objects.filter(action="vault.read").exists()


def test_the_pages_of_a_file_are_for_staff_on_the_case(
    case, document, a_case, staff, client, consultant, coordinator, finance, editor, referrer, outsider
):
    """R9: finance and the editor get a 404; others the door; a clinician off the case is asked why."""
    names = ["file", "show_file", "ask_for_redaction"]
    for name in names:
        for who in (consultant, coordinator):
            assert staff(who).get(url(name, case, document.pk)).status_code == 200
        assert staff(coordinator).get(url(name, a_case("accepted"), document.pk)).status_code == 404
        for who in (finance, editor):
            assert staff(who).get(url(name, case, document.pk)).status_code == 404
        for who in (referrer, outsider):
            assert staff(who).get(url(name, case, document.pk)).status_code in {302, 403, 404}
        client.logout()
        assert client.get(url(name, case, document.pk)).status_code == 302
    type(case).objects.filter(pk=case.pk).update(lead_consultant=None)
    for name in names:
        assert staff(consultant).get(url(name, case, document.pk)).url.startswith(url("open", case))


def test_who_read_what_when_stands_on_the_file_and_on_the_case(
    case, document, staff, consultant, coordinator
):
    """R9"""
    shown(staff(consultant), case, document)
    staff(consultant).get(url("read_document", case, document.pk))

    client = staff(coordinator)
    page = client.get(url("file", case, document.pk)).content.decode()
    assert "on screen" in page
    assert "downloaded" in page
    assert "Read by Connie Marsh" in client.get(url("inspect", case)).content.decode()


def test_the_case_page_asks_the_same_of_the_database_for_one_file_and_for_many(
    case, document, staff, consultant, referrer, coordinator
):
    client = staff(consultant)
    client.get(url("inspect", case))
    counts = []
    for more in (0, 12):
        for line in list(case.document_requests.all())[:more]:
            actions.receive_document(line, cases.text_file(), by=referrer)
        shown(client, case, document)
        with CaptureQueriesContext(connection) as asked:
            client.get(url("inspect", case))
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- Notes ----------------------------------------------------------------------------------------


def test_notes_are_each_clinicians_own_read_by_clinicians_on_the_case_and_kept_encrypted(
    case, document, staff, consultant, lead, coordinator
):
    """R9"""
    assert send(staff(consultant), "file", case, document.pk, text="Gap in 2024.").status_code == 302
    assert send(staff(lead), "file", case, document.pk, text="Ask the school.").status_code == 302

    page = staff(consultant).get(url("file", case, document.pk)).content.decode()
    assert "Ask the school." in page
    assert "Gap in 2024.</textarea>" in page
    page = staff(coordinator).get(url("file", case, document.pk)).content.decode()
    assert "Ask the school." not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM consultations_documentnote")
        assert all("school" not in row[0] and "Gap" not in row[0] for row in cursor.fetchall())


def test_note_is_changed_and_taken_away_by_its_author(document, consultant):
    actions.note(document, "Gap in 2024.", by=consultant)
    actions.note(document, "Gap in 2023.", by=consultant)
    assert [n.text for n in DocumentNote.objects.all()] == ["Gap in 2023."]
    actions.note(document, " ", by=consultant)
    assert not DocumentNote.objects.exists()


def test_note_is_for_clinicians(case, document, staff, coordinator):
    client = staff(coordinator)
    done = send(client, "file", case, document.pk, text="Mine.")
    assert "Only clinicians keep notes on documents." in said(client, done)
    assert not DocumentNote.objects.exists()


# --- Redaction ------------------------------------------------------------------------------------


@pytest.fixture
def redaction(document, referrer) -> Redaction:
    return actions.ask_for_redaction(document, reason="Jamie's address on page 2.", by=referrer)


def test_ask_for_redaction_tells_the_office_without_the_reason(redaction, document):
    """R8"""
    mail = Message.objects.get(template="consultations/redaction_asked")
    assert "Jamie" not in mail.subject + mail.text + mail.html
    entry = ModelLogEntry.objects.get(action="consultation.redaction_asked")
    assert entry.data["file"] == document.download_name
    assert "Jamie" not in str(entry.data)


def test_ask_for_redaction_is_refused_without_a_reason_twice_and_of_what_is_gone(
    redaction, document, referrer, coordinator
):
    """R7"""
    with pytest.raises(Refused, match="and why"):
        actions.ask_for_redaction(document, reason=" ", by=referrer)
    with pytest.raises(Refused, match="already"):
        actions.ask_for_redaction(document, reason="Again.", by=referrer)
    actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=False, by=coordinator)
    with pytest.raises(Refused, match="no longer in use"):
        actions.ask_for_redaction(document, reason="Again.", by=referrer)


@pytest.mark.parametrize("destroy", [False, True])
def test_redact_puts_the_new_file_in_the_place_of_the_old(
    redaction, document, coordinator, destroy, django_capture_on_commit_callbacks
):
    """R9: nobody reads the old one from then on; its bytes stay, or are gone at once; all of it logged."""
    line = DocumentRequest.objects.get(pk=document.request_id)
    actions.accept_document(line, by=coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        new = actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=destroy, by=coordinator)

    old = CaseDocument.objects.get(pk=document.pk)
    assert not old.is_readable
    assert bool(old.destroyed_at) is destroy
    if destroy:
        assert old.wrapped_key == ""
    else:
        assert content(old).startswith(b"%PDF")
    line.refresh_from_db()
    assert (line.status, line.newest) == ("accepted", new)
    redaction.refresh_from_db()
    assert (redaction.status, redaction.replaced_by) == ("done", new)
    logged = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert {"consultation.redacted", "vault.withdrawn", "redaction.done"} <= logged
    assert ("vault.destroyed" in logged) is destroy
    assert Message.objects.filter(template="consultations/redaction_answered").count() == 1


def test_redact_a_second_time_is_stale_and_keeps_nothing(redaction, document, coordinator):
    """R7"""
    actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=False, by=coordinator)
    with pytest.raises(Stale):
        actions.redact(redaction, make.upload("x.pdf", make.pdf()), destroy=True, by=coordinator)
    with pytest.raises(Stale):
        actions.decline_redaction(redaction, answer="No.", by=coordinator)
    assert CaseDocument.objects.count() == 2
    assert CaseDocument.objects.get(pk=document.pk).destroyed_at is None


def test_redact_is_atomic(redaction, document, coordinator):
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=True, by=coordinator)
        raise RuntimeError

    assert CaseDocument.objects.get().is_readable
    assert Redaction.objects.get().status == "asked"


def test_decline_redaction_leaves_the_file_and_says_why(redaction, document, coordinator):
    with pytest.raises(Refused, match="Write why"):
        actions.decline_redaction(redaction, answer=" ", by=coordinator)
    actions.decline_redaction(redaction, answer="The address is ours.", by=coordinator)

    document.refresh_from_db()
    assert document.is_readable
    assert Redaction.objects.get().answer == "The address is ours."
    mail = Message.objects.get(template="consultations/redaction_answered")
    assert "address" not in mail.text.replace("this address into your browser", "")


def test_only_a_withdrawn_file_is_destroyed_here_and_for_a_reason(redaction, document, coordinator):
    with pytest.raises(Refused, match="is in use"):
        actions.destroy_withdrawn(document, reason="Old.", by=coordinator)
    actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=False, by=coordinator)
    document.refresh_from_db()
    with pytest.raises(Refused, match="Write why"):
        actions.destroy_withdrawn(document, reason="", by=coordinator)
    for _ in range(2):
        actions.destroy_withdrawn(document, reason="Asked for by law.", by=coordinator)
    assert CaseDocument.objects.get(pk=document.pk).destroyed_at is not None
    assert ModelLogEntry.objects.filter(action="consultation.file_destroyed").count() == 1


def test_an_infected_redacted_version_is_told_to_who_sent_it(redaction, coordinator):
    new = actions.redact(redaction, make.upload("new.pdf", make.pdf()), destroy=False, by=coordinator)
    CaseDocument.objects.filter(pk=new.pk).update(status="infected")
    actions.document_scanned(CaseDocument.objects.get(pk=new.pk))

    assert Message.objects.get(template="consultations/document_refused_to_staff").to == coordinator.email
    assert not Message.objects.filter(template="consultations/document_refused").exists()


def test_staff_answer_a_redaction_on_its_pages(redaction, case, document, staff, coordinator, finance):
    client = staff(coordinator)
    page = client.get(url("redact", case, document.pk)).content.decode()
    assert "Jamie&#x27;s address on page 2." in page
    bad = send(
        client, "redact", case, document.pk, token=str(redaction.pk), redacted=cases.text_file("a.pdf")
    )
    assert bad.status_code == 422
    answers = {"token": uuid4(), "destroy": "no"}
    bad = send(client, "redact", case, document.pk, **answers, redacted=cases.text_file("a.pdf"))
    assert "a.pdf" in bad.content.decode()
    send(client, "redact", case, document.pk, **answers, redacted=make.upload("a.pdf", make.pdf()))
    assert Redaction.objects.get().status == "done"
    again = client.get(url("decline_redaction", case, document.pk))
    assert "nothing to do here" in said(client, again)[-1]
    send(client, "destroy_file", case, document.pk, reason="Asked for.")
    assert CaseDocument.objects.get(pk=document.pk).destroyed_at is not None
    for name in ("redact", "decline_redaction", "destroy_file"):
        assert staff(finance).get(url(name, case, document.pk)).status_code == 404


def test_the_sender_asks_for_a_redaction_on_the_page_of_the_line(
    case, document, referrer, colleague, outsider, finance, coordinator
):
    """R9: the one who sent it; R13"""
    address = reverse(
        "consultations:ask_for_redaction", args=[case.reference, document.request.number, document.pk]
    )
    for other in (colleague, outsider, finance):
        client = Client()
        client.force_login(other)
        assert client.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    owner = Client()
    owner.force_login(referrer)
    assert owner.get(address).status_code == 200
    empty = owner.post(address, {tokens.FIELD: tokens.new(referrer), "reason": ""})
    assert "Write what should be made unreadable, and why" in empty.content.decode()
    page = owner.post(address, {tokens.FIELD: tokens.new(referrer), "reason": "Page 2."}, follow=True)
    assert "Redaction asked for" in page.content.decode()
    actions.decline_redaction(Redaction.objects.get(), answer="It is needed.", by=coordinator)
    assert "It is needed." in owner.get(page.redirect_chain[-1][0]).content.decode()
    policeman = sent(case, actions.make_agency_link(
        case, name="Sam", agency="Police", email="s@example.org",
        lines=[cases.first_required(case)], by=coordinator,
    ))  # fmt: skip
    assert owner.get(address.replace(f"/{document.pk}/", f"/{policeman.pk}/")).status_code == 404


def test_what_is_large_is_downloaded(case, document, staff, consultant):
    CaseDocument.objects.update(size=settings.VAULT_MAX_BYTES)
    client = staff(consultant)

    assert said(client, shown(client, case, document)) == [
        "This file cannot be shown here. Download it instead."
    ]
