"""A person's own account: who they are and how they get in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions
from accounts.forms import ProfileForm
from accounts.models import User
from design.acts import telling
from design.once import once


def onward(request: HttpRequest, otherwise: str) -> str:
    """Where `next` asks to go, if that is a path on this site (a bare word would be taken for a view's name)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return otherwise


def person(request: HttpRequest) -> User:
    """The signed-in person, behind `login_required`."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    user = person(request)
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "accounts/home.html",
        {
            "organisations": [m.organisation for m in user.memberships.select_related("organisation")],
            "email": EmailAddress.objects.get_primary_email(user) or user.email,
            "has_app": Authenticator.Type.TOTP in factors,
            "passkeys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count(),
            "has_codes": Authenticator.Type.RECOVERY_CODES in factors,
            "sessions": UserSession.objects.filter(user=user).count(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
@once(again=True)
def profile(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        with telling(request, "Your name is changed."):
            actions.rename(
                user,
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
            )
        return redirect("accounts:home")
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why staff need a second factor, and the two ways to have one."""
    return render(request, "accounts/second_factor.html", {"next": onward(request, "/admin/")})
