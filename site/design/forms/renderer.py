"""The renderer of our forms alone: the admin keeps Django's."""

from pathlib import Path

import django
from django.conf import settings
from django.forms.renderers import BaseRenderer, EngineMixin
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property


class Renderer(EngineMixin, BaseRenderer):
    """Finds `forms/…` in our templates, and whatever we do not draw ourselves in Django's."""

    backend = DjangoTemplates
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def engine(self) -> DjangoTemplates:
        return self.backend(
            {
                "APP_DIRS": False,
                "DIRS": [settings.ROOT / "templates", Path(django.__file__).parent / "forms" / "templates"],
                "NAME": "fingerpost-forms",
                "OPTIONS": {},
            }
        )


RENDERER = Renderer()
