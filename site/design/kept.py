"""What somebody typed outlives their session (R13).

A form sent after the session ran out arrives signed out. Its answers are kept, encrypted, in the new
session; after sign-in they are put back into the same form with a notice. Passwords and codes are never
kept, files cannot be, and answers are only ever given back to the person whose page they were typed in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from design import tokens

SESSION_NAME = "design_kept"
MOST = 512 * 1024  # bytes: beyond this somebody is not typing
NEVER = ("password", "code", "otp", "token", "csrf")
_answers: ContextVar[QueryDict | None] = ContextVar("answers to put back", default=None)


def sign_in_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`login_required` that loses nothing. Pages behind it are never kept by a shared cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            back = request.get_full_path()
            if request.method == "POST":
                back = page_of(request)
                keep(request, back)
            return redirect_to_login(back)
        with putting_back(request):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def page_of(request: HttpRequest) -> str:
    """The page a form was sent from: an act's own address answers POST alone."""
    referer = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        there = urlsplit(referer)
        return there.path + (f"?{there.query}" if there.query else "")
    return request.get_full_path()


def keep(request: HttpRequest, page: str, why: str = "signed_out") -> None:
    """Keep the answers of this POST for `page`, encrypted with the vault's keys."""
    answers = {
        name: values
        for name, values in request.POST.lists()
        if name != tokens.FIELD and not any(word in name.lower() for word in NEVER)
    }
    owner = tokens.owner(request.POST.get(tokens.FIELD, ""))
    if not owner or (not answers and not request.FILES):
        return
    what = {"page": page, "answers": answers, "owner": owner, "files": bool(request.FILES), "why": why}
    body = json.dumps(what).encode()
    if len(body) <= MOST:
        request.session[SESSION_NAME] = _box().encrypt(body).decode()


@contextmanager
def putting_back(request: HttpRequest) -> Iterator[None]:
    """While the view runs, unbound forms made from it start with what was kept for this page."""
    kept = _take(request) if request.method == "GET" and SESSION_NAME in request.session else None
    if kept is None:
        yield
        return
    answers = QueryDict(mutable=True)
    for name, values in kept["answers"].items():
        answers.setlist(name, values)
    words = [
        "You were signed out before your answers arrived. They are below, not yet sent: "
        "check them and send them again."
        if kept["why"] == "signed_out"
        else "You have already sent this form once. What you typed this time is below, not yet sent: "
        "send it only if you mean it as well."
    ]
    if kept["files"]:
        words.append("Files could not be kept: choose them again.")
    messages.warning(request, " ".join(words))
    mark = _answers.set(answers)
    try:
        yield
    finally:
        _answers.reset(mark)


def put_back(form: forms.BaseForm) -> None:
    """Called by every form as it is made: an unbound one starts with the answers that were kept."""
    answers = _answers.get()
    if answers is None or form.is_bound:
        return
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            continue
        key = form.add_prefix(name)
        if not field.widget.value_omitted_from_data(answers, {}, key):
            form.initial[name] = field.widget.value_from_datadict(answers, {}, key)


def answer(name: str) -> str | None:
    """One answer that is being put back while this page is made: for what no field holds, like the number of rows."""
    answers = _answers.get()
    return None if answers is None else answers.get(name)


def _take(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept for this page by this person; anything else is dropped, since it is nobody else's."""
    try:
        what = json.loads(_box().decrypt(request.session[SESSION_NAME].encode()))
    except (InvalidToken, ValueError):
        del request.session[SESSION_NAME]
        return None
    if what["page"] != request.get_full_path():
        return None
    del request.session[SESSION_NAME]
    return what if what["owner"] == tokens.owner_of(request.user) else None


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.VAULT_KEYS])
