"""Another time that somebody proposed: taken, after a look at what speaks against it, or declined."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from design.acts import telling
from design.once import once
from meetings import actions
from meetings.availability import diaries
from meetings.forms.proposal import AcceptForm
from meetings.models import Proposal
from meetings.staff.acts import Act, may_change


def _proposal(pk: int, proposal_pk: int) -> Proposal:
    return get_object_or_404(
        Proposal.objects.select_related("attendee__meeting"), pk=proposal_pk, attendee__meeting=pk
    )


class Accept(Act):
    """Shows both times, and asks for a reason where hours, leave or an outside calendar speak against the new one."""

    template_name = "meetings/admin/accept_proposal.html"
    form_class = AcceptForm
    page_title = "Move the meeting to the proposed time"
    button = "Move it and tell everybody"
    done = "The meeting is moved. Everybody invited is being told."

    @cached_property
    def proposal(self) -> Proposal:
        return _proposal(self.kwargs["pk"], self.kwargs["proposal_pk"])

    @cached_property
    def warnings(self) -> list[str]:
        return diaries.warnings(self.meeting.resources, self.proposal.starts_at, self.proposal.ends_at)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.proposal.is_current:
            messages.error(request, actions.PROPOSAL_IS_OLD)
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = {**super().get_form_kwargs(), "warnings": self.warnings}
        del kwargs["meeting"]
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "proposal": self.proposal, "warnings": self.warnings}

    def act(self, form: AcceptForm) -> None:
        reason = form.cleaned_data.get("despite", "")
        actions.accept_proposal(self.proposal, despite=reason, by=self.request.user)


@require_POST
@once
def decline(request: HttpRequest, pk: int, proposal_pk: int) -> HttpResponse:
    may_change(request)
    proposal = _proposal(pk, proposal_pk)
    with telling(request, "The time stays. Whoever proposed another is being told."):
        actions.decline_proposal(proposal, by=request.user)
    return redirect("meeting:inspect", pk)
