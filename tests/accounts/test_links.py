"""The door for people without an account."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts import links
from accounts.actions import check_code, revoke, set_code
from accounts.links import verified
from changes.refusals import Refused
from tests.accounts.link_model import TrialLink


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_make_link_stores_only_the_digest_of_its_token(db):
    link, token = TrialLink.make(email="funder@example.gov.uk", days=30)
    link.refresh_from_db()
    assert len(token) == 43  # 32 bytes in URL-safe base64
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(TrialLink.objects.values().get(pk=link.pk))


def test_open_token_finds_its_link_alone(db):
    link, token = TrialLink.make(email="funder@example.gov.uk", days=30)
    TrialLink.make(email="other@example.gov.uk", days=30)
    assert TrialLink.open_token(token) == link
    assert TrialLink.open_token(token[:-1]) is None
    assert TrialLink.open_token(link.token_hash) is None
    assert TrialLink.open_token("") is None


def test_open_token_of_an_expired_link_finds_nothing(db):
    _, token = TrialLink.make(email="funder@example.gov.uk", days=30)
    with time_machine.travel(timezone.now() + timedelta(days=30, seconds=1)):
        assert TrialLink.open_token(token) is None


def test_open_token_of_a_revoked_link_finds_nothing(db):
    link, token = TrialLink.make(email="funder@example.gov.uk", days=30)
    revoke(link)
    assert TrialLink.open_token(token) is None


def test_masked_email_tells_only_its_owner():
    assert TrialLink(email="funder@example.gov.uk").masked_email == "f•••@example.gov.uk"


def test_set_code_stores_only_its_digest(link):
    code = set_code(link)
    link.refresh_from_db()
    assert len(code) == 6
    assert code.isdigit()
    assert len(link.code_hash) == 64
    assert link.has_live_code


def test_set_code_is_bound_to_its_link(link):
    other, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    assert link.code_digest("123456") != other.code_digest("123456")


def test_set_code_ends_the_earlier_one(link, browser_request):
    first = set_code(link)
    second = set_code(link)
    assert first == second or not check_code(browser_request, link, first)
    assert check_code(browser_request, link, second)


def test_set_code_refuses_a_sixth_in_the_hour(link):
    for _ in range(links.CODES_AN_HOUR):
        set_code(link)
    link.refresh_from_db()
    before = link.code_hash
    with pytest.raises(Refused, match="Wait an hour"):
        set_code(link)
    link.refresh_from_db()
    assert link.code_hash == before
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert set_code(link)


def test_set_code_refuses_a_link_that_no_longer_stands(link):
    revoke(link)
    with pytest.raises(Refused, match="no longer works"):
        set_code(link)


def test_check_code_opens_for_two_hours_in_a_fresh_session(link, browser_request):
    browser_request.session.create()
    before = browser_request.session.session_key
    assert check_code(browser_request, link, set_code(link))
    assert browser_request.session.session_key != before
    assert verified(browser_request, TrialLink) == link
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1)):
        assert verified(browser_request, TrialLink) is None


def test_check_code_takes_a_code_typed_with_spaces(link, browser_request):
    code = set_code(link)
    assert check_code(browser_request, link, f" {code[:3]} {code[3:]} ")


def test_check_code_spends_the_code(link, browser_request):
    code = set_code(link)
    assert check_code(browser_request, link, code)
    assert not check_code(browser_request, link, code)


def test_check_code_refuses_a_wrong_one(link, browser_request):
    code = set_code(link)
    assert not check_code(browser_request, link, wrong(code))
    assert verified(browser_request, TrialLink) is None
    assert check_code(browser_request, link, code)


@pytest.mark.parametrize("junk", ["", "1", "abcdef", "１２３４５６", "0" * 5000, "\x00"])
def test_check_code_refuses_junk(link, browser_request, junk):
    set_code(link)
    assert not check_code(browser_request, link, junk)


def test_check_code_refuses_an_old_one(link, browser_request):
    code = set_code(link)
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert not check_code(browser_request, link, code)


def test_check_code_gives_five_tries_then_needs_a_new_code(link, browser_request):
    code = set_code(link)
    for _ in range(links.CODE_ATTEMPTS):
        assert not check_code(browser_request, link, wrong(code))
    assert not check_code(browser_request, link, code)
    assert check_code(browser_request, link, set_code(link))


def test_check_code_before_any_was_sent_opens_nothing(link, browser_request):
    assert not check_code(browser_request, link, "")
    assert not check_code(browser_request, link, "000000")


def test_check_code_of_a_revoked_link_opens_nothing(link, browser_request):
    code = set_code(link)
    revoke(link)
    assert not check_code(browser_request, link, code)


def test_verified_link_closes_when_revoked(link, browser_request):
    assert check_code(browser_request, link, set_code(link))
    revoke(link)
    assert verified(browser_request, TrialLink) is None


def test_verified_is_the_latest_or_the_one_asked_for(link, browser_request):
    other, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    assert check_code(browser_request, link, set_code(link))
    assert verified(browser_request, TrialLink, other.pk) is None
    assert check_code(browser_request, other, set_code(other))
    assert verified(browser_request, TrialLink) == other
    assert verified(browser_request, TrialLink, link.pk) == link


def test_verified_in_another_browser_is_nothing(link, browser_request):
    assert check_code(browser_request, link, set_code(link))
    other = RequestFactory().get("/")
    other.session = SessionStore()
    assert verified(other, TrialLink) is None


def test_revoke_twice_keeps_the_first_time(link):
    revoke(link)
    first = link.revoked_at
    revoke(link)
    assert link.revoked_at == first


def race(acts):
    """Run every act at once on its own connection, from one barrier."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait()
            outcomes.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def browser():
    request = RequestFactory().get("/")
    request.session = SessionStore()
    return request


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_share_five_tries(postgres):
    link, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    code = set_code(link)
    race([lambda: check_code(browser(), link, wrong(code)) for _ in range(16)])
    link.refresh_from_db()
    assert link.attempts == links.CODE_ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_from_eight_places_opens_one(postgres):
    link, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    TrialLink.objects.filter(pk=link.pk).update(attempts=0)
    code = set_code(link)
    outcomes = race([lambda: check_code(browser(), link, code) for _ in range(8)])
    assert outcomes.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_the_race_would_open_many(postgres):
    """The negative control: a look and then a write, as one would naively do it, lets several in."""
    link, _ = TrialLink.make(email="funder@example.gov.uk", days=30)
    code = set_code(link)
    looked = threading.Barrier(8)

    def naive():
        with transaction.atomic():
            mine = TrialLink.objects.get(pk=link.pk)
            right = mine.is_code(code)
            looked.wait()
            TrialLink.objects.filter(pk=link.pk).update(code_hash="")
            return right

    assert race([naive] * 8).count(True) > 1
