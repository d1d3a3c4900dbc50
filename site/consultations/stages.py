"""Where a case stands and whose turn it is: read from the facts, never stored (idea 2)."""

from __future__ import annotations

from dataclasses import replace

from consultations.models import Consultation, DocumentRequest, Pause, Recommendations
from engagements.stages import Stage, Whose

ENDINGS: dict[str, Stage] = {
    Consultation.Status.DECLINED: Stage(
        "Declined",
        Whose.NOBODY,
        "We could not take this on. Our reasons, and what to try instead, are below.",
        "Declined.",
    ),
    Consultation.Status.WITHDRAWN: Stage(
        "Withdrawn", Whose.NOBODY, "This consultation was withdrawn. Nothing more will happen.", "Withdrawn."
    ),
    Consultation.Status.CLOSED: Stage(
        "Closed",
        Whose.NOBODY,
        "This consultation is closed. You can still read the recommendations.",
        "Closed. Documents are destroyed on schedule.",
    ),
}


def stage_of(consultation: Consultation) -> Stage:
    status = consultation.status
    if status in ENDINGS:
        return ENDINGS[status]
    if status == Consultation.Status.DRAFT:
        return Stage(
            "Draft referral",
            Whose.REFERRER,
            "Your referral is saved but not sent. Finish it when you are ready.",
            "The referrer is still writing.",
            "referral",
        )
    if status == Consultation.Status.SUBMITTED:
        return Stage(
            "Waiting for triage",
            Whose.COORDINATOR,
            "We have your referral. A coordinator is reading it and will answer you.",
            "Read the referral and decide.",
            "triage",
        )
    if status == Consultation.Status.QUESTIONED:
        return Stage(
            "More asked",
            Whose.REFERRER,
            "We need to know more before we can decide. Answer our question and send the referral again.",
            "Waiting for the referrer's answer.",
            "answer",
        )
    return _stage_of_accepted(consultation)


def _stage_of_accepted(consultation: Consultation) -> Stage:
    """Facts in the order the work usually goes; the first one missing is where things stand."""
    if consultation.pause is not None and consultation.issued_report is None:
        return _paused_stage(consultation.pause)
    if not consultation.is_funded:
        return _funding_stage(consultation)
    if not consultation.is_documented:
        return _documents_stage(consultation)
    if consultation.meeting is None:
        return Stage(
            "Booking the meeting",
            Whose.COORDINATOR,
            "We have what we need to read. We are finding a date for the meeting and will invite you.",
            "Book the meeting.",
            "book",
        )
    if not consultation.is_met:
        return Stage(
            "Meeting booked",
            Whose.CONSULTANT,
            "The meeting is booked. Details are below and in your calendar.",
            "Hold the meeting, then mark it held.",
            "hold",
        )
    if consultation.issued_report is None:
        return _report_stage(consultation.report)
    if not consultation.is_invoiced:
        return Stage(
            "Ready to invoice",
            Whose.FINANCE,
            "Your recommendations are ready to read.",
            "Issue the invoice.",
            "invoice",
            seen_as="Recommendations ready",
        )
    if not consultation.is_paid:
        return Stage(
            "Waiting for payment",
            Whose.FUNDER,
            "Your recommendations are ready to read. The invoice is with your funder.",
            "Waiting for the funder to pay.",
            "pay",
            seen_as="Recommendations ready",
        )
    if consultation.report != consultation.issued_report:
        return replace(
            _report_stage(consultation.report),
            for_contact="Your recommendations are ready to read. We are writing a new version of them.",
            seen_as="Recommendations ready",
        )
    return Stage(
        "Ready to close",
        Whose.COORDINATOR,
        "Your recommendations are ready to read. We will close this consultation soon.",
        "Close the consultation.",
        "close",
        seen_as="Recommendations ready",
    )


def _paused_stage(pause: Pause) -> Stage:
    if pause.why == Pause.Why.SOCIAL_WORKER:
        return Stage(
            "Paused",
            Whose.REFERRER,
            "No social worker is allocated any more, so the work is paused. Tell us who the new one is.",
            "Waiting for the name of the new social worker.",
            "social_worker",
        )
    return Stage(
        "Paused",
        Whose.REFERRER if pause.why == Pause.Why.REFERRER else Whose.COORDINATOR,
        f"The work is paused. {pause.reason}",
        f"Paused. {pause.reason}",
        "go_on",
    )


def _funding_stage(consultation: Consultation) -> Stage:
    order = consultation.order
    if order is None or not any(quote.status == quote.Status.ISSUED for quote in order.quotes.all()):
        return Stage(
            "Preparing the quote",
            Whose.COORDINATOR,
            "We have accepted your referral. Next we send the funder a quote.",
            "Send the funder a quote.",
            "quote",
        )
    return Stage(
        "Waiting for funding",
        Whose.FUNDER,
        "The quote is with your funder. When they accept it, we ask you for documents.",
        "Waiting for the funder to accept the quote.",
    )


def _documents_stage(consultation: Consultation) -> Stage:
    asked = consultation.asked_documents
    whose, told, to_do = (
        Whose.REFERRER,
        "Send us the documents on the checklist, so that the consultants can read them before the meeting.",
        "Waiting for documents.",
    )
    if not asked:
        whose, told, to_do = (
            Whose.COORDINATOR,
            "Next we send you the list of documents to read before the meeting.",
            "Send the documents checklist.",
        )
    elif any(r.status == DocumentRequest.Status.RECEIVED for r in asked):
        whose, told, to_do = (
            Whose.COORDINATOR,
            "We are looking at what you sent. Send the rest when you have it.",
            "Look at the documents received.",
        )
    elif any(r.status in DocumentRequest.UNANSWERED and r.is_required for r in asked):
        whose, told, to_do = (
            Whose.COORDINATOR,
            "We are looking at how to go on without a document that cannot be sent.",
            "Decide about a document that its holder cannot send.",
        )
    return Stage("Collecting documents", whose, told, to_do, "documents")


def _report_stage(report: Recommendations | None) -> Stage:
    told = (
        "The meeting has been held. The recommendations are being written and checked by a second clinician."
    )
    if report is None or report.status == Recommendations.Status.DRAFT:
        return Stage("Writing", Whose.CONSULTANT, told, "Write the recommendations.", "write")
    if report.status in Recommendations.UNDER_REVIEW:
        return Stage("In review", Whose.LEAD, told, "Review the draft and sign it off.", "sign_off")
    return Stage("Signed off", Whose.COORDINATOR, told, "Issue the recommendations.", "issue")
