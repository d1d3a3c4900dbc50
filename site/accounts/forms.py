"""allauth's forms in our markup and words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from accounts.models import User
from design.forms import Dressed, Form

NEW_PASSWORD = "At least 12 characters. Three words in a row are easy to remember and hard to guess."  # noqa: S105
APP_OR_RECOVERY = "6 numbers from your authenticator app, or one of your recovery codes."
CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "nhsuk-input--width-10"}


def say(form: Any, name: str, label: str, *, hint: str = "", required: str = "") -> None:
    """Our label, hint and message on a field that a library made; a placeholder is no label."""
    field: forms.Field | None = form.fields.get(name)
    if field is None:
        return
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.setdefault("spellcheck", "false")
    if required:
        field.error_messages["required"] = required


class _Words:
    """Between Dressed and allauth's form: says our words before the form is dressed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_words()

    def say_words(self) -> None:
        address = "Enter your email address, like name@example.gov.uk"
        say(self, "email", "Email address", required=address)
        say(self, "login", "Email address", required=address)
        say(self, "password", "Password", required="Enter your password")
        say(self, "oldpassword", "Password you use now", required="Enter the password you use now")
        say(self, "password1", "New password", hint=NEW_PASSWORD, required="Enter a new password")
        say(self, "password2", "New password again", required="Enter the new password again")
        say(self, "code", "Code", required="Enter the code")
        if code := getattr(self, "fields", {}).get("code"):
            code.widget.attrs.update(CODE_INPUT)


class LoginForm(Dressed, _Words, account.LoginForm):
    pass


class NameFields:
    """One box for a whole name, as people have it; kept as the first word and the rest."""

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        first, _, last = name.partition(" ")
        self.cleaned_data["first_name"], self.cleaned_data["last_name"] = first, last
        return name


class SignupForm(Dressed, NameFields, _Words, account.SignupForm):
    name = forms.CharField(
        label="Full name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1"]

    def say_words(self) -> None:
        super().say_words()
        say(self, "name", "Full name", required="Enter your full name")
        say(
            self,
            "email",
            "Work email address",
            hint="We send a code there. Colleagues with the same email domain can join your organisation.",
            required="Enter your work email address, like name@example.gov.uk",
        )
        say(
            self,
            "password1",
            "Password",
            hint=f"{NEW_PASSWORD} Leave it empty to sign in with a code we email you.",
        )


class RequestLoginCodeForm(Dressed, _Words, account.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(Dressed, _Words, account.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(Dressed, _Words, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(Dressed, _Words, account.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(Dressed, _Words, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Dressed, _Words, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Dressed, _Words, account.ChangePasswordForm):
    pass


class SetPasswordForm(Dressed, _Words, account.SetPasswordForm):
    pass


class AddEmailForm(Dressed, _Words, account.AddEmailForm):
    def say_words(self) -> None:
        say(self, "email", "New email address", required="Enter your new email address")


class ChangeEmailForm(Dressed, _Words, account.ChangeEmailForm):
    pass


class ReauthenticateForm(Dressed, _Words, account.ReauthenticateForm):
    pass


class SecondFactorForm(Dressed, _Words, mfa.AuthenticateForm):
    def say_words(self) -> None:
        super().say_words()
        say(self, "code", "Code", hint=APP_OR_RECOVERY)


class SecondFactorAgainForm(Dressed, _Words, mfa.ReauthenticateForm):
    def say_words(self) -> None:
        super().say_words()
        say(self, "code", "Code", hint=APP_OR_RECOVERY)


class ActivateTOTPForm(Dressed, _Words, totp.ActivateTOTPForm):
    def say_words(self) -> None:
        super().say_words()
        say(self, "code", "Code the app shows", hint="6 numbers.", required="Enter the code the app shows")


class AddPasskeyForm(Dressed, _Words, webauthn.AddWebAuthnForm):
    def say_words(self) -> None:
        say(self, "name", "Name for this passkey", hint="So that you can tell it apart, like “Work laptop”.")
        say(
            self,
            "passwordless",
            "Sign in with it alone",
            hint="It then asks for your fingerprint, face or PIN. Leave it unticked for a key that only "
            "stands beside your password.",
        )
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        fields["passwordless"].initial = True


class RenamePasskeyForm(Dressed, _Words, webauthn.EditWebAuthnForm):
    def say_words(self) -> None:
        say(self, "name", "Name for this passkey", required="Enter a name for this passkey")


class ProfileForm(NameFields, Form):
    name = forms.CharField(
        label="Full name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"name": user.get_full_name()})
        super().__init__(*args, **kwargs)


class LinkCodeForm(Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(attrs=CODE_INPUT),
        error_messages={"required": "Enter the code from the email"},
    )
