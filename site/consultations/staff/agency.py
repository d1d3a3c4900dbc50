"""An agency's upload link: made, sent anew, ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.people import SignedInRequest
from consultations import actions
from consultations.models import AgencyLink, Consultation
from consultations.staff import document_forms as forms
from consultations.staff.act import CaseAct
from consultations.staff.triage import back_to
from design.acts import telling
from design.once import once
from design.staff import Button


class Ask(CaseAct):
    key = "ask_agency"
    header_icon = "link"
    form_class = forms.AgencyForm
    page_title = "Ask an agency for documents"
    button = "Send the link"
    lead = (
        "They need no account: we email a link that asks for a code from their mailbox. "
        "The email carries the reference and nothing of the case."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "consultation": self.consultation}

    def act(self, form: Any) -> None:
        self.made = actions.make_agency_link(self.consultation, **form.chosen(), by=self.person)

    def said(self) -> str:
        return f"The link is on its way to {self.made.email}."


def _link(consultation: Consultation, link_pk: int) -> AgencyLink:
    return get_object_or_404(consultation.agency_links, pk=link_pk)


@require_POST
@once
def send_again(request: SignedInRequest, consultation: Consultation, link_pk: int) -> HttpResponse:
    with telling(request, "A fresh link is on its way. The one before no longer opens anything."):
        actions.extend_agency_link(_link(consultation, link_pk), by=request.user)
    return back_to(consultation)


@require_POST
@once
def end(request: SignedInRequest, consultation: Consultation, link_pk: int) -> HttpResponse:
    with telling(request, "The link opens nothing any more. What was sent by it is kept."):
        actions.revoke_agency_link(_link(consultation, link_pk), by=request.user)
    return back_to(consultation)


def rows_of(consultation: Consultation, *, may_act: bool) -> list[dict[str, Any]]:
    """Every link of a case for its page, with what came by it. Reads prefetched rows alone."""
    rows = []
    for link in consultation.agency_links.all():
        acts = []
        if may_act and link.revoked_at is None:
            about = f"the link of {link}"
            for key, label, kind in (("send_link", "Send again", "secondary"), ("end_link", "End it", "no")):
                href = reverse(f"consultation:{key}", args=[consultation.pk, link.pk])
                acts.append(Button(f"{key}-{link.pk}", label, href, posts=True, kind=kind, about=about))
        ended = "Ended" if link.revoked_at else "Ran out"
        rows.append(
            {
                "link": link,
                "state": f"Open until {link.expires_at:%-d %B %Y}" if link.is_open else ended,
                "tone": "hedge" if link.is_open else "slate",
                "asked": ", ".join(line.title for line in link.lines.all()),
                "sent": len(link.files.all()),
                "acts": acts,
            }
        )
    return rows
