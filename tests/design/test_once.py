"""A form does its thing once, however often it arrives."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test import Client

from design import tokens
from design.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.design.views")]


@pytest.fixture
def token() -> str:
    return tokens.new(AnonymousUser())


def test_a_double_click_does_it_once(client, token):
    """R7, R13: the second is answered with where the first was sent."""
    first = client.post("/make/", {"once": token, "name": "Owls"})
    second = client.post("/make/", {"once": token, "name": "Owls"})
    assert (first.status_code, first["Location"]) == (302, "/made/Owls/")
    assert (second.status_code, second["Location"]) == (302, "/made/Owls/")
    assert Group.objects.filter(name="Owls").count() == 1


def test_errors_give_the_claim_back(client, token):
    """R13: what was typed is on the page, and the same token may be sent again."""
    page = client.post("/make/", {"once": token, "name": "", "made_on_day": "41"})
    assert page.status_code == 200
    assert "Enter name" in page.content.decode()
    assert 'value="41"' in page.content.decode()
    assert client.post("/make/", {"once": token, "name": "Owls"})["Location"] == "/made/Owls/"


@pytest.mark.parametrize(
    "bad", [{}, {"once": ""}, {"once": "junk"}, {"once": "\0" * 9}, {"once": "a.u1.forged"}]
)
def test_without_a_token_nothing_is_done(client, bad):
    assert client.post("/make/", {"name": "Owls", **bad}).status_code == 400
    assert not Group.objects.filter(name="Owls").exists()


def test_other_answers_under_the_same_token_are_kept_and_shown(client, token):
    """R13: Back, then another try, does nothing by surprise and loses nothing."""
    client.post("/make/", {"once": token, "name": "Owls"})
    again = client.post("/make/", {"once": token, "name": "Wrens"})
    assert again["Location"] == "/make/"
    page = client.get("/make/").content.decode()
    assert 'value="Wrens"' in page
    assert "already sent this form once" in page
    assert not Group.objects.filter(name="Wrens").exists()


def test_saving_again_takes_the_new_answers(client, token):
    client.post("/save/", {"once": token, "name": "Owls"})
    assert client.post("/save/", {"once": token, "name": "Wrens"})["Location"] == "/made/Wrens/"
    assert client.post("/save/", {"once": token, "name": "Wrens"})["Location"] == "/made/Wrens/"
    assert Group.objects.filter(name__in=["Owls", "Wrens"]).count() == 2


def test_a_token_is_one_persons_and_one_addresses(client, token):
    client.post("/make/", {"once": token, "name": "Owls"})
    assert client.post("/apart/", {"once": token, "name": "Wrens"})["Location"] == "/made/Wrens/"


def together(send: Callable[[int], object], threads: int = 8) -> None:
    barrier = threading.Barrier(threads)

    def run(number: int) -> None:
        try:
            barrier.wait(20)
            send(number)
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/make/", "/apart/", "/save/"])
def test_eight_at_once_leave_one(postgres, token, address):
    """R7, R13: the others wait for the first, then are sent to the same place."""
    answers: list[tuple[int, str]] = []

    def send(_: int) -> None:
        response = Client().post(address, {"once": token, "name": "Owls"})
        answers.append((response.status_code, response["Location"]))

    together(send)
    assert answers == [(302, "/made/Owls/")] * 8
    assert Group.objects.filter(name="Owls").count() == 1
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_eight_make_eight(postgres):
    """The negative control of the race above."""
    together(lambda number: Client().post("/unguarded/", {"name": f"Owls {number}"}))
    assert Group.objects.filter(name__startswith="Owls").count() == 8
