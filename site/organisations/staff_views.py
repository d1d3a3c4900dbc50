"""What staff do about organisations: one address an act, POST alone, back to the organisation's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.views import person
from design.acts import telling
from design.forms import Form
from design.once import once
from organisations import actions
from organisations.forms import DomainForm, MemberForm, RoleForm
from organisations.models import Domain, JoinRequest, Membership, Organisation

View = Callable[[HttpRequest, int], HttpResponse]


def act(permission: str) -> Callable[[View], View]:
    """POST alone, once, for who holds the permission; for anybody else it is not there (R9)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: int) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise Http404
            return once(view)(request, pk)

        return require_POST(guarded)

    return decorate


def _back(organisation: Organisation) -> HttpResponse:
    return redirect("organisation:inspect", organisation.pk)


def _say_errors(request: HttpRequest, form: Form) -> None:
    for said in form.errors.values():
        for message in said:
            messages.error(request, str(message))


@act("organisations.add_domain")
def add_domain(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=pk)
    form = DomainForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"].lower()
        with telling(request, f"People with an address at {name} may now join {organisation}."):
            actions.add_domain(organisation, name, by=person(request))
    else:
        _say_errors(request, form)
    return _back(organisation)


@act("organisations.change_domain")
def verify_domain(request: HttpRequest, pk: int) -> HttpResponse:
    domain = get_object_or_404(Domain.objects.select_related("organisation"), pk=pk)
    try:
        with telling(request, f"People with an address at {domain} may now join {domain.organisation}."):
            actions.verify_domain(domain, by=person(request))
    except ValidationError as no:
        messages.error(request, " ".join(no.messages))
    return _back(domain.organisation)


@act("organisations.delete_domain")
def remove_domain(request: HttpRequest, pk: int) -> HttpResponse:
    domain = get_object_or_404(Domain.objects.select_related("organisation"), pk=pk)
    organisation = domain.organisation
    with telling(request, f"{domain} is removed. Those who joined by it stay."):
        actions.remove_domain(domain, by=person(request))
    return _back(organisation)


@act("organisations.add_membership")
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=pk)
    form = MemberForm(request.POST)
    if not form.is_valid():
        _say_errors(request, form)
        return _back(organisation)
    user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
    if user is None:
        messages.error(request, "Nobody signs in with that address. Ask them to create an account first.")
        return _back(organisation)
    with telling(request, f"{user} belongs to {organisation}."):
        actions.add_member(user, organisation, by=request.user, role=form.cleaned_data["role"])
    return _back(organisation)


@act("organisations.change_membership")
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("organisation", "user"), pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        with telling(request, f"{membership.user} has a new role."):
            actions.change_role(membership, form.cleaned_data["role"], by=request.user)
    else:
        _say_errors(request, form)
    return _back(membership.organisation)


@act("organisations.delete_membership")
def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("organisation", "user"), pk=pk)
    with telling(request, f"{membership.user} no longer belongs to {membership.organisation}."):
        actions.leave(membership, by=request.user)
    return _back(membership.organisation)


@act("organisations.add_membership")
def approve_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest.objects.select_related("organisation", "user"), pk=pk)
    with telling(request, f"{asked.user} belongs to {asked.organisation}, and is told by email."):
        actions.approve_request(asked, by=person(request))
    return _back(asked.organisation)


@act("organisations.add_membership")
def decline_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest.objects.select_related("organisation", "user"), pk=pk)
    with telling(request, f"{asked.user} is told by email that they have not joined."):
        actions.decline_request(asked, by=person(request), reason=request.POST.get("reason", "")[:500])
    return _back(asked.organisation)
