"""The professionals around a case."""

from __future__ import annotations

from django import forms

from consultations.models import NetworkMember
from design.forms import ModelForm


class NetworkMemberForm(ModelForm):
    class Meta:
        model = NetworkMember
        fields = ["name", "agency", "role", "email", "phone", "is_required", "may_see"]
        labels = {
            "name": "Full name",
            "agency": "Agency",
            "email": "Work email",
            "phone": "Work phone",
            "may_see": "What may they see?",
        }
        help_texts = {
            "may_see": "Nobody of the network sees the referral itself.",
        }
        widgets = {"may_see": forms.RadioSelect}
        error_messages = {
            "name": {"required": "Enter their name"},
            "agency": {"required": "Enter the agency they work for"},
            "email": {"required": "Enter their work email"},
            "may_see": {"required": "Choose what they may see"},
        }

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        others = self.instance.consultation.network.exclude(pk=self.instance.pk)
        if other := others.filter(email__iexact=email).first():
            raise forms.ValidationError(f"{other.name} is on the list with this address already")
        return email
