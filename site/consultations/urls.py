"""The referrer's addresses."""

from django.urls import path

from consultations.views import (
    aftercare,
    agency,
    amending,
    batch,
    batch_request,
    case,
    documents,
    mine,
    network,
    recommendations,
    referral,
    session,
    sharing,
    verify,
)

app_name = "consultations"
ONE = "batches/<str:reference>"
SESSION = f"{ONE}/sessions/<int:number>"
BATCHES = [
    path("batches/ask/", batch_request.start, name="batch_start"),
    path(f"{ONE}/", batch.batch, name="batch"),
    path(f"{ONE}/ask/", batch_request.tasks, name="batch_tasks"),
    path(f"{ONE}/ask/check/", batch_request.check, name="batch_check"),
    path(f"{ONE}/ask/sent/", batch_request.sent, name="batch_sent"),
    path(f"{ONE}/ask/<slug:slug>/", batch_request.step, name="batch_step"),
    path(f"{ONE}/renew/", batch_request.renew, name="batch_renew"),
    path(f"{ONE}/withdraw/", batch.withdraw, name="batch_withdraw"),
    path(f"{ONE}/themes/", batch.themes, name="batch_themes"),
    path(f"{SESSION}/", session.session, name="session"),
    path(f"{SESSION}/meeting.ics", session.meeting_file, name="session_file"),
    path(f"{SESSION}/items/", session.items, name="session_items"),
    path(f"{SESSION}/items/<int:pk>/remove/", session.item_remove, name="session_item_remove"),
    path(f"{SESSION}/note/", session.note, name="session_note"),
    path(f"{SESSION}/cancel/", session.cancel, name="session_cancel"),
]
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("refer/", referral.start, name="refer"),
    path("progress/<str:token>/open/", aftercare.open_progress, name="open_progress"),
    path("progress/<int:pk>/", aftercare.progress, name="progress"),
    path("feedback/<str:token>/open/", aftercare.open_feedback, name="open_feedback"),
    path("feedback/<int:pk>/", aftercare.feedback, name="feedback"),
    path("verify/", verify.verify, name="verify"),
    path("agency/open/<str:token>/", agency.opening, name="agency_open"),
    path("agency/<int:pk>/", agency.page, name="agency"),
    path("agency/<int:pk>/<int:number>/", agency.document, name="agency_document"),
    path("agency/<int:pk>/<int:number>/decline/", agency.decline, name="agency_decline"),
    *BATCHES,
    path("<str:reference>/", case.case, name="case"),
    path("<str:reference>/meeting.ics", case.meeting_file, name="meeting_file"),
    path("<str:reference>/withdraw/", case.withdraw, name="withdraw"),
    path("<str:reference>/answers/", amending.answers, name="answers"),
    path("<str:reference>/answers/network/", network.amended, name="amend_network"),
    path("<str:reference>/answers/<slug:slug>/", amending.amend, name="amend"),
    path("<str:reference>/complete/", sharing.complete, name="complete"),
    path("<str:reference>/colleagues/", sharing.colleagues, name="colleagues"),
    path("<str:reference>/colleagues/<int:pk>/out/", sharing.colleague_out, name="colleague_out"),
    path("<str:reference>/referral/", referral.tasks, name="referral"),
    path("<str:reference>/referral/network/", network.named, name="network"),
    path("<str:reference>/network/<int:pk>/", network.change, name="network_change"),
    path("<str:reference>/network/<int:pk>/remove/", network.remove, name="network_remove"),
    path("<str:reference>/referral/answer/", referral.answer, name="answer"),
    path("<str:reference>/referral/check/", referral.check, name="check"),
    path("<str:reference>/referral/sent/", referral.sent, name="sent"),
    path("<str:reference>/referral/<slug:slug>/", referral.step, name="step"),
    path("<str:reference>/documents/", documents.checklist, name="documents"),
    path("<str:reference>/documents/<int:number>/", documents.one, name="document"),
    path("<str:reference>/documents/<int:number>/decline/", documents.decline, name="decline_document"),
    path("<str:reference>/documents/<int:number>/<int:pk>/", documents.download, name="download"),
    path(
        "<str:reference>/documents/<int:number>/<int:pk>/redaction/",
        documents.ask_for_redaction,
        name="ask_for_redaction",
    ),
    path("<str:reference>/recommendations/", recommendations.read, name="recommendations"),
    path("<str:reference>/recommendations/pdf/", recommendations.pdf, name="recommendations_pdf"),
    path("<str:reference>/review/", aftercare.review, name="review"),
    path("<str:reference>/recommendations/<int:version>/", recommendations.read, name="recommendations"),
    path(
        "<str:reference>/recommendations/<int:version>/pdf/", recommendations.pdf, name="recommendations_pdf"
    ),
]
