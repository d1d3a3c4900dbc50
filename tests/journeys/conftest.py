"""One running site and one browser for all journeys of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clamd import _clamd as _clamd
from tests.journeys.people import PASSWORD
from tests.journeys.running import ROOT, Site, free_port, running_site

STAFF = {
    "coordinator@example.nhs.uk": ("Cory", "Dale", "coordinator"),
    "consultant@example.nhs.uk": ("Connie", "Marsh", "consultant"),
    "t.quill@example.nhs.uk": ("Tess", "Quill", "consultant"),
    "lead@example.nhs.uk": ("Lee", "Thorn", "clinical lead"),
    "finance@example.nhs.uk": ("Finn", "Penny", "finance officer"),
}
SET_UP = """
from accounts.actions import add_person
from accounts.models import User
from billing.models import Product
from decimal import Decimal
from home.models import HomePage
from meetings.models import Resource
from training.demo import build_packages
for email, (first, last, role) in {staff!r}.items():
    add_person(email, first + " " + last, roles=(role,), password={password!r})
build_packages(HomePage.objects.get())
for name, email in [
    ("Connie Marsh", "consultant@example.nhs.uk"),
    ("Lee Thorn", "lead@example.nhs.uk"),
    ("Tess Quill", "t.quill@example.nhs.uk"),
]:
    Resource.objects.create(kind="person", name=name, user=User.objects.get(email=email))
for name, unit, price, vat in [
    ("One-off consultation", "consultation", "1250.00", "exempt"),
    ("Day of training", "day", "980.00", "standard"),
    ("Batch consultation session", "session", "420.00", "standard"),
]:
    Product.objects.create(name=name, unit=unit, unit_price=Decimal(price), vat_treatment=vat)
"""


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, planted: Any) -> Iterator[str]:
    """A database of the journeys' own, on whichever kind this run of the suite is about."""
    with planted.lend(tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="session")
def scanner_socket(_clamd: None) -> str:
    return os.environ["CLAMD"]


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def card_settings(port: int) -> Iterator[dict[str, str]]:
    """A stand-in for Stripe on a port of its own, and the settings that point the site at it."""
    theirs, secret = free_port(), "whsec_of_the_journeys"
    command = [
        sys.executable,
        "-m",
        "tests.stripe_stand_in",
        str(theirs),
        f"http://localhost:{port}/orders/stripe/",
    ]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "STRIPE_WEBHOOK_SECRET": secret}) as stand_in:
        yield {
            "STRIPE_SECRET_KEY": "sk_test_of_the_journeys",
            "STRIPE_WEBHOOK_SECRET": secret,
            "STRIPE_API_BASE": f"http://127.0.0.1:{theirs}",
        }
        stand_in.terminate()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    database_url: str,
    scanner_socket: str,
    port: int,
    card_settings: dict[str, str],
) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    for site in running_site(folder, database_url, scanner_socket, port=port, **card_settings):
        site.python(SET_UP.format(staff=STAFF, password=PASSWORD))
        yield site
