"""What the funder and finance type."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from billing.models import Invoice, Order, OrderLine, Product
from billing.money import plain, units
from design.forms import EmailField, Form
from organisations.models import Contact


class CodeForm(Form):
    code = forms.CharField(
        label="Six-digit code",
        max_length=12,
        help_text="It is in the email we have just sent you. It works for 15 minutes.",
        error_messages={"required": "Enter the six-digit code from the email."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class AcceptForm(Form):
    purchase_order_number = forms.CharField(
        label="Purchase order number",
        max_length=60,
        error_messages={
            "required": "Enter your purchase order number.",
            "max_length": "The purchase order number can have 60 characters at most.",
        },
    )
    name = forms.CharField(
        label="Your full name",
        max_length=150,
        help_text="The person who agrees the cost.",
        error_messages={"required": "Enter your full name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(
        label="I am authorised to agree this cost",
        error_messages={"required": "Tick the box to say that you may agree this cost."},
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["purchase_order_number"]
        number.required = order.needs_purchase_order
        number.help_text = (
            "We print it on the invoice. Without it your finance team cannot pay."
            if order.needs_purchase_order
            else "If your organisation uses them. We print it on the invoice."
        )


class DeclineForm(Form):
    reason = forms.CharField(
        label="Why are you declining?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A sentence is enough: the wrong budget, the wrong amount. Leave out details of the case.",
        error_messages={
            "required": "Say in a sentence why, so that we know what to change.",
            "max_length": "Use 1,000 characters at most.",
        },
    )


class FunderForm(forms.Form):
    """Who the quote goes to."""

    funder = forms.ModelChoiceField(
        Contact.objects.none(), required=False, label="Somebody we know at the organisation"
    )
    name = forms.CharField(max_length=150, required=False, label="Or a new person: name")
    email = EmailField(required=False, label="New person's work email")

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        field = self.fields["funder"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  what was declared above
        field.queryset = order.organisation.contacts.all()
        field.initial = order.funder

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_new = bool(data.get("name") or data.get("email"))
        if is_new and not (data.get("name") and data.get("email")):
            raise forms.ValidationError("Enter both the name and the work email of a new person.")
        if not is_new and not data.get("funder") and not self.errors:
            raise forms.ValidationError("Choose who pays, or enter a new person's name and email.")
        return data


class LineForm(forms.Form):
    """One thing to put on an order."""

    product = forms.ModelChoiceField(
        Product.objects.filter(is_active=True), error_messages={"required": "Choose a product."}
    )
    quantity = forms.DecimalField(
        max_digits=8,
        decimal_places=2,
        min_value=Decimal("0.01"),
        initial=1,
        label="How many",
        error_messages={
            "required": "Enter how many.",
            "invalid": "Enter how many as a number, for example 1 or 1.5.",
            "min_value": "Enter a number above 0.",
        },
    )
    unit_price = forms.DecimalField(
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        label="Price of one before VAT, £ (leave empty for the product's price)",
    )
    description = forms.CharField(
        max_length=500,
        required=False,
        label="What it prints (leave empty for the product's words)",
        help_text="The funder reads this: references only, nothing of the case.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=500, error_messages={"required": "Say why, in a sentence."}
    )


class PurchaseOrderForm(forms.Form):
    purchase_order_number = forms.CharField(
        max_length=60, required=False, error_messages={"max_length": "Use 60 characters at most."}
    )


class PaymentForm(forms.Form):
    """A bank transfer as the statement shows it."""

    amount = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        label="Amount, £",
        error_messages={
            "required": "Enter the amount that arrived.",
            "invalid": "Enter the amount in pounds and pence, for example 1500.00.",
            "min_value": "Enter an amount above £0.",
        },
    )
    received_on = forms.DateField(
        label="Date it arrived",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the date it arrived.",
            "invalid": "Enter the date as day, month and year.",
        },
    )
    bank_reference = forms.CharField(
        max_length=100,
        label="Reference on the bank statement",
        error_messages={"required": "Enter the reference on the bank statement."},
    )

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        self.fields["amount"].initial = invoice.balance

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.invoice.balance:
            raise forms.ValidationError(
                f"£{amount:,.2f} is more than the £{self.invoice.balance:,.2f} left to pay on "
                f"{self.invoice.number}. Enter £{self.invoice.balance:,.2f} or less."
            )
        return amount

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Enter the date the money arrived: today or earlier.")
        if day < self.invoice.issued_on:
            raise forms.ValidationError(
                f"Enter a date from {self.invoice.issued_on:%-d %B %Y}, when the invoice was issued."
            )
        return day


class CreditForm(forms.Form):
    """How many of each line are credited, and why. What may be credited is for `crediting` to say."""

    reason = forms.CharField(
        label="Why it is credited",
        max_length=500,
        help_text="The credit note prints it and the funder reads it: references only, nothing of the case.",
        error_messages={
            "required": "Say why, in a sentence.",
            "max_length": "Use 500 characters at most.",
        },
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: list[OrderLine] = list(order.lines.with_facts())  # type: ignore[attr-defined]
        self.lines = {f"line_{line.pk}": line for line in lines if line.left.quantity}
        for name, line in self.lines.items():
            self.fields[name] = forms.DecimalField(
                label=f"How many to credit: {line.description}",
                max_digits=8,
                decimal_places=2,
                required=False,
                help_text=f"{plain(line.left.quantity)} {units(line.left.quantity, line.unit)} left to credit. "
                "Leave it empty to credit none.",
                error_messages={
                    "invalid": "Enter how many as a number, for example 1 or 1.5.",
                    "max_digits": "Enter a smaller number.",
                    "max_whole_digits": "Enter a smaller number.",
                    "max_decimal_places": "Enter no more than two decimal places.",
                },
            )
        self.order_fields([*self.lines, "reason"])

    @property
    def quantities(self) -> dict[int, Decimal]:
        """What was asked for, by the line's pk."""
        asked = {line.pk: self.cleaned_data[name] for name, line in self.lines.items()}
        return {pk: quantity for pk, quantity in asked.items() if quantity}


class RefundForm(forms.Form):
    """A bank transfer of ours. How much may go back is for the action to say."""

    amount = forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        label="Amount, £",
        error_messages={
            "required": "Enter the amount that was sent.",
            "invalid": "Enter the amount in pounds and pence, for example 1500.00.",
            "max_decimal_places": "Enter the amount in pounds and pence, for example 1500.00.",
        },
    )
    sent_on = forms.DateField(
        label="Date it was sent",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the date it was sent.",
            "invalid": "Enter the date as day, month and year.",
        },
    )
    bank_reference = forms.CharField(
        max_length=100,
        label="Reference on the transfer",
        error_messages={"required": "Enter the reference on the transfer."},
    )
