"""What is measured from inside: SQL statements and milliseconds of one act, one function each.

Run by `bench/__main__.py` in a process of its own, on a database of its own. Each is done several times; the
first, which fills caches, is not counted.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import count
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import roles  # noqa: E402
from accounts.models import User  # noqa: E402
from bench.documents import referral_documents  # noqa: E402
from bench.many import grow  # noqa: E402
from billing import actions as billing  # noqa: E402
from billing.models import Invoice, Product  # noqa: E402
from billing.pdf import render  # noqa: E402
from consultations import actions as consultations  # noqa: E402
from home.demo.pages import build_pages  # noqa: E402
from home.models import GuidancePage, HomePage  # noqa: E402
from meetings.actions import feed as addresses  # noqa: E402
from meetings.models import Attendee, Feed, Meeting  # noqa: E402
from organisations.models import Contact, Membership, Organisation  # noqa: E402
from training.demo import build_packages  # noqa: E402
from training.models import PackagePage  # noqa: E402

TIMES = 12


class NotHere(Exception):
    """What the scenario needs is not in this database; the message says what."""


class Inputs(HTMLParser):
    """What a browser would send from the form with the once-only token, had nobody typed anything."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag in ("input", "textarea", "select") and self.forms and (name := given.get("name")):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.forms[-1][name] = given.get("value") or ""

    def sent(self) -> dict[str, str]:
        return next((form for form in self.forms if "once" in form), self.forms[-1] if self.forms else {})


class Counted:
    """SQL statements and milliseconds inside a `with`."""

    def __enter__(self) -> Counted:
        self.sql = 0
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        self._cpu = time.process_time()
        return self

    def _count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql += 1
        return execute(sql, params, many, context)

    def __exit__(self, *error: Any) -> None:
        self.ms = (time.process_time() - self._cpu) * 1000
        self._wrapper.__exit__(*error)


def measured(act: Callable[[], Counted]) -> dict[str, Any]:
    done = [act() for _ in range(TIMES)][1:]
    return {"sql": max(one.sql for one in done), "ms": statistics.median(one.ms for one in done)}


def somebody() -> tuple[User, Organisation]:
    """The referrer of the demonstration; without one, somebody like them."""
    email = "referrer@example.gov.uk"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, None, first_name="Rowan", last_name="Hale")
        kind = Organisation.Kind.LOCAL_AUTHORITY
        organisation = Organisation.objects.create(name="Elmshire Council", kind=kind)
        Membership.objects.create(organisation=organisation, user=user)
        Contact.objects.create(name="Rowan Hale", email=email, organisation=organisation, user=user)
    found = Organisation.objects.of(user).first()
    if found is None:
        raise NotHere("the referrer has no organisation")
    return user, found


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, **typed: object) -> Counted:
    """Get the form, fill it in, send it; only the sending is counted."""
    page = client.get(path)
    if page.status_code != 200:
        raise NotHere(f"{path} answers {page.status_code}")
    data = {**Inputs(page.content.decode()).sent(), **typed}
    with Counted() as counted:
        answer: HttpResponse = client.post(path, data)  # type: ignore[assignment]
    if answer.status_code != 302:
        said = " ".join(re.findall(r'error-message"[^>]*>(.*?)<', answer.content.decode(), re.S))
        raise NotHere(f"sending {path} answers {answer.status_code} {said.strip()}")
    return counted


def guidance_page() -> str:
    """The address of a guidance page: the one that weighs most."""
    if not GuidancePage.objects.live().exists():
        build_pages()
    urls = [page.url for page in GuidancePage.objects.live()]
    return max((url for url in urls if url), key=lambda url: len(Client().get(url).content))


def reading() -> dict[str, Any]:
    path = guidance_page()

    client = Client()

    def act() -> Counted:
        with Counted() as counted:
            client.get(path)
        return counted

    return {"path": path, **measured(act)}


def referral_page() -> dict[str, Any]:
    """One page of a referral, saved by its owner, with something new in it each time."""
    user, organisation = somebody()
    client = client_of(user)
    path = f"/consultations/{consultations.begin(organisation, by=user).reference}/referral/you/"
    numbers = count(960100)
    return measured(lambda: post(client, path, job_title="Social worker", phone=f"01632 {next(numbers)}"))


def booking_request() -> dict[str, Any]:
    """A request for training: its steps filled in, then the last sending counted, which makes the booking."""
    package = PackagePage.objects.live().first()
    if package is None:
        guidance_page()  # plants the home page and what it needs
        package = build_packages(HomePage.objects.get())[0]
    user, organisation = somebody()
    client = client_of(user)
    path = reverse("training:ask", args=[package.slug])
    people = count(10)
    first, last = date.today() + timedelta(days=60), date.today() + timedelta(days=90)

    def act() -> Counted:
        post(client, f"{path}team/", organisation=organisation.pk, audience="Managers", numbers=next(people))
        days = {
            f"{name}_on_{box}": part
            for name, day in (("earliest", first), ("latest", last))
            for box, part in (("day", day.day), ("month", day.month), ("year", day.year))
        }
        post(client, f"{path}when/", mode=package.modes[0][0], place="Elmbridge EX1 1AA", **days)
        post(client, f"{path}cost/", funder_name="Morgan Field", funder_email="funder@example.gov.uk")
        return post(client, f"{path}check/")

    return measured(act)


def invoice_pdf() -> dict[str, Any]:
    """An issued invoice's snapshot, set with another number each time, or typst would give the page it
    remembers. Wall clock, since it uses every core."""
    invoice = Invoice.objects.filter(issued_at__isnull=False).last() or an_invoice()
    snapshot = invoice.snapshot
    times = []
    for number in range(40):
        text = json.dumps(snapshot).replace(str(invoice.number), f"X-{number:05}")
        another = {**json.loads(text), "purchase_order_number": f"PO-{number}"}
        start = time.perf_counter()
        render(another)
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": statistics.median(times[1:])}


def an_invoice() -> Invoice:
    user, organisation = somebody()
    funder = Contact.objects.filter(user=user).get()
    product = Product.objects.create(
        name="Consultation", unit="consultation", unit_price=Decimal("1250.00"), vat_treatment="standard"
    )
    order = billing.open_order(organisation=organisation, title="Consultation C-26-7K4M", by=None)
    billing.add_line(order, product=product, quantity=1, by=None)
    quote = billing.issue_quote(order, funder=funder, by=None)
    billing.accept_quote(quote, purchase_order_number="PO-1", by=funder)
    return billing.issue_invoice(order, by=None)


def feed() -> dict[str, Any]:
    """Two subscription feeds, of 60 and of 1,000 meetings: their addresses, and what reading one asks."""
    group, _ = Group.objects.get_or_create(name=roles.COORDINATOR)
    roles.sync()
    result: dict[str, Any] = {}
    client = Client()
    for size in (60, 1000):
        email = f"feed-of-{size}@example.nhs.uk"
        owner = User.objects.filter(email=email).first() or User.objects.create_user(email, is_staff=True)
        owner.groups.add(group)
        path = reverse("meetings:feed", args=[Feed.Kind.MINE, addresses.make_address(owner, Feed.Kind.MINE)])
        if not owner.attendances.exists():
            _invite(owner, size)
        read = measured(lambda path=path: _get(client, path))  # type: ignore[misc]
        mark = client.get(path).headers["ETag"]
        unchanged = measured(lambda path=path, mark=mark: _get(client, path, mark))  # type: ignore[misc]
        result[str(size)] = {"path": path, "mark": mark, **read, "unchanged_sql": unchanged["sql"]}
    return result


def _get(client: Client, path: str, mark: str = "") -> Counted:
    with Counted() as counted:
        client.get(path, headers={"If-None-Match": mark} if mark else {})
    return counted


def _invite(owner: User, size: int) -> None:
    """So many meetings, one every four hours from yesterday on, with one person at each."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    starts = [first + timedelta(hours=4 * n) for n in range(size)]
    made = Meeting.objects.bulk_create(
        Meeting(
            title=f"Consultation C-26-{n:04}",
            about=f"C-26-{n:04}",
            starts_at=start,
            ends_at=start + timedelta(minutes=90),
            place="Room 2, 1 Example Street, London",
            video_url=f"https://video.example.nhs.uk/{n}",
        )
        for n, start in enumerate(starts)
    )
    Attendee.objects.bulk_create(
        Attendee(meeting=one, user=owner, name="Feed Owner", email=owner.email) for one in made
    )


def staff_list() -> dict[str, Any]:
    """The list of cases as a coordinator opens it, at a thousand, ten thousand and a hundred thousand cases.

    All inside one transaction that is rolled back, so that what is measured after it finds the database as it was.
    """
    coordinator = User.objects.filter(groups__name="coordinator").first()
    if coordinator is None:
        raise NotHere("nobody is a coordinator")
    client, path = client_of(coordinator), reverse("consultation:index")

    def act() -> Counted:
        with Counted() as counted:
            page = client.get(path)
        if page.status_code != 200:
            raise NotHere(f"{path} answers {page.status_code}")
        return counted

    done: dict[int, dict[str, Any]] = {}
    with transaction.atomic():
        for total in (1_000, 10_000, 100_000):
            grow(total)
            done[total] = measured(act)
        transaction.set_rollback(True)
    first, *_, last = done.values()
    return {
        "sql": max(one["sql"] for one in done.values()),
        "ms": last["ms"],
        "ratio": last["ms"] / first["ms"],
        "path": ", ".join(f"{total:,}: {one['ms']:.0f} ms" for total, one in done.items()),
    }


SCENARIOS: dict[str, Callable[[], dict[str, Any]]] = {
    "reading": reading,
    "referral_page": referral_page,
    "referral_documents": referral_documents,
    "booking_request": booking_request,
    "staff_list": staff_list,
    "invoice_pdf": invoice_pdf,
    "feed": feed,
}


def main(names: list[str]) -> None:
    results: dict[str, Any] = {}
    for name in names or SCENARIOS:
        try:
            results[name] = SCENARIOS[name]()
        except NotHere as missing:
            results[name] = {"missing": str(missing)}
    print(json.dumps(results))


if __name__ == "__main__":
    main(sys.argv[1:])
