"""Passwords that open nothing here."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError

# Printed in README.md: everybody knows it.
DEMO_PASSWORD = "fingerpost-demo"  # noqa: S105


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"Enter a password of at least {self.min_length} characters."


class Uncommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "Choose another password. Many people use this one, so it is soon guessed."


class NotOneself(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "Choose another password. This one is too much like your name or address."


class NotTheDemoPassword:
    """Nobody may choose the demonstration's password, except in the demonstration."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not settings.DEMO and password.strip().lower() == DEMO_PASSWORD:
            raise ValidationError("Choose another password. This one is printed in our manual.")

    def get_help_text(self) -> str:
        return ""
