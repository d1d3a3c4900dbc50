"""A form does its thing once, however often it arrives (R7, R13).

The page carries `{% once %}`; the view wears `@once`. The claim is a row inserted in the view's own
transaction, so a second sender waits at the unique index until the first is through, then is sent on to
the same place. If the view does not redirect (errors in the form) the claim is given back.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from design import kept, tokens
from design.models import Submission

View = Callable[..., HttpResponseBase]
LONGEST_WAIT = 15  # seconds, for a first sender who is not inside a transaction


def once(view: View | None = None, *, again: bool = False, atomic: bool = True) -> Any:
    """Decorate a view: GET passes through, POST happens once.

    The same token with other answers (Back, then another try) does nothing either: the answers are kept
    and put back with a notice. With `again=True` (saving a draft, a step of a task list) they are simply
    taken, and only the very same answers within ten seconds count as a double click.
    `atomic=False` claims first and runs the view outside a transaction, for a view that calls the network.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                with kept.putting_back(request):
                    return view(request, *args, **kwargs)
            if not tokens.owner(request.POST.get(tokens.FIELD, "")):
                return render(request, "400.html", status=400)
            with transaction.atomic() if atomic else nullcontext():
                claim, mine = _claim(request, again)
                if not mine:
                    return _repeat(request, claim)
                try:
                    response = view(request, *args, **kwargs)
                except BaseException:
                    if not atomic:
                        claim.delete()
                    raise
                _settle(request, claim, response)
                return response

        return guarded

    return decorate(view) if view else decorate


def forget() -> int:
    """Forget claims a week old. Returns how many."""
    return Submission.objects.filter(created_at__lt=timezone.now() - timedelta(days=7)).delete()[0]


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _claim(request: HttpRequest, again: bool) -> tuple[Submission, bool]:
    """The claim and whether it is ours. Waits for a first sender who is still at it."""
    key = _digest(request.POST[tokens.FIELD], request.path, tokens.owner_of(request.user))
    answers = sorted(
        (k, v) for k, v in request.POST.lists() if k not in (tokens.FIELD, "csrfmiddlewaretoken")
    )
    files = [(name, one.name, one.size) for name, many in request.FILES.lists() for one in many]
    body = _digest(answers, files)
    for _ in range(LONGEST_WAIT * 5):
        try:
            with transaction.atomic():  # a savepoint: the unique index may say no
                return Submission.objects.create(key=key, body=body), True
        except IntegrityError:
            with transaction.atomic():
                claim = Submission.objects.select_for_update().filter(key=key).first()
        if claim is None:
            continue  # given back meanwhile: ours to claim
        if again and _is_another_try(claim, body):
            claim.body, claim.location, claim.created_at = body, "", timezone.now()
            claim.save()
            return claim, True
        if claim.location:
            if claim.body != body:
                claim.location = ""
            return claim, False
        time.sleep(0.2)  # not atomic, and still running
    return Submission(key=key, body=body), False


def _is_another_try(claim: Submission, body: str) -> bool:
    return bool(claim.location) and (
        claim.body != body or claim.created_at < timezone.now() - timedelta(seconds=10)
    )


def _repeat(request: HttpRequest, claim: Submission) -> HttpResponseBase:
    if claim.location:
        for level, text in claim.said:
            messages.add_message(request, level, text)
        return HttpResponseRedirect(claim.location)
    page = kept.page_of(request)
    kept.keep(request, page, why="sent_already")
    return HttpResponseRedirect(page)


def _settle(request: HttpRequest, claim: Submission, response: HttpResponseBase) -> None:
    if not 300 <= response.status_code < 400:
        claim.delete()
        return
    claim.location = response.headers["Location"]
    waiting = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    claim.said = [[message.level, str(message.message)] for message in waiting]
    claim.save(update_fields=["location", "said"])
