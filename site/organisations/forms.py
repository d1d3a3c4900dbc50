"""Forms about organisations and who belongs to them."""

from __future__ import annotations

from django import forms

from design.forms import ChoiceField, EmailField, Form
from organisations.domains import validate_domain
from organisations.models import Membership, Organisation

ROLE_HINTS = {
    Membership.Role.MEMBER: "Member: refers cases and sees those they are on",
    Membership.Role.BOOKER: "Booker: books training and batches as well",
    Membership.Role.FINANCE: "Finance contact: sees quotes and invoices, no case content",
    Membership.Role.MANAGER: "Manager: keeps this list as well",
}


class OrganisationForm(Form):
    name = forms.CharField(
        label="Name of your organisation",
        max_length=200,
        help_text="As it would stand on an invoice, for example “Elmshire Council”.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Enter the name of your organisation"},
    )
    kind = ChoiceField(
        label="What kind of organisation is it?",
        choices=Organisation.Kind.choices,
        error_messages={"required": "Choose what kind of organisation it is"},
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class RoleForm(Form):
    role = ChoiceField(
        label="Role",
        choices=list(ROLE_HINTS.items()),
        error_messages={"required": "Choose a role"},
    )


class DomainForm(Form):
    name = forms.CharField(
        label="Email domain",
        max_length=253,
        help_text="The part after the @. Everybody with an address there may join by themselves.",
        validators=[validate_domain],
        error_messages={"required": "Enter an email domain, like elmshire.example.gov.uk"},
    )


class MemberForm(Form):
    email = EmailField(
        label="Email address of their account",
        error_messages={"required": "Enter the email address they sign in with"},
    )
    role = forms.ChoiceField(label="Role", choices=Membership.Role.choices)
