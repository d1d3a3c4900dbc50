"""Every act on a consultation, in the order of its life."""

from consultations.actions.agency import (
    extend_agency_link,
    make_agency_link,
    revoke_agency_link,
    tell_agency,
)
from consultations.actions.checklist import (
    add_document,
    ask_again,
    change_document,
    plan_documents,
    remove_document,
    request_documents,
)
from consultations.actions.closing import close
from consultations.actions.documents import (
    accept_document,
    decline_document,
    document_scanned,
    receive_document,
    return_document,
    waive_document,
)
from consultations.actions.meeting import book_meeting
from consultations.actions.money import ask_for_funding
from consultations.actions.poll import choose_date, offer_dates
from consultations.actions.reading import (
    ask_for_redaction,
    decline_redaction,
    destroy_withdrawn,
    note,
    redact,
)
from consultations.actions.referral import (
    add_to_network,
    begin,
    refer,
    remove_from_network,
    save_step,
    withdraw,
)
from consultations.actions.reminders import remind_of_documents
from consultations.actions.report import (
    ask_for_changes,
    begin_recommendations,
    issue_recommendations,
    send_for_review,
    sign_off,
    write,
)
from consultations.actions.triage import accept_referral, allocate, ask_for_more, decline_referral

__all__ = [
    "accept_document",
    "accept_referral",
    "add_document",
    "add_to_network",
    "allocate",
    "ask_again",
    "ask_for_changes",
    "ask_for_funding",
    "ask_for_more",
    "ask_for_redaction",
    "begin",
    "begin_recommendations",
    "book_meeting",
    "change_document",
    "choose_date",
    "close",
    "decline_document",
    "decline_redaction",
    "decline_referral",
    "destroy_withdrawn",
    "document_scanned",
    "extend_agency_link",
    "issue_recommendations",
    "make_agency_link",
    "note",
    "offer_dates",
    "plan_documents",
    "receive_document",
    "redact",
    "refer",
    "remind_of_documents",
    "remove_document",
    "remove_from_network",
    "request_documents",
    "return_document",
    "revoke_agency_link",
    "save_step",
    "send_for_review",
    "sign_off",
    "tell_agency",
    "waive_document",
    "withdraw",
    "write",
]
