"""The mixin of every form: markup of the design system, messages that say what to do, typed data kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.forms import widgets

from design.forms.dates import DateField, DateInput, TimeField
from design.forms.renderer import RENDERER
from design.kept import put_back

# A field that names no limit still has one: what a person types, not what a script can send.
LINE, STORY = 500, 20_000
BIGGEST = 2**31 - 1
FRACTIONS = (forms.DecimalField, forms.FloatField)
MANY_BOXES = (widgets.RadioSelect, widgets.CheckboxSelectMultiple, widgets.MultiWidget)
TEXT_INPUTS = (
    widgets.TextInput,
    widgets.NumberInput,
    widgets.EmailInput,
    widgets.URLInput,
    widgets.PasswordInput,
)


class Dressed:
    """Mix in before a Django form (allauth's too). `heading_field` names the field whose label is the h1."""

    heading_field = ""
    mark_optional = True
    # Fields that some answers to another question need: neither marked optional nor always asked for.
    needed_sometimes: tuple[str, ...] = ()
    # Messages by field name: `required = {"name": "Enter your name."}` on the class.
    required: dict[str, str] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("renderer", RENDERER)
        super().__init__(*args, **kwargs)
        dress(self)  # type: ignore[arg-type]
        put_back(self)  # type: ignore[arg-type]

    def first_id(self, name: str) -> str:
        """The id that a link in the error summary jumps to."""
        return first_id(self[name])  # type: ignore[index]


class Form(Dressed, forms.Form):
    pass


class ModelForm(Dressed, forms.ModelForm):
    pass


def dress(form: forms.BaseForm) -> forms.BaseForm:
    """Give a form, ours or a library's, our renderer, our widgets' markup and our messages."""
    form.renderer = RENDERER
    form.use_required_attribute = False
    said = getattr(form, "required", None)
    for name, field in form.fields.items():
        if not getattr(field, "dressed", False):
            _put_messages(field, name, said.get(name) if isinstance(said, dict) else None)
            _put_limits(field)
            _put_markup(field)
            field.dressed = True  # type: ignore[attr-defined]
    return form


def word(form: forms.BaseForm) -> forms.BaseForm:
    """Our messages and limits alone: for the staff side, where Wagtail draws the fields."""
    said = getattr(form, "required", None)
    for name, field in form.fields.items():
        _put_messages(field, name, said.get(name) if isinstance(said, dict) else None)
        _put_limits(field)
    return form


def first_id(bound: forms.BoundField) -> str:
    if isinstance(bound.field.widget, MANY_BOXES):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)


def _lowered(label: str) -> str:
    """ "Your name" → "your name", but "NHS number" and "I confirm" as they are."""
    head = label.split(" ")[0]
    return label if len(head) == 1 or not head[1:].islower() else label[0].lower() + label[1:]


def _put_messages(field: forms.Field, name: str, required: str | None) -> None:
    label = str(field.label or name.replace("_", " ").capitalize()).rstrip(": ")
    asked = f"“{label}”" if label.endswith("?") else _lowered(label)
    upper = f"“{label}”" if label.endswith("?") else label
    picked = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.MultipleChoiceField)
    if required is None:
        if label.endswith("?"):
            required = f"Answer the question {asked}"
        elif isinstance(field, forms.BooleanField):
            required = f"Tick the box: {label}"
        elif isinstance(field, forms.FileField):
            required = "Choose a file to send"
        elif isinstance(field, DateField):
            required = f"Enter {asked}, for example 24 11 2026"
        else:
            required = f"{'Choose' if picked else 'Enter'} {asked}"
    ours = {
        "required": required,
        "max_length": f"{upper} must be %(limit_value)s characters or fewer. It has %(show_value)s now.",
        "min_length": f"{upper} must be %(limit_value)s characters or more.",
        "null_characters_not_allowed": f"{upper} has characters that cannot be kept. Type it again.",
        "invalid_choice": f"Choose {asked} from the list.",
        "invalid_list": f"Choose {asked} from the list.",
        "invalid_pk_value": f"Choose {asked} from the list.",
        "max_value": f"{upper} must be %(limit_value)s or less.",
        "min_value": f"{upper} must be %(limit_value)s or more.",
        "max_digits": f"{upper} has too many digits.",
        "max_decimal_places": f"{upper} may have %(max)s decimal places at most.",
        "max_whole_digits": f"{upper} has too many digits.",
        "empty": "That file is empty. Choose another.",
        "missing": "Choose a file to send.",
        "contradiction": "Either choose a file or tick the box to remove it, not both.",
        "invalid_image": "That file is not an image we can open. Choose a JPEG or PNG.",
    }
    if isinstance(field, forms.EmailField):
        ours["invalid"] = "Enter an email address in the correct format, like name@example.com."
    elif isinstance(field, forms.URLField):
        ours["invalid"] = f"{upper} must be a web address, like https://www.example.com."
    elif isinstance(field, forms.IntegerField) and not isinstance(field, FRACTIONS):
        ours["invalid"] = f"{upper} must be a whole number."
    elif isinstance(field, forms.IntegerField):
        ours["invalid"] = f"{upper} must be a number, for example 12.50."
    elif isinstance(field, forms.FileField):
        ours["invalid"] = "That file did not arrive. Choose it again."
        ours["max_length"] = "The file’s name must be %(max)s characters or fewer. Give it a shorter one."
    stock: dict[str, Any] = {}
    for cls in reversed(type(field).__mro__):
        stock.update(getattr(cls, "default_error_messages", {}))
    # A message that somebody wrote for this very field stays.
    for code, message in ours.items():
        if code not in field.error_messages or field.error_messages[code] == stock.get(code):
            field.error_messages[code] = message
    # ModelForm fields carry validators of the model with words of their own.
    for validator in field.validators:
        if "invalid" in ours and getattr(validator, "code", "") == "invalid":
            field.error_messages.setdefault("invalid", ours["invalid"])


def _put_limits(field: forms.Field) -> None:
    if type(field) is forms.IntegerField and field.max_value is None:
        field.validators.append(MaxValueValidator(BIGGEST))
    if (
        isinstance(field, forms.CharField)
        and field.max_length is None
        and not isinstance(field, forms.UUIDField)
    ):
        story = isinstance(field.widget, widgets.Textarea)
        field.validators.append(MaxLengthValidator(STORY if story else LINE))


def _put_markup(field: forms.Field) -> None:
    widget = field.widget
    if widget.is_hidden:
        return
    if isinstance(widget, widgets.CheckboxSelectMultiple):  # which Django derives from the radios
        widget.template_name = "forms/widgets/checkboxes.html"
    elif isinstance(widget, widgets.RadioSelect):
        widget.template_name = "forms/widgets/radios.html"
    elif isinstance(widget, widgets.CheckboxInput):
        _add_class(widget, "nhsuk-checkboxes__input")
    elif isinstance(widget, widgets.Select):
        _add_class(widget, "nhsuk-select")
    elif isinstance(widget, widgets.Textarea):
        if widget.attrs.get("rows") == "10":  # Django's own default
            widget.attrs["rows"] = "6"
        widget.attrs.pop("cols", None)
        _add_class(widget, "nhsuk-textarea")
    elif isinstance(widget, widgets.FileInput):
        widget.template_name = "django/forms/widgets/file.html"
        _add_class(widget, "nhsuk-file-upload")
    elif isinstance(widget, DateInput):
        for box, size in zip(widget.widgets, ("2", "2", "4"), strict=True):
            _add_class(box, f"nhsuk-input nhsuk-date-input__input nhsuk-input--width-{size}")
    elif isinstance(widget, TEXT_INPUTS):
        _add_class(widget, "nhsuk-input")
        if isinstance(field, forms.IntegerField) and isinstance(widget, widgets.NumberInput):
            # A number box scrolls away under the mouse wheel; numbers are typed.
            widget.input_type = "text"
            widget.attrs.pop("step", None)
            whole = not isinstance(field, FRACTIONS)
            widget.attrs.setdefault("inputmode", "numeric" if whole else "decimal")
            _add_class(widget, "nhsuk-input--width-5")
        if isinstance(field, TimeField):
            _add_class(widget, "nhsuk-input--width-5")


def _add_class(widget: widgets.Widget, names: str) -> None:
    had = str(widget.attrs.get("class", "")).split()
    widget.attrs["class"] = " ".join([*had, *(name for name in names.split() if name not in had)])
