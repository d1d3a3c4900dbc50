"""Every act on a consultation, in the order of its life."""

from consultations.actions.aftercare import (
    ask_for_progress,
    choose_review,
    give_feedback,
    remind_of_review,
    tell_progress,
)
from consultations.actions.agency import (
    extend_agency_link,
    make_agency_link,
    revoke_agency_link,
    tell_agency,
)
from consultations.actions.amending import (
    amend,
)
from consultations.actions.checklist import (
    add_document,
    ask_again,
    change_document,
    plan_documents,
    remove_document,
    request_documents,
)
from consultations.actions.closing import (
    close,
    destroy_documents,
    destroy_report,
    lift_legal_hold,
    reopen,
    set_legal_hold,
)
from consultations.actions.documents import (
    accept_document,
    decline_document,
    document_scanned,
    receive_document,
    return_document,
    waive_document,
)
from consultations.actions.drafts import (
    tend_drafts,
)
from consultations.actions.enquiry import (
    send_enquiry_again,
    take_enquiry,
    take_up,
)
from consultations.actions.issuing import (
    issue_recommendations,
    name_recipient,
    reissue,
    revoke_recipient,
)
from consultations.actions.meeting import (
    book_meeting,
    record_meeting,
)
from consultations.actions.money import (
    ask_for_funding,
)
from consultations.actions.network import (
    add_to_network,
    change_in_network,
    remove_from_network,
)
from consultations.actions.opening import (
    note_opening,
)
from consultations.actions.pausing import (
    go_on,
    mind_clock,
    pause,
)
from consultations.actions.poll import (
    choose_date,
    offer_dates,
)
from consultations.actions.reading import (
    ask_for_redaction,
    decline_redaction,
    destroy_withdrawn,
    note,
    redact,
)
from consultations.actions.referral import (
    begin,
    refer,
    save_step,
    withdraw,
)
from consultations.actions.reminders import (
    remind_of_documents,
)
from consultations.actions.report import (
    begin_recommendations,
    discard_version,
    write,
)
from consultations.actions.review import (
    approve,
    ask_for_changes,
    comment,
    resolve_comment,
    send_for_review,
    sign_off,
)
from consultations.actions.sharing import (
    let_in,
    let_out,
)
from consultations.actions.staffing import (
    allocate,
    declare_conflict,
)
from consultations.actions.triage import (
    accept_referral,
    ask_for_more,
    decline_referral,
    mark_urgent,
)
from consultations.actions.views import (
    delete_view,
    save_view,
)

__all__ = [
    "accept_document",
    "accept_referral",
    "add_document",
    "add_to_network",
    "allocate",
    "amend",
    "approve",
    "ask_again",
    "ask_for_changes",
    "ask_for_funding",
    "ask_for_more",
    "ask_for_progress",
    "ask_for_redaction",
    "begin",
    "begin_recommendations",
    "book_meeting",
    "change_document",
    "change_in_network",
    "choose_date",
    "choose_review",
    "close",
    "comment",
    "declare_conflict",
    "decline_document",
    "decline_redaction",
    "decline_referral",
    "delete_view",
    "destroy_documents",
    "destroy_report",
    "destroy_withdrawn",
    "discard_version",
    "document_scanned",
    "extend_agency_link",
    "give_feedback",
    "go_on",
    "issue_recommendations",
    "let_in",
    "let_out",
    "lift_legal_hold",
    "make_agency_link",
    "mark_urgent",
    "mind_clock",
    "name_recipient",
    "note",
    "note_opening",
    "offer_dates",
    "pause",
    "plan_documents",
    "receive_document",
    "record_meeting",
    "redact",
    "refer",
    "reissue",
    "remind_of_documents",
    "remind_of_review",
    "remove_document",
    "remove_from_network",
    "reopen",
    "request_documents",
    "resolve_comment",
    "return_document",
    "revoke_agency_link",
    "revoke_recipient",
    "save_step",
    "save_view",
    "send_enquiry_again",
    "send_for_review",
    "set_legal_hold",
    "sign_off",
    "take_enquiry",
    "take_up",
    "tell_agency",
    "tell_progress",
    "tend_drafts",
    "waive_document",
    "withdraw",
    "write",
]
