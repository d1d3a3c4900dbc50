"""Is this copy as we issued it? Open to everybody, and it says nothing but yes or no."""

from __future__ import annotations

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from consultations.verification import is_issued
from design.forms import Form


class VerifyForm(Form):
    reference = forms.CharField(
        label="Reference",
        max_length=20,
        help_text="It is printed at the foot of every page, for example C-26-7K4M.",
        error_messages={"required": "Enter the reference printed at the foot of the page"},
    )
    mark = forms.CharField(
        label="Code, or SHA-256 of the file",
        max_length=100,
        help_text="The code stands at the end of the report, for example 7K4M-9XQA-2TRE.",
        error_messages={"required": "Enter the code from the end of the report, or the file’s SHA-256"},
    )


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """A POST changes nothing: it keeps what was typed out of addresses and logs. Asked too often, it waits."""
    form = VerifyForm(request.POST or None)
    matches, status = None, 200
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="verify_report"):
            matches = is_issued(form.cleaned_data["reference"], form.cleaned_data["mark"])
        else:
            form.add_error(None, "That is many tries in a short time. Wait a minute, then try again.")
            status = 429
    elif form.errors:
        status = 422
    return render(request, "consultations/verify.html", {"form": form, "matches": matches}, status=status)
