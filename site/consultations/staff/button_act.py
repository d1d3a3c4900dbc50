"""A page with one act that has a button elsewhere, on a case or a batch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from design.staff import Act, Button


class ButtonAct(Act):
    """`key` names the act among the buttons of its home. While it is off, the page sends back there and says why."""

    key = ""
    header_icon = "group"

    @property
    def person(self) -> User:
        """The member of staff who asks: the guard has let them in."""
        return self.request.user  # type: ignore[return-value]

    def button_of(self) -> Button | None:
        """Its button as it stands for this person; none when there is nothing to do any more."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if why := self.why_off():
            for line in why:
                messages.error(request, line)
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def why_off(self) -> tuple[str, ...]:
        button = self.button_of()
        if button is None:
            return (f"{self.noun} has moved on, so there is nothing to do here.",)
        return button.why_off

    @property
    def noun(self) -> str:
        raise NotImplementedError
