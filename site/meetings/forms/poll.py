"""What people type about a date poll: the dates offered, and what suits them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from design import forms as design_forms
from design.forms import TimeField
from design.staff import StaffForm
from meetings import times
from meetings.actions import Invitee
from meetings.forms.meeting import MeetingForm, prefilled, reference_only
from meetings.models import MOST_SLOTS, Poll, Slot, Vote, Voter

END_OF_DAY = time(23, 59)


def found_slots(asked: QueryDict) -> dict[str, Any]:
    """What finding a time puts into the form: the times that were ticked, and for whom. Odd values are left out."""
    found = prefilled(asked)
    wanted = [text for text in asked.getlist("slot") if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text)]
    for number, text in enumerate(wanted[:MOST_SLOTS], 1):
        found[f"day_{number}"], _, found[f"start_{number}"] = text.partition("T")
    return found


class OfferForm(MeetingForm):
    """Up to ten times of one length, and who is asked. `details()` is what `offer` takes of it."""

    day = None  # type: ignore[assignment]
    start = None  # type: ignore[assignment]
    answers_by = forms.DateField(
        label="Answers by",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The end of this day. We remind those who have not answered before then.",
        error_messages={
            "required": "Enter the day by which people answer",
            "invalid": "Enter a real date, for example 24/11/2026",
        },
    )
    people = forms.MultipleChoiceField(
        label="Who is asked",
        widget=forms.CheckboxSelectMultiple,
        help_text="You can ask others from the poll’s page.",
        error_messages={"required": "Choose at least one person to ask"},
    )
    needed = forms.MultipleChoiceField(
        label="Who is needed",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="A date is proposed only when all of these can come.",
    )
    field_order = ("minutes", "answers_by", "people", "needed", "place", "video_url", "dial_in", "joining")

    def __init__(self, *args: Any, invitees: list[Invitee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitees = {person.email.strip().lower(): person for person in invitees}
        for number in range(1, MOST_SLOTS + 1):
            self.fields[f"day_{number}"] = forms.DateField(
                label=f"Date {number}",
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": f"Enter a real date for time {number}, for example 24/11/2026"},
            )
            self.fields[f"start_{number}"] = TimeField(
                label=f"Start {number}",
                required=False,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": f"Enter time {number} like 9:30am or 14:30"},
            )
        who = [(email, f"{person.name} ({email})") for email, person in self.invitees.items()]
        for name, chosen in (
            ("people", list(self.invitees)),
            ("needed", [e for e, p in self.invitees.items() if p.required]),
        ):
            choice: Any = self.fields[name]
            choice.choices = who
            choice.initial = chosen
        self.use_required_attribute = False

    def asks_for_time(self) -> bool:
        """No one time is asked of people's diaries: a poll's clashes are told for each."""
        return False

    @property
    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The boxes of each time, for the page."""
        return [(n, self[f"day_{n}"], self[f"start_{n}"]) for n in range(1, MOST_SLOTS + 1)]

    def visible_fields(self) -> list[forms.BoundField]:
        """All but the boxes of the times, which stand in rows."""
        return [f for f in super().visible_fields() if not f.name.startswith(("day_", "start_"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["slots"] = self._slots(data)
        if day := data.get("answers_by"):
            data["closes_at"] = datetime.combine(day, END_OF_DAY, tzinfo=times.LONDON)
            if day < timezone.localdate():
                self.add_error("answers_by", "This day has passed. Choose a later one")
            elif data["slots"] and data["closes_at"] > min(start for start, _ in data["slots"]):
                self.add_error("answers_by", "Choose a day before the first date that you offer")
        return data

    def _slots(self, data: dict[str, Any]) -> list[tuple[datetime, datetime]]:
        slots = []
        for n in range(1, MOST_SLOTS + 1):
            day, start = data.get(f"day_{n}"), data.get(f"start_{n}")
            if day and start:
                if moment := self._moment(n, day, start):
                    slots.append((moment, times.lasting(moment, data.get("minutes") or 60)))
            elif day and f"start_{n}" not in self.errors:
                self.add_error(f"start_{n}", f"Enter the start of time {n}, or clear its date")
            elif start and f"day_{n}" not in self.errors:
                self.add_error(f"day_{n}", f"Enter the date of time {n}, or clear its start")
        if not slots and not any(name.startswith(("day_", "start_")) for name in self.errors):
            self.add_error("day_1", "Enter at least one date and time to offer")
        if len({start for start, _ in slots}) < len(slots):
            self.add_error(None, "The same time is offered twice. Change one of the two")
        return slots

    def _moment(self, n: int, day: date, start: time) -> datetime | None:
        try:
            moment = times.london(day, start)
        except times.NoSuchTime:
            self.add_error(
                f"start_{n}", "The clocks go forward over this time. Choose an earlier or later one"
            )
            return None
        except OverflowError:
            moment = datetime.max.replace(tzinfo=times.LONDON)
        if moment <= timezone.now():
            self.add_error(f"day_{n}", f"Time {n} has passed. Choose a date and time to come")
        elif moment > timezone.now() + timedelta(days=731):
            self.add_error(f"day_{n}", f"Enter a date within the next two years for time {n}")
        else:
            return moment
        return None

    def chosen(self) -> list[Invitee]:
        """Those ticked, needed or not as the second list says."""
        needed = set(self.cleaned_data["needed"])
        return [
            Invitee(p.name, p.email, email in needed, p.contact, p.user, p.role)
            for email, p in self.invitees.items()
            if email in self.cleaned_data["people"]
        ]

    def details(self) -> dict[str, Any]:
        names = ("slots", "closes_at", "place", "video_url", "dial_in", "joining")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "resources": list(self.cleaned_data["resources"]),
            "people": self.chosen(),
        }


def _answer_fields(slots: list[Slot], *, widget: Any) -> dict[str, forms.Field]:
    return {
        f"slot_{slot.pk}": forms.ChoiceField(
            label=slot.when,
            choices=Vote.Answer.choices,
            widget=widget,
            error_messages={
                "required": f"Say whether {slot.when} suits",
                "invalid_choice": f"Say whether {slot.when} suits",
            },
        )
        for slot in slots
    }


class _Answers(forms.Form):
    """One question a slot. `answers()` is what the action takes."""

    def __init__(self, *args: Any, poll: Poll, voter: Voter, **kwargs: Any) -> None:
        said = voter.said()
        self.slots = list(poll.slots.all())
        kwargs["initial"] = {f"slot_{slot.pk}": said.get(slot.pk) for slot in self.slots}
        super().__init__(*args, **kwargs)

    def answers(self) -> dict[int, str]:
        return {slot.pk: self.cleaned_data[f"slot_{slot.pk}"] for slot in self.slots}


class AnswerForm(_Answers):
    """On the page behind the link: one slot a row, three radios."""

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, poll=poll, **kwargs)
        self.fields.update(_answer_fields(self.slots, widget=forms.RadioSelect))
        design_forms.dress(self)


class AnswerForForm(_Answers, StaffForm):
    """What somebody says on the phone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_answer_fields(self.slots, widget=forms.RadioSelect))


class AskForm(StaffForm):
    """One more person to ask."""

    required = {"name": "Enter the person's name", "email": "Enter the person's work email"}
    name = forms.CharField(max_length=150)
    email = forms.EmailField(label="Work email", max_length=254)
    role = forms.CharField(
        label="Part in the meeting", max_length=60, required=False, help_text="For example: Social worker."
    )
    needed = forms.BooleanField(label="Needed: a date has to suit them", required=False)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if any(voter.email.lower() == email for voter in self.poll.asked):
            raise forms.ValidationError("This person is asked already. Enter somebody else's email")
        return email

    def invitee(self) -> Invitee:
        said = self.cleaned_data
        return Invitee(said["name"], said["email"], said["needed"], role=said["role"])


class ChooseForm(StaffForm):
    """Nothing, until hours, leave or an outside calendar speak against the date: then why all the same."""

    is_warned = False
    despite = forms.CharField(
        label="Why it is booked all the same",
        max_length=300,
        required=False,
        help_text="Kept in the meeting’s history for colleagues to read. No detail of a child or young person.",
    )

    def visible_fields(self) -> list[forms.BoundField]:
        shown = self.is_warned or bool(self.data.get("despite"))
        return [field for field in super().visible_fields() if shown or field.name != "despite"]

    def warn(self) -> None:
        """Choosing was refused, and a reason would do."""
        self.is_warned = True
        if not self.cleaned_data.get("despite"):
            self.add_error("despite", "Say why it is booked all the same, or choose another date")


class CloseForm(StaffForm):
    required = {"reason": "Say why no date is chosen, for those who were asked"}
    reason = forms.CharField(
        label="Why no date is chosen",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=reference_only("Everybody asked reads this."),
    )
