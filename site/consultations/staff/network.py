"""The professionals around a case, put right by staff who were told: the same acts as the referrer's, with a reason."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from consultations import actions
from consultations.actions.amending import AMENDABLE
from consultations.models import NetworkMember
from consultations.staff import forms
from consultations.staff.act import CaseAct


class Add(CaseAct):
    key = "add_member"
    form_class: Any = forms.MemberForm
    page_title = "Name somebody of the network"
    button = "Name them"
    lead = (
        "They are invited to the meeting that is booked, or asked in the date poll that is open. "
        "The referrer sees the change and its reason beside the referral."
    )

    def act(self, form: Any) -> None:
        self.name = form.cleaned_data["name"]
        actions.add_to_network(
            self.consultation, form.save(commit=False), reason=form.cleaned_data["reason"], by=self.person
        )

    def said(self) -> str:
        return f"{self.name} is on the list.{self.told}"

    @property
    def told(self) -> str:
        """While the referrer answers us, nobody else works on it yet."""
        return " Whoever leads the case is being told." if self.consultation.status in AMENDABLE else ""

    def get_success_url(self) -> str:
        return f"{super().get_success_url()}#people"


class _OfOne(Add):
    """An act on one who is on the list."""

    @property
    def member(self) -> NetworkMember:
        if not hasattr(self, "_member"):
            self._member = get_object_or_404(self.consultation.network, pk=self.kwargs["member_pk"])
            self.name = self._member.name
        return self._member

    def get_page_subtitle(self) -> str:
        return f"{self.name}, {self.consultation.title}"

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        self.member  # noqa: B018  somebody else's, or taken off already: 404 before anything is read
        return super().dispatch(*args, **kwargs)


class Change(_OfOne):
    page_title = "Change what is said of them"
    button = "Save the change"
    lead = (
        "With another mailbox the invite and the ways in move to that one. "
        "The referrer sees the change and its reason beside the referral."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.member}

    def act(self, form: Any) -> None:
        actions.change_in_network(form.save(commit=False), reason=form.cleaned_data["reason"], by=self.person)

    def said(self) -> str:
        return f"{self.name}: changed.{self.told}"


class Remove(_OfOne):
    form_class: Any = forms.RemoveMemberForm
    page_title = "Take somebody off the network"
    button = "Take them off"
    button_kind = "no"
    lead = "Their invite, their upload links and their reading of the recommendations end with it."

    def act(self, form: Any) -> None:
        actions.remove_from_network(self.member, reason=form.cleaned_data["reason"], by=self.person)

    def said(self) -> str:
        return f"{self.name} is no longer on the list.{self.told}"
