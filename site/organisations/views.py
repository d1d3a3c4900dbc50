"""A person's place in an organisation: joining one, seeing who else is there, keeping the list."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views import onward, person
from design.acts import telling
from design.once import once
from organisations import actions
from organisations.forms import OrganisationForm, RoleForm
from organisations.models import Membership, Organisation

HERE = "/accounts/organisation/"


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    everybody = Membership.objects.select_related("user").order_by(
        "user__first_name", "user__last_name", "pk"
    )
    places = (
        person(request)
        .memberships.select_related("organisation")
        .prefetch_related(
            Prefetch("organisation__memberships", queryset=everybody, to_attr="everybody"),
            "organisation__domains",
        )
        .order_by("organisation__name")
    )
    waiting = person(request).join_requests.filter(status="waiting").select_related("organisation")
    return render(request, "organisations/mine.html", {"places": list(places), "waiting": list(waiting)})


@login_required
@require_http_methods(["GET", "POST"])
@once
def join(request: HttpRequest) -> HttpResponse:
    """Right after signing up: join by a verified domain, or name a new organisation, or neither.

    A name that is here already lets nobody in: staff are asked.
    """
    user = person(request)
    next_url = onward(request, "/accounts/")
    ours = Organisation.for_email(user.email)
    if ours and ours.memberships.filter(user=user).exists():
        ours = None
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if known := Organisation.objects.filter(name__iexact=name).first():
            with telling(request) as told:
                actions.ask_to_join(user, known)
            if not told.refused:
                messages.info(
                    request, f"{known} is here already. We check that you work there, then email you."
                )
        else:
            with telling(request, f"{name} is set up, and you are its manager."):
                actions.register(user, name=name, kind=form.cleaned_data["kind"])
        return redirect(next_url)
    return render(
        request,
        "organisations/join.html",
        {"form": form, "ours": ours, "next": next_url, "is_elsewhere": "elsewhere" in request.GET},
    )


@login_required
@require_POST
@once
def join_ours(request: HttpRequest) -> HttpResponse:
    """Join the organisation that one's own confirmed address belongs to; no other can be named."""
    ours = Organisation.for_email(person(request).email)
    if ours is None:
        raise Http404
    with telling(request, f"You have joined {ours}."):
        actions.join(person(request), ours)
    return redirect(onward(request, "/accounts/"))


def _place(request: HttpRequest, pk: int) -> tuple[Membership, bool]:
    """Somebody's membership as this person may change it: their own, or any where they are manager."""
    membership = get_object_or_404(Membership.objects.select_related("organisation", "user"), pk=pk)
    is_manager = membership.organisation.memberships.filter(
        user=person(request), role=Membership.Role.MANAGER
    ).exists()
    if not is_manager and membership.user_id != person(request).pk:
        raise Http404
    return membership, is_manager


@login_required
@require_http_methods(["GET", "POST"])
@once(again=True)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what may be done about a membership; POST changes its role, for managers."""
    membership, is_manager = _place(request, pk)
    if request.method == "POST" and not is_manager:
        raise Http404
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if request.method == "POST" and form.is_valid():
        with telling(request, f"{membership.user} has a new role."):
            actions.change_role(membership, form.cleaned_data["role"], by=request.user)
        return redirect("organisations:mine")
    return render(
        request,
        "organisations/place.html",
        {
            "form": form,
            "membership": membership,
            "is_manager": is_manager,
            "is_mine": membership.user_id == person(request).pk,
        },
    )


@login_required
@require_POST
@once
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    membership, _ = _place(request, pk)
    is_mine = membership.user_id == person(request).pk
    done = f"You have left {membership.organisation}." if is_mine else f"{membership.user} is removed."
    with telling(request, done):
        actions.leave(membership, by=request.user)
    return redirect("organisations:mine")
