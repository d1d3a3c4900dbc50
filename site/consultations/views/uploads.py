"""Files arriving for one line of a checklist, or word that they cannot, from whoever may send them.

A plain form sends any number at once. The script of the page sends each file as a request of its own, asking
for JSON, with an upload token of its own: trying one again never doubles it (R10), and one bad file loses no
other (R13). Not under `once`: the token does that, and no transaction is held while a big file arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from accounts.models import User
from changes.refusals import Refused
from consultations import actions
from consultations.forms import DeclineForm, UploadForm
from consultations.models import AgencyLink, DocumentRequest
from design.acts import telling
from vault.files import Unacceptable

CHECKED = "We check every file for viruses before anybody opens it."


@dataclass
class Sent:
    """What became of one sending."""

    kept: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "1 file sent." if self.kept == 1 else f"{self.kept} files sent."


def take(
    request: HttpRequest, line: DocumentRequest, *, by: User | AgencyLink, here: str
) -> tuple[UploadForm, HttpResponse | None]:
    """The form for the page at `here`, and the answer once everything that was sent is kept, or for a script."""
    if request.method != "POST":
        return UploadForm(), None
    form = UploadForm(request.POST, request.FILES)
    by_script = request.headers.get("accept") == "application/json"
    if not form.is_valid():
        problems = [str(words) for errors in form.errors.values() for words in errors]
        return form, JsonResponse({"problems": problems}, status=422) if by_script else None
    sent = _keep_each(line, form, by=by)
    if by_script:
        if sent.kept and "last" in request.POST:  # the page opens anew
            messages.success(request, f"Your files are sent. {CHECKED}")
        return form, JsonResponse({"problems": sent.problems}, status=422 if sent.problems else 200)
    if not sent.problems:
        messages.success(request, f"{sent} {CHECKED}")
        return form, redirect(here)
    for words in sent.problems:
        form.add_error("documents", words)
    if sent.kept:
        messages.success(request, f"{sent} What did not work is below; the rest is safe.")
    form.renew_token()
    line.refresh_from_db()
    return form, None


def _keep_each(line: DocumentRequest, form: UploadForm, *, by: User | AgencyLink) -> Sent:
    """Keep every file that can be kept; say which cannot and why."""
    sent = Sent()
    for at, upload in enumerate(form.cleaned_data["documents"]):
        token = UUID(int=(form.cleaned_data["token"].int + at) % 2**128)
        try:
            actions.receive_document(line, upload, by=by, upload_token=token)
            sent.kept += 1
        except Unacceptable as why:
            sent.problems.append(why.message)
        except Refused as no:
            sent.problems += no.messages
    return sent


def decline(request: HttpRequest, line: DocumentRequest, *, by: User | AgencyLink, here: str) -> HttpResponse:
    """The page on which its holder says that they do not have a document, or cannot share it."""
    if request.method != "POST" and not line.can_be_declined:
        return redirect(here)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, "Thank you for telling us. We decide how to go on without it."):
            actions.decline_document(
                line, status=form.cleaned_data["answer"], words=form.cleaned_data["words"], by=by
            )
        return redirect(here)
    return render(
        request,
        "consultations/decline.html",
        {"line": line, "caption": line.consultation.reference, "form": form, "back_href": here},
        status=422 if form.errors else 200,
    )


def most_megabytes() -> str:
    """The largest file we take, in MB, for people."""
    return f"{settings.VAULT_MAX_BYTES / 2**20:g}"
