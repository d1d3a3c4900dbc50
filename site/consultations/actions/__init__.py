"""Every act on a consultation, in the order of its life."""

from consultations.actions.amending import amend
from consultations.actions.closing import close
from consultations.actions.documents import (
    accept_document,
    document_scanned,
    receive_document,
    request_documents,
    return_document,
    waive_document,
)
from consultations.actions.drafts import tend_drafts
from consultations.actions.enquiry import send_enquiry_again, take_enquiry, take_up
from consultations.actions.meeting import book_meeting
from consultations.actions.money import ask_for_funding
from consultations.actions.opening import note_opening
from consultations.actions.pausing import go_on, mind_clock, pause
from consultations.actions.referral import (
    add_to_network,
    begin,
    refer,
    remove_from_network,
    save_step,
    withdraw,
)
from consultations.actions.report import (
    ask_for_changes,
    begin_recommendations,
    issue_recommendations,
    send_for_review,
    sign_off,
    write,
)
from consultations.actions.sharing import let_in, let_out
from consultations.actions.staffing import allocate, declare_conflict
from consultations.actions.triage import accept_referral, ask_for_more, decline_referral, mark_urgent
from consultations.actions.views import delete_view, save_view

__all__ = [
    "accept_document",
    "accept_referral",
    "add_to_network",
    "allocate",
    "amend",
    "ask_for_changes",
    "ask_for_funding",
    "ask_for_more",
    "begin",
    "begin_recommendations",
    "book_meeting",
    "close",
    "declare_conflict",
    "decline_referral",
    "delete_view",
    "document_scanned",
    "go_on",
    "issue_recommendations",
    "let_in",
    "let_out",
    "mark_urgent",
    "mind_clock",
    "note_opening",
    "pause",
    "receive_document",
    "refer",
    "remove_from_network",
    "request_documents",
    "return_document",
    "save_step",
    "save_view",
    "send_enquiry_again",
    "send_for_review",
    "sign_off",
    "take_enquiry",
    "take_up",
    "tend_drafts",
    "waive_document",
    "withdraw",
    "write",
]
