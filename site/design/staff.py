"""What every page of the staff side shares: a button that says why it is off, and a page with one act.

The look is Wagtail's; the words, the once-only token and the keeping of typed data are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import FormView
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.search import SearchArea
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from changes.refusals import Refused
from design.acts import telling
from design.forms.dressed import word
from design.kept import put_back
from design.once import once


@dataclass(frozen=True)
class Button:
    """One act. `href` opens a page, or with `posts` is where the button posts to.

    `why_off`: sentences that say why it cannot be done now; it is then shown, disabled, with them beside it.
    Drawn by `staff/button.html`. `key` is unique on its page. kind: "" (the main one), secondary, no (ends something).
    """

    key: str
    label: str
    href: str
    posts: bool = False
    why_off: tuple[str, ...] = ()
    kind: str = "secondary"
    about: str = ""  # said to screen readers after the label, where many buttons share one

    @property
    def is_on(self) -> bool:
        return not self.why_off


class Worded:
    """Wagtail draws it; its messages say what to do, and what was typed outlives the session (R13)."""

    required: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        word(form)
        form.use_required_attribute = False
        put_back(form)


class StaffForm(Worded, forms.Form):
    pass


class StaffModelForm(Worded, forms.ModelForm):
    pass


class ListForm(Worded, WagtailAdminModelForm):
    """One entry of a list that staff keep, with the rows it has: `ObjectList(panels, base_form_class=ListForm)`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rows in getattr(self, "formsets", {}).values():
            for row in rows.forms:
                word(row)


@method_decorator(once, name="dispatch")
class Act(WagtailAdminTemplateMixin, FormView):
    """A page with one form and one button. What the rules refuse is said over the form, typed data kept.

    A subclass gives form_class, page_title, button, lead, done, get_success_url() and act(form).
    """

    template_name = "staff/act.html"
    button = ""
    button_kind = ""
    lead = ""
    done = ""

    def act(self, form: Any) -> None:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except Refused as no:
            for message in no.messages:
                form.add_error(None, message)
            return self.form_invalid(form)
        with telling(self.request, self.said()):
            return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def said(self) -> str:
        return self.done

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "button": self.button,
            "button_kind": self.button_kind,
            "lead": self.lead,
            "back": self.get_success_url(),
            "subject": self.get_page_subtitle(),
        }


class Area(SearchArea):
    """One of our lists in the search of the staff side, shown to those who may see it."""

    def __init__(self, label: str, url: str, *, permission: str, order: int, icon_name: str) -> None:
        super().__init__(label, url, order=order, icon_name=icon_name)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


def furniture(
    title: str, *, subtitle: str = "", icon: str = "", crumbs: list[dict[str, str]]
) -> dict[str, Any]:
    """What `wagtailadmin/generic/base.html` asks of a function view. `crumbs`: .url and .label, this page last."""
    home = WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "page_title": title,
        "header_title": f"{title}: {subtitle}" if subtitle else title,
        "header_icon": icon,
        "breadcrumbs_items": [*home, *crumbs],
    }


def is_posted(request: HttpRequest, name: str) -> bool:
    """Was this the button that sent the form?"""
    return request.method == "POST" and name in request.POST
