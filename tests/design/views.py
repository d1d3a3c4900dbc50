"""A small form page, for the tests of what every form page shares."""

from __future__ import annotations

import datetime
from pathlib import Path

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from design.acts import telling
from design.forms import DateField, Form
from design.kept import sign_in_required
from design.once import once

PAGE = """{% extends "forms/page.html" %}
{% block title %}Make a group{% endblock %}
{% block heading %}Make a group{% endblock %}"""


class GroupForm(Form):
    name = forms.CharField(label="Name", max_length=50)
    made_on = DateField(label="Date", required=False)
    password = forms.CharField(required=False)


def _page(request: HttpRequest) -> HttpResponse:
    """Makes a group: any row will do."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with telling(request, "The group is made."):
            Group.objects.create(name=form.cleaned_data["name"])
        return redirect(f"/made/{form.cleaned_data['name']}/")
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form}, request))


def slow(request: HttpRequest) -> HttpResponse:
    """Without the once-only guard: the negative control."""
    Group.objects.create(name=f"{request.POST['name']} {Group.objects.count()} {id(request)}")
    return redirect("/made/")


def gallery(request: HttpRequest) -> HttpResponse:
    """Every part in the includes, with the longest realistic content."""
    start = datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)
    context = {
        "entries": [
            {"when": start, "what": "Referral received", "who": "Rowan Hale, Elmshire Council"},
            {
                "when": start,
                "what": "Accepted",
                "who": "Cory Dale",
                "note": "A consultant comes next.",
            },
            {"what": "Documents", "note": "Three of five have arrived.", "is_current": True},
            {"what": "Meeting", "is_ahead": True},
            {"what": "Recommendations", "is_ahead": True},
        ],
        "tasks": [
            {"title": "About you", "href": "/make/", "status": "Completed"},
            {
                "title": "Safeguarding",
                "href": "/make/",
                "status": "To do",
                "tone": "clay",
                "hint": "10 minutes",
            },
            {"title": "Check your answers", "status": "Cannot start yet"},
        ],
        "rows": [
            {"key": "Reference", "value": "C-26-7K4M"},
            {"key": "Name of the allocated social worker", "value": "", "href": "/make/"},
            {"key": "Where", "value": "Room 4\nElmshire House", "href": "/make/"},
        ],
        "start": start,
        "until": datetime.date(2026, 12, 1),
        "crumbs": [{"href": "/make/", "label": "Your consultations"}],
    }
    for level in (messages.success, messages.error, messages.error, messages.warning, messages.info):
        level(request, "The documents have been sent to the people who asked for them.")
    return HttpResponse(engines["django"].from_string(GALLERY).render(context, request))


GALLERY = (Path(__file__).parent / "gallery.html").read_text()


urlpatterns = [
    path("make/", once(_page)),
    path("save/", once(_page, again=True)),
    path("apart/", once(_page, atomic=False)),
    path("guarded/", sign_in_required(once(_page))),
    path("unguarded/", slow),
    path("gallery/", gallery),
    path("", include("urls")),
]
