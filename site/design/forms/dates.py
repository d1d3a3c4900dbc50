"""A date in three boxes, a time in one: typed, never picked from a calendar."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class DateInput(forms.MultiWidget):
    """Day, month and year."""

    template_name = "forms/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(attrs={"inputmode": "numeric"}) for name in ("day", "month", "year")
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value[:10])
            except ValueError:
                return [None, None, None]
        if isinstance(value, datetime.date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class DateField(forms.Field):
    """Cleans to a date. `earliest` and `latest` are dates, or functions that give one.

    Messages say which part is missing, and give an example a year ahead.
    """

    widget = DateInput

    def __init__(self, *, earliest: Any = None, latest: Any = None, **kwargs: Any) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if value in self.empty_values or isinstance(value, datetime.date):
            return value or None
        if isinstance(value, str):
            value = DateInput().decompress(value)
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        name = self._name()
        missing = [word for word, part in zip(("day", "month", "year"), parts, strict=True) if not part]
        if missing:
            raise ValidationError(f"{name} must include a {' and '.join(missing)}.", code="incomplete")
        day, month, year = parts
        if month.lower()[:3] in MONTHS:
            month = str(MONTHS.index(month.lower()[:3]) + 1)
        if not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError(f"{name}: the year must have 4 numbers, for example 2026.", code="year")
        try:
            return datetime.date(int(year), int(month[:3]), int(day[:3]))
        except ValueError:
            raise ValidationError(
                f"{name} must be a real date, for example 24 11 2026.", code="invalid"
            ) from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        earliest, latest = (bound() if callable(bound) else bound for bound in (self.earliest, self.latest))
        if earliest and value < earliest:
            raise ValidationError(f"{self._name()} must be {_said(earliest)} or later.", code="too_early")
        if latest and value > latest:
            raise ValidationError(f"{self._name()} must be {_said(latest)} or earlier.", code="too_late")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def _name(self) -> str:
        label = str(self.label or "The date").rstrip("?: ")
        return "The date" if str(self.label or "").endswith("?") else label


class TimeField(forms.TimeField):
    """A time as people write it: 10am, 9.30am, 14:30."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {}).setdefault(
            "invalid", "Enter a time, for example 9:30am or 14:30."
        )
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("size", "5")

    def to_python(self, value: Any) -> datetime.time | None:
        if value in self.empty_values or isinstance(value, datetime.time):
            return value or None
        said = re.fullmatch(
            r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*([ap]\.?m\.?|noon|midday)?\s*",
            str(value)[:20].lower(),
        )
        if said is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour, minute, half = int(said[1]), int(said[2] or 0), (said[3] or "").replace(".", "")
        if half and not 1 <= hour <= 12:
            half, hour = "", 99
        if half == "pm" and hour < 12:
            hour += 12
        if half == "am" and hour == 12:
            hour = 0
        if not half and said[2] is None:
            hour = 99  # "10" alone says neither morning nor evening
        try:
            return datetime.time(hour, minute)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


def _said(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"
