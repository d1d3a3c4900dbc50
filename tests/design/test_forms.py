"""Forms in the design system's markup: every message says what to do."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template

from design.forms import DateField, EmailField, FilesField, Form, TimeField, YesNoField


class Everything(Form):
    name = forms.CharField(label="Your name", max_length=10)
    email = EmailField(label="Work email")
    story = forms.CharField(label="What happened?", widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind of place", choices=[("a", "School"), ("b", "Court")])
    way = forms.ChoiceField(
        label="How to meet", choices=[("x", "In person"), ("y", "Online")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Monday"), ("2", "Tuesday")], widget=forms.CheckboxSelectMultiple
    )
    met_on = DateField(label="The date the meeting is on")
    starts = TimeField(label="Start time")
    safe = YesNoField(label="Is the young person safe tonight?")
    people = forms.IntegerField(label="Number of people", min_value=1)
    fee = forms.DecimalField(label="Fee", max_digits=8, decimal_places=2)
    documents = FilesField(label="Documents")
    agreed = forms.BooleanField(label="I have told the family")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    notes = forms.CharField(label="Notes", required=False)


def posted(**data: Any) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


GOOD = {
    "name": "Rowan",
    "email": "rowan@example.gov.uk",
    "story": "A short story.",
    "kind": "a",
    "way": "y",
    "days": ["1", "2"],
    "met_on_day": "24",
    "met_on_month": "11",
    "met_on_year": "2026",
    "starts": "9.30am",
    "safe": "yes",
    "people": "3",
    "fee": "12.50",
    "agreed": "on",
    "password": "a long password",
}


def test_everything_good_is_taken():
    form = Everything(posted(**GOOD), {"documents": SimpleUploadedFile("a.pdf", b"x")})
    assert form.errors == {}
    assert form.cleaned_data["met_on"] == datetime.date(2026, 11, 24)
    assert form.cleaned_data["starts"] == datetime.time(9, 30)
    assert form.cleaned_data["safe"] is True
    assert [one.name for one in form.cleaned_data["documents"]] == ["a.pdf"]


def test_nothing_at_all_says_what_to_do():
    form = Everything(posted())
    said = {name: errors[0] for name, errors in form.errors.items()}
    assert said == {
        "name": "Enter your name",
        "email": "Enter work email",
        "story": "Answer the question “What happened?”",
        "kind": "Choose kind of place",
        "way": "Choose how to meet",
        "days": "Choose days",
        "met_on": "Enter the date the meeting is on, for example 24 11 2026",
        "starts": "Enter start time",
        "safe": "Answer the question “Is the young person safe tonight?”",
        "people": "Enter number of people",
        "fee": "Enter fee",
        "documents": "Choose a file to send",
        "agreed": "Tick the box: I have told the family",
        "password": "Enter password",
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "x" * 11, "Your name must be 10 characters or fewer. It has 11 now."),
        ("name", "a\0b", "Your name has characters that cannot be kept. Type it again."),
        ("email", "rowan", "Enter an email address in the correct format, like name@example.com."),
        ("kind", "z", "Choose kind of place from the list."),
        ("days", ["9"], "Choose days from the list."),
        ("people", "3.5", "Number of people must be a whole number."),
        ("people", "0", "Number of people must be 1 or more."),
        ("people", "9" * 30, "Number of people must be 2147483647 or less."),
        ("fee", "lots", "Fee must be a number, for example 12.50."),
        ("fee", "NaN", "Fee must be a number, for example 12.50."),
        ("story", "x" * 20_001, "“What happened?” must be 20000 characters or fewer. It has 20001 now."),
        ("starts", "half past", "Enter a time, for example 9:30am or 14:30."),
        ("starts", "10", "Enter a time, for example 9:30am or 14:30."),
        ("starts", "25:00", "Enter a time, for example 9:30am or 14:30."),
        ("met_on_month", "", "The date the meeting is on must include a month."),
        ("met_on_day", "31", "The date the meeting is on must be a real date, for example 24 11 2026."),
        ("met_on_year", "26", "The date the meeting is on: the year must have 4 numbers, for example 2026."),
        ("met_on_day", "٣٣٣", "The date the meeting is on must be a real date, for example 24 11 2026."),
    ],
)
def test_bad_input_gets_a_message_at_its_field(name, value, message):
    form = Everything(posted(**{**GOOD, name: value}), {"documents": SimpleUploadedFile("a.pdf", b"x")})
    assert [list(errors) for errors in form.errors.values()] == [[message]]


def test_own_messages_stay():
    class Own(Form):
        required = {"funder": "Enter the funder’s name"}
        funder = forms.CharField()
        worker = forms.CharField(error_messages={"required": "Enter the social worker’s name"})

    assert Own(posted()).errors == {
        "funder": ["Enter the funder’s name"],
        "worker": ["Enter the social worker’s name"],
    }


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("10am", (10, 0)),
        ("12am", (0, 0)),
        ("12 noon", (12, 0)),
        ("2:15 p.m.", (14, 15)),
        ("14.30", (14, 30)),
        ("0:05", (0, 5)),
    ],
)
def test_times_as_people_write_them(text, time):
    assert TimeField().clean(text) == datetime.time(*time)


def test_a_month_may_be_named_and_bounds_are_said():
    field = DateField(
        label="Start date", earliest=datetime.date(2026, 1, 5), latest=lambda: datetime.date(2026, 2, 5)
    )
    assert field.clean(["7", "January", "2026"]) == datetime.date(2026, 1, 7)
    with pytest.raises(forms.ValidationError, match="Start date must be 5 January 2026 or later"):
        field.clean(["4", "1", "2026"])
    with pytest.raises(forms.ValidationError, match="Start date must be 5 February 2026 or earlier"):
        field.clean(["6", "2", "2026"])


def test_markup_names_the_error_and_the_hint():
    class Short(Form):
        name = forms.CharField(label="Your name", help_text="As on your badge")

    html = Short(posted())["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert '<span class="nhsuk-u-visually-hidden">Error:</span> Enter your name' in html
    assert 'id="id_name_helptext"' in html


def test_the_summary_jumps_to_the_first_box():
    html = Template("{% load design %}{% error_summary form %}").render(
        Context({"form": Everything(posted())})
    )
    for there in ("#id_name", "#id_way_0", "#id_days_0", "#id_met_on_0", "#id_agreed"):
        assert f'href="{there}"' in html
        assert f'id="{there[1:]}"' in str(Everything(posted()))
    assert (
        Template("{% load design %}{% error_summary form %}").render(Context({"form": Everything()})).strip()
        == ""
    )


def test_optional_is_said():
    html = str(Everything())
    assert "Notes (optional)" in html
    assert "Your name (optional)" not in html
