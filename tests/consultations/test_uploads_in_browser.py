"""The upload page in a real browser: one file fails, another is refused, and nothing is lost or doubled."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import consultations as cases


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_a_file_that_did_not_arrive_is_tried_again_alone(
    watched, tmp_path, referrer, council, coordinator, funder
):
    """R10, R13: dropped on the form at 320 pixels, sent one by one, each kept once; no inline code (CSP)."""
    line = cases.first_required(cases.funded(referrer, council, coordinator, funder))
    client = Client()
    client.force_login(referrer)
    tab = watched(width=320)
    tab.sign_in(client)
    page: Any = tab.page
    tab.go(reverse("consultations:document", args=[line.consultation.reference, line.number]))
    sent: list[str] = []

    def first_is_lost(route: Any) -> None:
        sent.append(route.request.method)
        if sent.count("POST") == 1 and route.request.method == "POST":
            route.fetch()  # it arrives, and the answer is lost on its way back
            route.abort()
        else:
            route.continue_()

    page.route("**/documents/*/", first_is_lost)
    for name, body in {"one.txt": "words", "two.pdf": "no PDF", "three.txt": "more words"}.items():
        (tmp_path / name).write_text(body)
    page.set_input_files("input[type=file]", [tmp_path / n for n in ("one.txt", "two.pdf", "three.txt")])
    page.get_by_role("button", name="Send", exact=True).click()
    rows = page.locator("[data-list] li")
    page.get_by_text("1 of 3 files sent. What did not work is above.").wait_for()

    assert "It did not arrive." in rows.nth(0).inner_text()
    assert "“two.pdf” ends in .pdf" in rows.nth(1).inner_text()
    assert "Sent" in rows.nth(2).inner_text()
    assert tab.broken_rules() == []
    assert tab.sideways() <= 0
    page.get_by_role("button", name="Try again: one.txt").click()
    page.get_by_text("2 of 3 files sent. What did not work is above.").wait_for()
    assert sorted(file.original_name for file in line.files.all()) == ["one.txt", "three.txt"]

    drop = """() => {
      const given = new DataTransfer()
      given.items.add(new File(['dropped'], 'four.txt', { type: 'text/plain' }))
      const area = document.querySelector('[data-drop]')
      area.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }))
    }"""
    page.reload()
    page.evaluate(drop)
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("table").get_by_text("four.txt").wait_for()
    assert line.files.count() == 3
    assert not [said for said in tab.complaints if "Content Security" in said]
    assert tab.elsewhere == []
