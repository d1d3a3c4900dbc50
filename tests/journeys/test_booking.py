"""A team's training, from the package page to the invoice paid by card: thin, and every part real."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.people import Person, person
from tests.journeys.running import Site, calendar_of, code_in, link_in
from tests.journeys.test_consultation import LONDON, event_of

pytestmark = pytest.mark.journey


def on_the_booking(staff: Person, reference: str) -> None:
    staff.go(f"/admin/booking/?q={reference}")
    staff.page.locator("main").get_by_role("link", name=reference).first.click()
    staff.page.wait_for_load_state()
    staff.sees(reference)


def opened_by_the_funder(funder: Person, site: Site, subject: str) -> None:
    """The link of the mail, the code from the mailbox, the page."""
    funder.go(link_in(site.mailbox.wait_for(funder.email, subject), "/orders/"))
    if "Send the code" in funder.text():
        funder.click("Send the code")
        funder.fill(code=code_in(site.mailbox.wait_for(funder.email, "code")))
        funder.click("Open the order")


def test_a_team_books_training_and_pays_by_card(chromium: Any, site: Site) -> None:
    """R3, R8, R10: funded first, one invite each, the card payment counted once."""
    with (
        person(chromium, site, "booker@example.org", width=360) as booker,
        person(chromium, site, "coordinator@example.nhs.uk") as coordinator,
        person(chromium, site, "budget@example.org") as funder,
        person(chromium, site, "finance@example.nhs.uk") as finance,
    ):
        # The request, in three steps.
        booker.go("/training/")
        booker.page.locator("main a[href^='/training/']").first.click()
        booker.page.wait_for_load_state()
        booker.click("Ask for this training")
        booker.sees("Sign in")
        booker.click("Create an account")
        booker.sign_up("Bo Okerson", "Fernhill Academy Trust", "School or college")
        booker.fill(audience="Heads of year and the safeguarding team", numbers="16")
        booker.click("Save and continue")
        first = datetime.now(LONDON).date() + timedelta(days=30)
        last = first + timedelta(days=30)
        if booker.page.get_by_label("Online", exact=True).count():
            booker.choose("Online")
        for name, day in {"earliest_on": first, "latest_on": last}.items():
            booker.fill(
                **{
                    f"{name}_day": str(day.day),
                    f"{name}_month": str(day.month),
                    f"{name}_year": str(day.year),
                }
            )
        booker.click("Save and continue")
        booker.fill(funder_name="Bud Gethold", funder_email="budget@example.org")
        booker.click("Save and continue")
        booker.sees("Heads of year", "Bud Gethold")
        booker.page.locator("main form button[type=submit]").last.click()
        booker.page.wait_for_url("**/requested/")
        reference = re.search(r"B-\d\d-\w{4}", booker.page.url).group()  # type: ignore[union-attr]
        booker.sees(reference)

        # Accepted, and no date before the money (R3).
        coordinator.sign_in()
        on_the_booking(coordinator, reference)
        coordinator.click("Accept the request")
        coordinator.sees("Accepted. The booker is being told")
        on_the_booking(coordinator, reference)
        assert coordinator.page.get_by_role("button", name="Confirm the date").is_disabled()
        coordinator.click("Send the quote")
        coordinator.select("product", "Day of training")
        coordinator.page.locator("main form button[type=submit]").last.click()
        coordinator.sees("The quote is on its way")

        opened_by_the_funder(funder, site, "uote")
        funder.sees("£980.00", "£1,176.00")
        funder.click("Accept the quote")
        funder.fill(purchase_order_number="FH-12", name="Bud Gethold")
        funder.choose("I am authorised to agree this cost")
        funder.click("Check your answers")
        funder.click("Accept the quote")
        funder.sees("FH-12")

        # The date, with invites; then, once it has begun, delivered and invoiced.
        day = first + timedelta(days=1)
        on_the_booking(coordinator, reference)
        coordinator.click("Confirm the date")
        coordinator.fill(day=day.isoformat(), start="10:00")
        for name, value in {
            "minutes": "60",
            "end": "11:00",
            "video_url": "https://video.example.org/t",
        }.items():
            if coordinator.page.locator(f"[name='{name}']").count():
                coordinator.fill(**{name: value})
        coordinator.select("trainer", "Lee Thorn")
        coordinator.fill(delegates="Dell Gate, dell.gate@example.org")
        coordinator.page.locator("main form button[type=submit]").last.click()
        coordinator.sees("The date is confirmed")
        uids = set()
        for email in ("booker@example.org", "lead@example.nhs.uk", "dell.gate@example.org"):
            method, raw = calendar_of(site.mailbox.wait_for(email, reference, "text/calendar"))
            uids.add(str(event_of(raw)["UID"]))
            assert method == "REQUEST"
        assert len(uids) == 1
        site.meeting_began(bookings__reference=reference)
        on_the_booking(coordinator, reference)
        coordinator.click("Mark as delivered")
        coordinator.sees("Delivered. The invoice is next")

        finance.sign_in()
        finance.go(f"/admin/orders/?q={reference}")
        finance.page.locator("main").get_by_role("link", name=re.compile(r"^O-\d\d-")).first.click()
        finance.page.wait_for_load_state()
        finance.click("Issue the invoice")

        # The funder pays by card: over to the card page and back, told by a signed webhook.
        opened_by_the_funder(funder, site, "nvoice")
        funder.click("Pay by card")
        funder.page.get_by_role("button", name="Pay by card").click()
        funder.page.wait_for_load_state()
        site.mailbox.wait_for("budget@example.org", "eceived")
        funder.page.reload()
        funder.sees("Paid by card")

        on_the_booking(coordinator, reference)
        coordinator.click("Close the booking")
        coordinator.sees("Closed")
        booker.go(f"/bookings/{reference}/")
        booker.sees("Invoice issued", "Paid in full")
