"""Who may see an order (R9): its funder, the organisation's finance people, and staff; nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.account.models import EmailAddress
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from accounts import links
from accounts.models import User
from billing.models import FunderLink, Order
from design import kept
from organisations.models import Contact, Membership

HOLDS_THE_PURSE = [Membership.Role.FINANCE, Membership.Role.MANAGER]


@dataclass(frozen=True)
class Reader:
    """Somebody who may see this order. `by` is who they are to the log; a funder may answer and pay."""

    order: Order
    by: User | Contact
    is_funder: bool


def _is_funder(user: User, order: Order) -> bool:
    """The funder's own account, by a mailbox they have proved, or a purse holder of the organisation."""
    if user.memberships.filter(organisation=order.organisation_id, role__in=HOLDS_THE_PURSE).exists():
        return True
    funder = order.funder
    if funder is None:
        return False
    proved = EmailAddress.objects.filter(user=user, verified=True, email__iexact=funder.email)
    return funder.user_id == user.pk or proved.exists()


def reader_of(request: HttpRequest, reference: str) -> Reader | None:
    """Who is asking, if they may see the order. None for a stranger without an account, who is told the same
    whether the order exists or not; 404 for everybody else.
    """
    order = Order.objects.select_related("organisation", "funder").filter(reference=reference).first()
    user = request.user
    if order is not None:
        for pk in order.links.values_list("pk", flat=True):
            if order.funder and links.verified(request, FunderLink, pk):
                return Reader(order, order.funder, is_funder=True)
        if isinstance(user, User):
            if _is_funder(user, order):
                return Reader(order, user, is_funder=True)
            if user.is_staff and user.has_perm("billing.view_order"):
                return Reader(order, user, is_funder=False)
    if user.is_authenticated:
        raise Http404
    return None


def closed(request: HttpRequest, reference: str) -> HttpResponse:
    """The same page for every order that is not opened here, and for none."""
    return render(request, "billing/closed.html", {"reference": reference})


def for_reader(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view gets a Reader; who may not see the order is asked to sign in or for a link.

    What the funder typed before their two hours ran out is kept and put back (R13).
    """

    @wraps(view)
    def guarded(request: HttpRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reader = reader_of(request, reference)
        if reader is None:
            if request.method == "POST":
                kept.keep(request, kept.page_of(request))
                return redirect("billing:order", reference)
            response: HttpResponseBase = closed(request, reference)
        else:
            with kept.putting_back(request):
                response = view(request, reader, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def for_funder(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """As `for_reader`, for acts that are the funder's alone: staff get a 404."""

    @for_reader
    @wraps(view)
    def guarded(request: HttpRequest, reader: Reader, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not reader.is_funder:
            raise Http404
        return view(request, reader, *args, **kwargs)

    return guarded
