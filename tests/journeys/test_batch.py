"""A team's batch of sessions, from the service page to the refund of the one nobody used."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.journeys.people import Person, person
from tests.journeys.running import Site, calendar_of, link_in
from tests.journeys.test_booking import opened_by_the_funder
from tests.journeys.test_consultation import LONDON, event_of

pytestmark = pytest.mark.journey

BOOKER, FUNDER = "teamlead@example.org", "purse@example.org"
GUEST = "gail.frost@example.org"


def on_the_batch(staff: Person, reference: str) -> None:
    staff.go(f"/admin/batches/?q={reference}")
    staff.page.locator("main").get_by_role("link", name=reference).first.click()
    staff.page.wait_for_load_state()
    staff.sees(reference)


def keeps_the_rules(somebody: Person) -> None:
    """Axe, on the page they are on; and nothing runs out of the window."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(somebody.page).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == [], somebody.page.url
    assert somebody.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def ask(booker: Person) -> str:
    """The request: from the page that says what it is, in four steps. Gives back its reference."""
    booker.go("/consultations/batches/ask/")
    booker.sees("Sign in to begin")
    booker.click("Create an account")
    booker.sign_up("Lin Teamlead", "Brookside Family Trust", "Charity")
    booker.go("/consultations/batches/ask/")
    booker.click("Begin the request")
    booker.click("Your team")
    keeps_the_rules(booker)
    booker.fill(team="Brookside outreach", people="8", roles="Family workers and their manager")
    booker.click("Save and continue")
    booker.choose("Reflective space")
    booker.fill(aims="Steadier plans, and a place to think together.")
    booker.click("Save and continue")
    first = datetime.now(LONDON).date() + timedelta(days=20)
    booker.fill(sessions_wanted="3")
    booker.choose("Every week", "1 hour and a half", "Online")
    booker.fill(starts_from_day=str(first.day), starts_from_month=str(first.month))
    booker.click("Save and continue")
    booker.sees("must include a year")  # nothing typed is lost (R13)
    assert booker.page.locator("[name='sessions_wanted']").input_value() == "3"
    booker.fill(starts_from_year=str(first.year))
    booker.click("Save and continue")
    booker.choose("No, this stands on its own")
    booker.fill(funder_name="Pat Purse", funder_email=FUNDER)
    booker.click("Save and continue")
    booker.sees("Check your answers", "Brookside outreach", "Pat Purse")
    keeps_the_rules(booker)
    booker.click("Send the request")
    booker.sees("Request sent")
    return re.search(r"BC-\d\d-\w{4}", booker.page.url).group()  # type: ignore[union-attr]


def test_a_team_buys_three_sessions_and_gets_one_back(chromium: Any, site: Site) -> None:
    """R3, R4, R6, R8, R9, R10, R13: nothing before the money; drawn down; a note read; the unused one credited."""
    with (
        person(chromium, site, BOOKER, width=320) as booker,
        person(chromium, site, "coordinator@example.nhs.uk") as coordinator,
        person(chromium, site, FUNDER) as funder,
        person(chromium, site, "finance@example.nhs.uk") as finance,
    ):
        reference = ask(booker)

        coordinator.sign_in()
        on_the_batch(coordinator, reference)
        coordinator.click("Accept the request")
        on_the_batch(coordinator, reference)
        assert coordinator.page.get_by_role("button", name="Book sessions").is_disabled()  # R3
        coordinator.click("Name the lead consultant")
        coordinator.select("consultant", "Tess Quill")
        coordinator.page.locator("main form button[type=submit]").last.click()
        on_the_batch(coordinator, reference)
        coordinator.click("Send the quote")
        coordinator.select("product", "Batch consultation session")
        coordinator.fill(sessions="3")
        coordinator.page.locator("main form button[type=submit]").last.click()
        coordinator.sees("is on its way to Pat Purse")

        opened_by_the_funder(funder, site, "uote")
        funder.sees("£1,260.00", "£1,512.00")
        funder.click("Accept the quote")
        funder.fill(purchase_order_number="BF-7", name="Pat Purse")
        funder.choose("I am authorised to agree this cost")
        funder.click("Check your answers")
        funder.click("Accept the quote")
        site.mailbox.wait_for(BOOKER, f"The cost of {reference} is agreed")

        # Two that repeat, their dates looked at first; one invite each.
        on_the_batch(coordinator, reference)
        coordinator.click("Book sessions")
        day = datetime.now(LONDON).date() + timedelta(days=21)
        day += timedelta(days=7 - day.weekday())  # a Monday
        coordinator.fill(day=day.isoformat(), start="10:00", count="2", people=f"Gail Frost, {GUEST}")
        coordinator.fill(video_url="https://video.example.org/batch")
        coordinator.select("repeats", "Every week")
        coordinator.click("Show the dates")
        coordinator.sees("2 sessions will be booked")
        coordinator.click("Book and send the invites")
        coordinator.sees("2 sessions are booked")
        for email in (BOOKER, GUEST):
            method, raw = calendar_of(site.mailbox.wait_for(email, reference, "text/calendar"))
            assert (method, event_of(raw)["SUMMARY"]) == ("REQUEST", f"Batch consultation {reference}")

        # What to bring: a name is pointed out, and told otherwise it is taken.
        booker.go(link_in(site.mailbox.wait_for(BOOKER, "are booked"), "/batches/"))
        booker.sees("3 bought", "2 booked", "1 left")
        keeps_the_rules(booker)
        booker.click("Session 1")
        booker.click("Say what you want to bring")
        booker.fill(text="A girl called Marnie hits out at home.")
        booker.click("Add it")
        booker.sees("Change “Marnie” if it is somebody’s name")
        booker.fill(text="A child of primary age hits out at home.")
        booker.click("Add it")
        booker.sees("A child of primary age hits out at home.")
        keeps_the_rules(booker)
        booker.go(f"/consultations/batches/{reference}/sessions/2/cancel/")
        booker.sees("You cancel in time")
        booker.fill(reason="Half the team is away.")
        booker.click("Cancel the session")
        booker.go(f"/consultations/batches/{reference}/")
        booker.sees("0 used", "1 booked", "2 left")

        # Held, the note shared, and read by whoever was invited: nobody else (R9).
        site.meeting_began(batch_session__batch__reference=reference, batch_session__number=1)
        on_the_batch(coordinator, reference)
        coordinator.click("Mark session 1")
        coordinator.click("Mark it held")
        coordinator.click("Write the note")
        coordinator.sees("What the team brought (1)")
        coordinator.fill(note="To take away: one named adult for each hard hour.", came="7")
        coordinator.choose("Safety planning")
        coordinator.click("Save")
        coordinator.click("Share the note")
        note = link_in(site.mailbox.wait_for(BOOKER, "Read the note of session 1"), "/sessions/1/")
        booker.go(note)
        booker.sees("one named adult for each hard hour")
        keeps_the_rules(booker)
        assert funder.status_of(note.removeprefix(site.url)) in (302, 404)
        on_the_batch(coordinator, reference)
        coordinator.sees("Who read which note (1)")

        # Invoiced; the two nobody used are asked back, credited and paid for no more.
        finance.sign_in()
        finance.go(f"/admin/orders/?q={reference}")
        finance.page.locator("main").get_by_role("link", name=re.compile(r"^O-\d\d-")).first.click()
        finance.page.wait_for_load_state()
        order = finance.page.url
        finance.click("Issue the invoice")
        on_the_batch(coordinator, reference)
        coordinator.click("Ask finance to refund sessions")
        coordinator.fill(sessions="2", reason="The team is merged with another.")
        coordinator.click("Ask finance")
        assert link_in(site.mailbox.wait_for("finance@example.nhs.uk", "Credit 2 sessions")) == order
        finance.go(order)
        finance.page.locator("details:has([name^='line_']) > summary").click()
        finance.page.locator("[name^='line_']").fill("2")
        finance.page.locator("form:has([name^='line_']) [name='reason']").fill("Two sessions not used.")
        finance.page.locator("form:has([name^='line_']) button[type=submit]").first.click()
        finance.sees("£1,008.00")
        finance.click("Issue the credit note")
        booker.go(link_in(site.mailbox.wait_for(BOOKER, "are refunded"), "/batches/"))
        booker.sees("3 bought", "1 used", "2 refunded", "0 left")
        opened_by_the_funder(funder, site, "redit")
        funder.sees("CN-", "£504.00")
