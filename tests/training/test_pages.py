"""The booker's pages: who sees them, what they keep, what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from design import tokens
from organisations.models import Contact, Membership, Organisation
from tests.factories import training as bookings
from training import actions
from training.models import Booking, PackagePage, RequestDraft, TrainingIndexPage

pytestmark = pytest.mark.django_db
ASK = "/bookings/request/foundation-day/"
PAGES = ["booking", "requested", "withdraw"]


@pytest.fixture
def package():
    return bookings.package()


@pytest.fixture
def steps(council) -> dict[str, dict[str, object]]:
    """What a browser sends, step by step."""
    first, last = timezone.localdate() + timedelta(days=30), timezone.localdate() + timedelta(days=60)
    return {
        "team": {"organisation": council.pk, "audience": "Social workers", "numbers": 18},
        "when": {
            "mode": "in_person",
            "place": "Elmbridge EX1 1AA",
            "earliest_on_day": first.day,
            "earliest_on_month": first.month,
            "earliest_on_year": first.year,
            "latest_on_day": last.day,
            "latest_on_month": last.month,
            "latest_on_year": last.year,
        },
        "cost": {"needs": "A ramp", "funder_name": "Morgan Field", "funder_email": "funder@example.gov.uk"},
    }


# --- Pages anybody reads --------------------------------------------------------------------------


def test_a_bare_installation_has_the_index(db, client):
    page = client.get("/training/")

    assert page.status_code == 200
    assert "No package has been published yet" in page.content.decode()


def test_the_index_lists_live_packages_in_order(db, client):
    bookings.packages()
    PackagePage.objects.get(slug="whole-school").unpublish()

    page = client.get("/training/").content.decode()

    assert "A whole-school approach" not in page
    assert page.index("foundation day") < page.index("Technology-assisted") < page.index("Safe Home")


def test_planting_again_leaves_one_index(db):
    bookings.packages()
    bookings.packages()

    assert TrainingIndexPage.objects.count() == 1
    assert PackagePage.objects.count() == 4


def test_a_package_says_what_it_is_and_how_to_ask(package, client):
    page = client.get("/training/foundation-day/").content.decode()

    for words in (package.summary, "10 to 25 people", "£1,450.00 a day", "The first hours", ASK):
        assert words in page
    assert len(package.outcome_list) == 4


def test_a_package_without_a_product_says_on_request(package, client):
    package.product = None
    package.save()

    assert "On request" in client.get("/training/foundation-day/").content.decode()


# --- Asking ---------------------------------------------------------------------------------------


def test_asking_needs_an_account(package, client):
    answer = client.get(ASK)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={ASK}")


def test_asking_needs_an_organisation(package, as_, django_user_model):
    loner = django_user_model.objects.create_user("loner@example.org", None)

    page = as_(loner).get(ASK)

    assert "First, your organisation" in page.content.decode()
    assert as_(loner).get(ASK + "team/")["Location"] == ASK


def test_the_whole_request(package, booker, as_, post, steps):
    client = as_(booker)
    assert client.get(ASK)["Location"] == ASK + "team/"
    assert post(client, ASK + "team/", booker, **steps["team"])["Location"] == ASK + "when/"
    assert client.get(ASK)["Location"] == ASK + "when/"
    assert post(client, ASK + "when/", booker, **steps["when"])["Location"] == ASK + "cost/"
    assert post(client, ASK + "cost/", booker, **steps["cost"])["Location"] == ASK + "check/"
    check = client.get(ASK + "check/").content.decode()
    for words in ("Social workers", "In person, at a place of ours or yours", "A ramp", "Morgan Field"):
        assert words in check

    sent = post(client, ASK + "check/", booker)

    booking = Booking.objects.get()
    assert sent["Location"] == f"/bookings/{booking.reference}/requested/"
    assert (booking.numbers, booking.mode, booking.needs) == (18, "in_person", "A ramp")
    assert not RequestDraft.objects.exists()
    page = client.get(sent["Location"]).content.decode()
    assert booking.reference in page
    assert "within 3 working days" in page


def test_sending_asks_little_of_the_database(
    package, booker, as_, post, steps, django_assert_max_num_queries
):
    client = as_(booker)
    for step, said in steps.items():
        post(client, f"{ASK}{step}/", booker, **said)

    with django_assert_max_num_queries(40):
        assert post(client, ASK + "check/", booker).status_code == 302


def test_who_books_for_two_organisations_says_for_which(package, booker, as_, post, steps):
    other = Organisation.objects.create(name="Elmshire Youth Justice")
    Membership.objects.create(organisation=other, user=booker)
    client = as_(booker)
    assert "Elmshire Youth Justice" in client.get(ASK + "team/").content.decode()
    for step, said in steps.items():
        post(
            client,
            f"{ASK}{step}/",
            booker,
            **{**said, **({"organisation": other.pk} if step == "team" else {})},
        )
    assert "Elmshire Youth Justice" in client.get(ASK + "check/").content.decode()

    post(client, ASK + "check/", booker)

    assert Booking.objects.get().organisation == other


def test_a_double_click_on_send_makes_one_booking(package, booker, as_, post, steps):
    """R13, R10: the second sending is led to where the first went."""
    client = as_(booker)
    for step, said in steps.items():
        post(client, f"{ASK}{step}/", booker, **said)
    token = {tokens.FIELD: tokens.new(booker)}

    first = client.post(ASK + "check/", token)
    second = client.post(ASK + "check/", token)

    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


def test_answers_outlive_the_session(package, booker, as_, post, steps):
    """R13: what was typed yesterday on another machine is there."""
    post(as_(booker), ASK + "team/", booker, **steps["team"])

    page = as_(booker).get(ASK + "team/").content.decode()

    assert "Social workers" in page
    assert "nhsuk-error-message" not in page
    assert package.title in as_(booker).get("/bookings/").content.decode()


def test_answers_sent_signed_out_come_back(package, booker, steps):
    """R13: the session ran out while they typed."""
    client = Client(headers={"referer": f"http://testserver{ASK}team/"})
    answer = client.post(ASK + "team/", {tokens.FIELD: tokens.new(booker), **steps["team"]})
    assert answer["Location"].startswith("/accounts/login/")

    client.force_login(booker)

    assert "Social workers" in client.get(ASK + "team/").content.decode()


def test_drafts_are_ones_own(package, booker, colleague, as_, post, steps):
    """R9"""
    post(as_(booker), ASK + "team/", booker, **steps["team"])

    assert "Social workers" not in as_(colleague).get(ASK + "team/").content.decode()


@pytest.mark.parametrize(
    ("step", "wrong", "told"),
    [
        ("team", {"audience": ""}, "Say who will take part"),
        ("team", {"numbers": ""}, "Enter how many people will take part"),
        ("team", {"numbers": "many"}, "Enter how many people as a whole number"),
        ("team", {"numbers": "0"}, "Enter how many people as 1 or more"),
        ("team", {"numbers": "99999999999"}, "please call us"),
        ("team", {"organisation": "0"}, "from the list"),
        ("when", {"mode": "by post"}, "from the list"),
        ("when", {"mode": ""}, "Choose online or in person"),
        ("when", {"place": ""}, "Enter a town and postcode"),
        ("when", {"earliest_on_day": "31", "earliest_on_month": "2"}, "must be a real date"),
        ("when", {"earliest_on_year": "2020"}, "or later"),
        ("when", {"latest_on_day": "", "latest_on_month": "", "latest_on_year": ""}, "Enter the latest date"),
        ("cost", {"funder_email": "morgan"}, "Enter an email address in the correct format"),
        ("cost", {"funder_name": ""}, "Enter the name of the person who agrees the cost"),
        ("cost", {"notes": "x" * 2001}, "2000 characters or fewer"),
    ],
)
def test_a_wrong_answer_says_what_to_do_and_keeps_the_rest(
    package, booker, as_, post, steps, step, wrong, told
):
    """R13"""
    answer = post(as_(booker), f"{ASK}{step}/", booker, **{**steps[step], **wrong})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "There is a problem" in page
    assert not RequestDraft.objects.exists()


def test_the_latest_date_comes_after_the_earliest(package, booker, as_, post, steps):
    early = timezone.localdate() + timedelta(days=2)
    wrong = {"latest_on_day": early.day, "latest_on_month": early.month, "latest_on_year": early.year}

    answer = post(as_(booker), ASK + "when/", booker, **{**steps["when"], **wrong})

    assert "The latest date must be the same as the earliest date, or after it" in answer.content.decode()


def test_an_online_package_asks_for_no_place(booker, as_, post, steps):
    bookings.package("technology-assisted")
    page = as_(booker).get("/bookings/request/technology-assisted/when/").content.decode()

    assert 'name="place"' not in page
    answer = post(
        as_(booker),
        "/bookings/request/technology-assisted/when/",
        booker,
        **{**steps["when"], "mode": "online"},
    )
    assert answer.status_code == 302


def test_changing_one_answer_goes_back_to_the_check(package, booker, as_, post, steps):
    client = as_(booker)
    for step, said in steps.items():
        post(client, f"{ASK}{step}/", booker, **said)

    answer = post(client, ASK + "team/?from=check", booker, **{**steps["team"], "numbers": 20})

    assert answer["Location"] == ASK + "check/"


def test_check_before_the_end_goes_back_to_the_step(package, booker, as_, post, steps):
    post(as_(booker), ASK + "team/", booker, **steps["team"])

    assert as_(booker).get(ASK + "check/", follow=True).request["PATH_INFO"] == ASK + "when/"


@pytest.mark.parametrize("url", ["/bookings/request/no-such-package/", ASK + "no-such-step/"])
def test_an_address_that_is_not_there(package, booker, as_, url):
    assert as_(booker).get(url).status_code == 404


def test_an_unpublished_package_cannot_be_asked_for(package, booker, as_):
    package.unpublish()

    assert as_(booker).get(ASK).status_code == 404


# --- Coming back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_a_booking(booking_in, booker, colleague_booker, colleague, outsider, as_, page):
    """R9: who asked, and those who book for the organisation; a plain colleague and an outsider get a 404."""
    url = reverse(f"training:{page}", args=[booking_in("requested").reference])

    for seer in (booker, colleague_booker):
        assert as_(seer).get(url).status_code == 200
    for other in (colleague, outsider):
        assert as_(other).get(url).status_code == 404
    anonymous = Client().get(url)
    assert (anonymous.status_code, anonymous["Location"]) == (302, f"/accounts/login/?next={url}")


def test_who_left_the_organisation_sees_its_bookings_no_more(booking_in, booker, as_):
    """R9"""
    url = reverse("training:booking", args=[booking_in("requested").reference])
    Membership.objects.filter(user=booker).delete()

    assert as_(booker).get(url).status_code == 404


def test_nobody_acts_on_what_they_do_not_see(booking_in, colleague, outsider, as_, post):
    """R9"""
    booking = booking_in("requested")
    url = reverse("training:withdraw", args=[booking.reference])

    for other in (colleague, outsider):
        assert post(as_(other), url, other, reason="Mine now").status_code == 404
    assert Client().post(url, {tokens.FIELD: tokens.new(AnonymousUser())}).status_code == 302
    assert bookings.fresh(booking).status == Booking.Status.REQUESTED


SAID = {
    "requested": "A coordinator is reading it",
    "accepted": "Next we send a quote",
    "quoted": "The quote is with the person who agrees the cost",
    "funded": "We are finding a date",
    "confirmed": "The date is confirmed and the invites are out",
    "delivered": "We are preparing the invoice",
    "invoiced": "The invoice is with the person who agreed the cost",
    "paid": "delivered and paid for",
    "closed": "done and paid for",
    "declined": "We are full until May.",
    "withdrawn": "Nothing more will happen",
}


@pytest.mark.parametrize("state", SAID)
def test_the_page_says_where_it_stands(booking_in, booker, as_, state):
    booking = booking_in(state)

    page = as_(booker).get(f"/bookings/{booking.reference}/").content.decode()

    assert SAID[state] in page
    assert "Booking: Requested" in page


def test_the_page_shows_the_day_the_people_and_the_cost(booking_in, booker, as_):
    booking = booking_in("confirmed")

    page = as_(booker).get(f"/bookings/{booking.reference}/").content.decode()

    for words in ("Elmbridge Town Hall", "Connie Marsh", "2 invited, 0 coming", "£1,450.00", "PO-7781"):
        assert words in page
    assert "sam.brook@example.org" not in page


def test_a_small_letter_in_the_reference_finds_it(booking_in, booker, as_):
    booking = booking_in("requested")

    answer = as_(booker).get(f"/bookings/{booking.reference.lower()}/")

    assert answer["Location"] == f"/bookings/{booking.reference}/"


def test_withdrawing(booking_in, booker, as_, post):
    booking = booking_in("accepted")
    url = reverse("training:withdraw", args=[booking.reference])
    assert post(as_(booker), url, booker, reason="").status_code == 422

    page = post(as_(booker), url, booker, follow=True, reason="The team has moved.")

    assert "is withdrawn" in page.content.decode()
    assert bookings.fresh(booking).status == Booking.Status.WITHDRAWN
    assert as_(booker).get(url).status_code == 404


def test_withdrawing_a_funded_booking_says_whom_to_call(booking_in, booker, as_, post):
    booking = booking_in("funded")
    url = reverse("training:withdraw", args=[booking.reference])

    page = as_(booker).get(url).content.decode()

    assert "cancelling may cost something" in page
    assert "Withdraw the booking" not in page
    assert "cancelling may cost" in post(as_(booker), url, booker, follow=True, reason="x").content.decode()
    assert bookings.fresh(booking).status == Booking.Status.ACCEPTED


def test_a_form_without_its_token_does_nothing(booking_in, booker, as_):
    booking = booking_in("requested")

    answer = as_(booker).post(reverse("training:withdraw", args=[booking.reference]), {"reason": "x"})

    assert answer.status_code == 400
    assert bookings.fresh(booking).status == Booking.Status.REQUESTED


def test_the_list_shows_ones_own_and_asks_as_often_for_one_as_for_fifty(
    booker, council, outsider, as_, django_assert_num_queries
):
    """R9; and the same number of queries at 1 and at 50 rows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page, said = bookings.package(), bookings.answers()
    actions.ask_for_training(page, council, said, by=booker)
    client = as_(booker)
    client.get("/bookings/")
    with CaptureQueriesContext(connection) as first:
        client.get("/bookings/")
    contact = Contact.objects.get(user=booker)
    Booking.objects.bulk_create(
        Booking(
            reference=f"B-26-{n:04d}",
            organisation=council,
            contact=contact,
            package=page,
            package_title=page.title,
            **said,
        )
        for n in range(49)
    )

    with django_assert_num_queries(len(first)):
        listed = client.get("/bookings/").content.decode()

    assert listed.count('class="fp-reference"') == 50
    assert 'class="fp-reference"' not in as_(outsider).get("/bookings/").content.decode()
