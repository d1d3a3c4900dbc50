"""The professionals around a case."""

from __future__ import annotations

from consultations.models import NetworkMember
from design.forms import ModelForm


class NetworkMemberForm(ModelForm):
    class Meta:
        model = NetworkMember
        fields = ["name", "agency", "role", "email", "is_required"]
        labels = {"name": "Full name", "agency": "Agency", "email": "Work email"}
        error_messages = {
            "name": {"required": "Enter their name"},
            "agency": {"required": "Enter the agency they work for"},
            "email": {"required": "Enter their work email"},
        }
