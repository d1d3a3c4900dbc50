"""What staff type about a case: validation, no side effects."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import User
from billing.models import Product
from consultations.forms import NetworkMemberForm
from consultations.models import AgendaTemplate, Consultation, Pause
from design.staff import StaffForm, StaffModelForm
from meetings.actions import Invitee
from meetings.forms import MeetingForm

STAYS = "It is kept on the case and stays off email."


def _long(
    label: str, message: str, hint: str = "", *, rows: int = 4, required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=10_000,
        required=required,
        help_text=hint,
        error_messages={"required": message},
    )


class OpenForm(StaffForm):
    reason = forms.CharField(
        label="Why do you need to open it?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="No detail of the child: the reason is kept with your name and may be asked about.",
        error_messages={"required": "Write why you need to open this case"},
    )


class OverrideForm(StaffForm):
    reason = _long(
        "Why may this case go ahead without them?",
        "Write why this case may go ahead without the safeguards",
        "It is logged with your name, and the referrer and everybody on the case sees it.",
    )


class QuestionForm(StaffForm):
    question = _long(
        "What do you need to know?",
        "Write what you need to know",
        f"The referrer reads it after sign-in. {STAYS}",
    )


class DeclineForm(StaffForm):
    reason = _long("Why can we not take this on?", "Write why we cannot take this on")
    alternative = _long(
        "What could the referrer try instead?",
        "Write what the referrer could try instead",
        "A service, a person to speak to, or what would let us say yes.",
    )


class WithdrawForm(StaffForm):
    reason = _long("Why is it withdrawn?", "Write why the case is withdrawn", STAYS, rows=3)


class PauseForm(StaffForm):
    why = forms.ChoiceField(
        label="Why does it wait?",
        choices=[(why.value, why.label) for why in Pause.Why if why != Pause.Why.SOCIAL_WORKER],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it waits"},
    )
    note = forms.CharField(
        label="What has to happen before it goes on?",
        max_length=250,
        required=False,
        help_text="It stands on the timeline for everybody on the case. No detail of the child.",
    )


class SocialWorkerLeftForm(StaffForm):
    reason = _long("What do we know?", "Write what we know", f"Who told us, and since when. {STAYS}", rows=3)


class NewSocialWorkerForm(StaffForm):
    social_worker_name = forms.CharField(label="Their full name", max_length=150)
    social_worker_email = forms.EmailField(label="Their work email")
    social_worker_phone = forms.CharField(label="Their phone number", max_length=30, required=False)
    reason = _long("Who told us?", "Write who told us", STAYS, rows=2)


class MemberForm(StaffModelForm):
    """Somebody of the network, asked of staff as of the referrer."""

    reason = _long("Why does it change?", "Write why it changes", f"Who told us. {STAYS}", rows=2)

    class Meta(NetworkMemberForm.Meta):
        pass


class RemoveMemberForm(StaffForm):
    reason = _long("Why are they taken off?", "Write why they are taken off", f"Who told us. {STAYS}", rows=2)


class ConflictForm(StaffForm):
    reason = _long(
        "What is the conflict?",
        "Write what the conflict is",
        f"For example that you know the family. A clinical lead reads it. {STAYS}",
        rows=3,
    )


def clinicians() -> Any:
    """Those whose role lets them write recommendations."""
    app, codename = "consultations", "write_recommendations"
    writes = Permission.objects.filter(content_type__app_label=app, codename=codename)
    return User.objects.filter(
        Q(groups__permissions__in=writes) | Q(user_permissions__in=writes), is_active=True
    )


class AllocateForm(StaffForm):
    consultant = forms.ModelChoiceField(
        User.objects.none(),
        label="Lead consultant",
        empty_label="Choose a clinician",
        error_messages={"required": "Choose the lead consultant"},
    )
    second = forms.ModelChoiceField(
        User.objects.none(),
        label="Second consultant",
        required=False,
        empty_label="Nobody",
        help_text="Reads with the lead and joins the meeting.",
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = clinicians().exclude(conflicts__consultation=consultation)
        for name in ("consultant", "second"):
            choice: Any = self.fields[name]
            choice.queryset = free.distinct().order_by("first_name", "last_name")


class QuoteForm(StaffForm):
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label="What the quote is for",
        empty_label="Choose what it is for",
        error_messages={"required": "Choose what the quote is for"},
    )
    quantity = forms.DecimalField(
        label="How many",
        min_value=Decimal("0.25"),
        max_digits=6,
        decimal_places=2,
        initial=1,
        error_messages={
            "required": "Enter how many",
            "invalid": "Enter how many as a number, for example 1",
            "min_value": "Enter 0.25 or more",
        },
    )
    unit_price = forms.DecimalField(
        label="Price of one, before VAT, in pounds",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        required=False,
        help_text="Leave it empty for the usual price.",
        error_messages={
            "invalid": "Enter the price as a number, for example 1250.00",
            "min_value": "Enter a price of £0 or more",
        },
    )
    funder_name = forms.CharField(
        label="Who decides on the funding",
        max_length=150,
        error_messages={"required": "Enter the funder's name"},
    )
    funder_email = forms.EmailField(
        label="Their work email",
        help_text="The quote goes there. It says the reference, nothing of the case.",
        error_messages={"required": "Enter the funder's work email"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_sale = Product.objects.filter(is_active=True)
        choice: Any = self.fields["product"]
        choice.queryset = on_sale
        choice.label_from_instance = lambda p: f"{p} (£{p.unit_price:,.2f})"


class ReturnForm(StaffForm):
    reason = _long(
        "Why is it returned, and what should come instead?",
        "Write why it is returned and what to send instead",
        f"The referrer reads it after sign-in. {STAYS}",
        rows=3,
    )


class WaiveForm(StaffForm):
    reason = _long(
        "Why can we go on without it?",
        "Write why we can go on without this document",
        "It is printed in the recommendations as a document that was not read.",
        rows=3,
    )


class BookForm(MeetingForm):
    """The meeting, and who of the network is invited: everybody, unless a box is cleared."""

    people = forms.MultipleChoiceField(
        label="Who to invite",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person to invite"},
    )
    needed = forms.MultipleChoiceField(
        label="Of these, without whom it cannot go ahead",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Their invite says that they are needed.",
    )
    agenda = forms.ModelChoiceField(
        AgendaTemplate.objects.all(),
        required=False,
        empty_label="No agenda yet",
        help_text="Its points are copied to this meeting, where they can be changed. They are not mailed.",
    )

    def __init__(self, *args: Any, invitees: list[Invitee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitees = invitees
        who = [(i.email.lower(), f"{i.name} ({i.email})") for i in invitees]
        fields: Any = self.fields
        fields["people"].choices = fields["needed"].choices = who
        fields["people"].initial = [email for email, _ in who]
        fields["needed"].initial = [i.email.lower() for i in invitees if i.required]

    def chosen(self) -> list[Invitee]:
        said = self.cleaned_data
        return [
            replace(i, required=i.email.lower() in said["needed"])
            for i in self.invitees
            if i.email.lower() in said["people"]
        ]
