"""Load the demonstration: a service worth looking at, with invented people and months of work behind it."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.demo.build import build
from home.sign_ins import PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where people are there already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demonstration (DEMO=1 is not set), so nothing was loaded.")
        if get_user_model()._default_manager.exists():
            if options["if_empty"]:
                return
            raise CommandError(
                "There are people in this database already, so nothing was loaded. To begin anew, "
                "run `make demo-reset` and then `make run`."
            )
        start = time.monotonic()
        build(self._tell if options["verbosity"] else lambda line: None)
        if options["verbosity"]:
            self._tell(f"Ready in {time.monotonic() - start:.0f} s. Sign in with the password {PASSWORD}:")
            for email, what in SIGN_INS.items():
                self._tell(f"  {email}: {what}")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
