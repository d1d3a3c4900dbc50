"""Who we are: everything about the provider that prints, in Wagtail settings, nothing in code."""

from decimal import Decimal

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="home", order=1)
class Provider(BaseGenericSetting):
    """Name, contacts, hours and danger numbers."""

    name = models.CharField(max_length=120, default="Fingerpost")
    short_name = models.CharField(max_length=40, default="Fingerpost")
    strapline = models.CharField(max_length=200, blank=True)
    email = models.EmailField(default="office@fingerpost.example.org")
    phone = models.CharField(max_length=30, default="01632 960000")
    address = models.TextField(default="1 Example Street\nLondon\nN1 0AA")
    hours = models.CharField(max_length=200, default="Monday to Friday, 9am to 5pm, except bank holidays")
    reply_days = models.PositiveSmallIntegerField("working days to a reply", default=3)
    danger_advice = models.TextField(
        default="If a child is in immediate danger, call 999 now.",
        help_text="What to do if a child is in danger now. Shown before every referral and on the home page.",
    )
    danger_number = models.CharField(max_length=30, default="999")
    advice_line_name = models.CharField(max_length=100, blank=True)
    advice_line_number = models.CharField(max_length=30, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("short_name"), FieldPanel("strapline")], "Name"),
        MultiFieldPanel(
            [FieldPanel(f) for f in ("email", "phone", "address", "hours", "reply_days")], "How to reach us"
        ),
        MultiFieldPanel(
            [
                FieldPanel(f)
                for f in ("danger_advice", "danger_number", "advice_line_name", "advice_line_number")
            ],
            "When a child is in danger",
        ),
    ]

    class Meta:
        verbose_name = "who we are"


@register_setting(icon="tag", order=2)
class MoneySettings(BaseGenericSetting):
    """Bank, VAT and terms, as quotes, invoices and credit notes print them."""

    legal_name = models.CharField(max_length=200, default="Fingerpost")
    vat_number = models.CharField("VAT registration number", max_length=20, blank=True)
    vat_rate = models.DecimalField(
        "standard VAT rate, %", max_digits=5, decimal_places=2, default=Decimal("20.00")
    )
    exempt_wording = models.CharField(max_length=200, default="Exempt from VAT.")
    zero_wording = models.CharField(max_length=200, default="Zero-rated for VAT.")
    outside_wording = models.CharField(max_length=200, default="Outside the scope of VAT.")
    bank_name = models.CharField(max_length=100, default="Example Bank")
    account_name = models.CharField(max_length=100, default="Fingerpost")
    sort_code = models.CharField(max_length=8, default="00-00-00")
    account_number = models.CharField(max_length=10, default="00000000")
    payment_days = models.PositiveSmallIntegerField("days to pay an invoice", default=30)
    quote_days = models.PositiveSmallIntegerField("days a quote stands", default=30)
    invoice_prefix = models.CharField(max_length=6, default="INV")
    credit_note_prefix = models.CharField(max_length=6, default="CN")

    class Meta:
        verbose_name = "bank, VAT and terms"
