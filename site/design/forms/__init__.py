"""Django forms in NHS.UK markup, whose errors say what to do.

    from design import forms as design_forms   # or: from design.forms import Form, DateField

A room writes plain Django fields; the mixin dresses their widgets and gives every message that was left
at Django's default one made from the label ("Enter your name").
"""

from design.forms.dates import DateField, DateInput, TimeField
from design.forms.dressed import Dressed, Form, ModelForm, dress, first_id
from design.forms.fields import ChoiceField, EmailField, FilesField, MultipleChoiceField, YesNoField
from design.forms.renderer import Renderer

__all__ = [
    "ChoiceField",
    "DateField",
    "DateInput",
    "Dressed",
    "EmailField",
    "FilesField",
    "Form",
    "ModelForm",
    "MultipleChoiceField",
    "Renderer",
    "TimeField",
    "YesNoField",
    "dress",
    "first_id",
]
