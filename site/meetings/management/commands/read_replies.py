"""`manage.py read_replies`: take in the answers to invites that came by mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings import mailboxes
from meetings.replies import read_replies


class Command(BaseCommand):
    help = "Takes in the answers to invites that came by mail, from the mailbox that REPLIES_URL names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url", nargs="?", default="", help="imaps://user:password@host/INBOX or maildir:///path"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"] or settings.REPLIES_URL
        if not url:
            raise CommandError("Set REPLIES_URL, or name a mailbox: imaps://… or maildir:///…")
        count = 0
        try:
            for said in read_replies(url):
                self.stdout.write(said)
                count += 1
        except (mailboxes.Unreachable, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} looked at.")
