"""`{% load design %}`: the words and marks that every page shares."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms, template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from design import forms as ours
from design import tokens

register = template.Library()

REFERENCE = re.compile(r"\b([A-Z]{1,2}-\d\d-[A-Z0-9]{4}(?:/\d+)?)\b")
TONES = {"clay", "hedge", "slate", "alarm"}


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """The hidden once-only token that a view under `@once` asks for."""
    request = context.get("request")
    token = tokens.new(getattr(request, "user", None))
    return format_html('<input type="hidden" name="{}" value="{}">', tokens.FIELD, token)


@register.inclusion_tag("includes/error_summary.html")
def error_summary(*forms_given: Any) -> dict[str, Any]:
    """Every error of these forms (or formsets), each linked to its box. Nothing when there are none."""
    lines: list[dict[str, str]] = []
    for form in forms_given:
        if not form or not hasattr(form, "errors"):
            continue
        if isinstance(form, forms.BaseFormSet):
            lines += [{"text": str(text), "id": ""} for text in form.non_form_errors()]
            for one in form.forms:
                lines += _lines(one)
        elif form.is_bound:
            lines += _lines(form)
    return {"lines": lines}


def _lines(form: forms.BaseForm) -> list[dict[str, str]]:
    lines = [{"text": str(text), "id": ""} for text in form.non_field_errors()]
    for bound in form.visible_fields():
        lines += [{"text": str(text), "id": ours.first_id(bound)} for text in bound.errors]
    for bound in form.hidden_fields():
        lines += [{"text": str(text), "id": ""} for text in bound.errors]
    return lines


@register.simple_tag
def field(bound: forms.BoundField) -> SafeString:
    """Any bound field, a library's too, in our markup."""
    ours.dress(bound.form)
    return bound.as_field_group()


@register.filter
def has_errors(form: Any) -> bool:
    return bool(form and getattr(form, "is_bound", False) and form.errors)


@register.filter
def pounds(value: Any) -> str:
    """£1,234.50: always two decimals, a real minus sign in front."""
    if value in (None, ""):
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return ""
    return f"{'−' if amount < 0 else ''}£{abs(amount):,.2f}"


@register.filter
def long_date(value: Any) -> str:
    """Tuesday 24 November 2026. A datetime is taken to London first."""
    if not value:
        return ""
    value = _local(value)
    return f"{value:%A} {value.day} {value:%B} {value.year}"


@register.filter
def short_date(value: Any) -> str:
    """24 Nov 2026, for tables."""
    if not value:
        return ""
    value = _local(value)
    return f"{value.day} {value:%b} {value.year}"


@register.filter
def clock(value: Any) -> str:
    """10am, 9:30am, 12 noon, 12 midnight."""
    if value in (None, ""):
        return ""
    value = _local(value)
    if value.minute == 0 and value.hour in (0, 12):
        return "12 noon" if value.hour else "12 midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


@register.filter
def when(value: Any) -> str:
    """Tuesday 24 November 2026, 10am."""
    return f"{long_date(value)}, {clock(value)}" if value else ""


@register.simple_tag
def when_span(start: Any, end: Any) -> str:
    """Tuesday 24 November 2026, 10am to 12 noon; both dates where it ends on another day."""
    if not start or not end:
        return when(start or end)
    if _local(start).date() == _local(end).date():
        return f"{when(start)} to {clock(end)}"
    return f"{when(start)} to {when(end)}"


def _local(value: Any) -> Any:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.simple_tag
def tag(label: Any, tone: str = "slate") -> SafeString:
    """A word on a colour: clay (your turn), hedge (done), slate (waiting), alarm."""
    tone = tone if tone in TONES else "slate"
    return format_html('<strong class="nhsuk-tag fp-tag fp-tag--{}">{}</strong>', tone, label)


@register.filter
def reference(value: Any) -> SafeString | str:
    """A reference, set apart so that it can be read out: never broken over two lines."""
    return format_html('<span class="fp-reference">{}</span>', value) if value else ""


@register.filter
def references(value: Any) -> SafeString | str:
    """A text with references in it ("Consultation C-26-7K4M"), each kept on one line."""
    parts = REFERENCE.split(str(value or ""))
    return format_html_join("", "{}", ((reference(p) if n % 2 else p,) for n, p in enumerate(parts)))


@register.filter
def once_each(messages: Any) -> list[Any]:
    """Messages, the same words once: a repeated form is told what the first was told."""
    return list({(message.level, str(message)): message for message in messages}.values())


@register.filter
def is_heading(bound: forms.BoundField) -> bool:
    """Is this field's label the page's h1?"""
    return getattr(bound.form, "heading_field", "") == bound.name


@register.filter
def is_tick(bound: forms.BoundField) -> bool:
    """One box to tick, whose label stands behind it."""
    return isinstance(bound.field.widget, forms.CheckboxInput)


@register.filter
def optional_word(bound: forms.BoundField) -> str:
    marked = getattr(bound.form, "mark_optional", True)
    sometimes = bound.name in getattr(bound.form, "needed_sometimes", ())
    return "" if bound.field.required or sometimes or not marked else " (optional)"


@register.filter
def kind_of_page(model: Any) -> str:
    """ "Guidance page", from the words its model goes by."""
    return str(model._meta.verbose_name).capitalize() if model else ""
