"""What staff type about a booking, in the admin."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from accounts import roles
from accounts.models import User
from billing.models import Product
from meetings.forms import MeetingForm
from meetings.models import Resource
from training.models import Booking, TrainingSettings

MOST_DELEGATES = 200


def trainers() -> QuerySet[User]:
    """Clinicians, who are also those that train."""
    clinical = [roles.CONSULTANT, roles.CLINICAL_LEAD]
    return (
        User.objects.filter(is_active=True, groups__name__in=clinical)
        .distinct()
        .order_by("first_name", "last_name")
    )


class ActForm(forms.Form):
    """The form of one act on a booking; most acts need none."""

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        self.booking = booking
        super().__init__(*args, **kwargs)


def _reason(label: str, hint: str, required: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required, "max_length": f"Shorten “{label}” to 2,000 characters"},
    )


class DeclineForm(ActForm):
    reason = _reason(
        "Why we cannot do it",
        "The booker reads this after signing in.",
        "Write why we cannot do this training",
    )
    alternative = _reason(
        "What they could try instead",
        "Another package, another date, another service.",
        "Write what the team could try instead",
    )


class WithdrawForm(ActForm):
    reason = _reason(
        "Why it is withdrawn", "Kept with the booking; the booker can read it.", "Write why it is withdrawn"
    )


class QuoteForm(ActForm):
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label="What is bought",
        error_messages={
            "required": "Choose what is bought",
            "invalid_choice": "Choose what is bought from the list",
        },
    )
    quantity = forms.DecimalField(
        label="How many",
        min_value=Decimal("0.01"),
        max_value=Decimal("999"),
        max_digits=5,
        decimal_places=2,
        initial=1,
        help_text="Days, groups or places, as the product is sold.",
        error_messages={
            "required": "Enter how many",
            "invalid": "Enter how many as a number, for example 1 or 2.5",
            "min_value": "Enter how many as a number above 0",
            "max_value": "Enter how many as 999 or fewer",
            "max_decimal_places": "Enter how many with two decimal places at most",
            "max_digits": "Enter how many as a shorter number",
        },
    )
    unit_price = forms.DecimalField(
        label="Price of one, in pounds before VAT",
        required=False,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        help_text="Leave it empty for the list price.",
        error_messages={
            "invalid": "Enter the price as a number, for example 1250.00",
            "min_value": "Enter a price of £0 or more",
            "max_decimal_places": "Enter the price with two decimal places at most",
            "max_digits": "Enter a price under £1,000,000",
        },
    )
    funder_name = forms.CharField(
        label="Who agrees the cost",
        max_length=150,
        error_messages={
            "required": "Enter the name of the person who agrees the cost",
            "max_length": "Shorten the name to 150 characters",
        },
    )
    funder_email = forms.EmailField(
        label="Their work email",
        max_length=254,
        help_text="The quote goes there.",
        error_messages={
            "required": "Enter their work email",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
        },
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        order, package = booking.order, booking.package
        funder = order.funder if order is not None else None
        kwargs["initial"] = {
            "product": package.product_id if package is not None else None,
            "funder_name": funder.name if funder else booking.funder_name,
            "funder_email": funder.email if funder else booking.funder_email,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, booking=booking, **kwargs)
        cast(forms.ModelChoiceField, self.fields["product"]).queryset = Product.objects.filter(is_active=True)


class ConfirmForm(MeetingForm):
    """The meeting form, with who trains and who takes part."""

    trainer = forms.ModelChoiceField(
        User.objects.none(),
        label="Trainer",
        help_text="Their diary is reserved, and they get an invite.",
        error_messages={
            "required": "Choose who trains",
            "invalid_choice": "Choose who trains from the list",
        },
    )
    delegates = forms.CharField(
        label="People who take part",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=(
            "One a line, for example: Sam Brook, sam.brook@example.org. Each gets an invite; the booker gets "
            "one in any case. You can invite more later from the meeting’s page."
        ),
        error_messages={"max_length": "Enter 20,000 characters at most: invite the others later"},
    )
    field_order = (
        "day",
        "start",
        "minutes",
        "trainer",
        "place",
        "video_url",
        "dial_in",
        "joining",
        "delegates",
        "resources",
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        self.booking = booking
        usual = TrainingSettings.load()
        found = (kwargs.get("initial") or {}).get("resources", [])  # by finding a time
        trainer = Resource.objects.filter(pk__in=found, user__isnull=False).first() if found else None
        start, end = usual.start_time, usual.end_time
        kwargs["initial"] = {
            "day": booking.earliest_on,
            "start": start,
            "minutes": max((end.hour - start.hour) * 60 + end.minute - start.minute, 30),
            "place": booking.place,
            "joining": booking.package_title,
            "trainer": trainer.user_id if trainer else None,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["trainer"]).queryset = trainers()
        rooms = cast(forms.ModelMultipleChoiceField, self.fields["resources"])
        rooms.label = "Rooms and links to reserve"
        rooms.queryset = Resource.objects.bookable().exclude(kind=Resource.Kind.PERSON)
        self.fields["day"].help_text = f"They asked for {booking.window_spoken}. {booking.dates_note}".strip()

    def needs(self, data: dict[str, Any]) -> list[Resource]:
        return [*Resource.objects.filter(user=data["trainer"]), *super().needs(data)]

    def clean_delegates(self) -> list[tuple[str, str]]:
        """Pairs of name and email, each address once. Every line that cannot be read is named."""
        people: dict[str, tuple[str, str]] = {}
        wrong = []
        for number, line in enumerate(self.cleaned_data["delegates"].splitlines(), 1):
            words = line.strip()
            if not words:
                continue
            email = re.split(r"[\s,;<]+", words.rstrip("> ;,"))[-1]
            try:
                validate_email(email)
            except ValidationError:
                wrong.append(f"Line {number} has no email address at its end: “{words[:60]}”")
                continue
            name = words[: words.rfind(email)].strip(" ,;<\t\"'")
            people.setdefault(email.lower(), (name[:150], email.lower()))
        if len(people) > MOST_DELEGATES:
            wrong.append(f"Enter {MOST_DELEGATES} people at most: invite the others later")
        if wrong:
            raise ValidationError(wrong)
        return list(people.values())
