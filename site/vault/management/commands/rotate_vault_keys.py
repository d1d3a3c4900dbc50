"""`manage.py rotate_vault_keys`: after a new key was put first in VAULT_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from vault.rotation import rotate


class Command(BaseCommand):
    help = "Lock every private file and text with the first key in VAULT_KEYS, so that older keys can go."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate()
        self.stdout.write(
            f"Done: {done['keys']} file keys and {done['texts']} texts now depend on the first key alone."
        )
