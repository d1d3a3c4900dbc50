"""Bookings in the admin: who comes in, what they find, what each button does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from design import tokens
from mail.models import Message
from meetings.models import Leave, Resource
from organisations.models import Contact
from tests.factories import training as bookings
from training.models import Booking
from training.staff_acts import ACTS
from training.stages import EVERY, stage_of

pytestmark = pytest.mark.django_db
LIST = "/admin/booking/"


def page_of(booking: Booking) -> str:
    return reverse("booking:inspect", args=[booking.pk])


def act_of(booking: Booking, name: str) -> str:
    return reverse("booking:act", args=[booking.pk, name])


@pytest.fixture(autouse=True)
def _relaxed(settings):
    """The second factor has tests of its own, in accounts."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def staff(coordinator, consultant, lead, finance, editor):
    return {
        "coordinator": coordinator,
        "consultant": consultant,
        "lead": lead,
        "finance": finance,
        "editor": editor,
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [("coordinator", 1), ("consultant", 1), ("lead", 1), ("finance", 1), ("editor", 0)],
)
def test_who_of_the_staff_sees_bookings(booking_in, staff, as_, who, sees):
    """R9: the editor does not."""
    booking = booking_in("requested")
    client = as_(staff[who])

    for url in (LIST, page_of(booking)):
        assert (client.get(url).status_code == 200) is bool(sees)


def test_nobody_else_comes_in(booking_in, booker, outsider, as_):
    """R9"""
    booking = booking_in("requested")
    for url in (LIST, page_of(booking), act_of(booking, "decline")):
        for client in (as_(booker), as_(outsider), Client()):
            assert client.get(url).status_code in (302, 403, 404)


@pytest.mark.parametrize("act", [act.name for act in ACTS])
def test_an_act_is_for_its_roles(booking_in, staff, as_, post, act):
    """R9: each act of each role, by the permission that the table names."""
    booking = booking_in("requested")
    permission = next(one.permission for one in ACTS if one.name == act)
    for who, user in staff.items():
        if not user.has_perm(permission) or who == "editor":
            post(as_(user), act_of(booking, act), user)
            page = as_(user).get(page_of(booking))
            if who != "editor":
                assert "Your role does not include this" in page.content.decode() or act != "accept"

    assert bookings.fresh(booking).status == Booking.Status.REQUESTED
    assert bookings.fresh(booking).order is None


def test_the_page_says_what_is_next_and_why_the_rest_is_off(booking_in, coordinator, as_):
    page = as_(coordinator).get(page_of(booking_in("accepted"))).content.decode()

    assert "Send the funder a quote." in page
    assert page.index("Send the quote") < page.index("What cannot be done now, and why")
    assert "Funding is not agreed yet, so no date can be confirmed." in page
    assert "The invoice has not been issued yet." in page
    assert "It is accepted: this was decided already." in page


@pytest.mark.parametrize(
    "state",
    ["requested", "quoted", "funded", "confirmed", "delivered", "invoiced", "paid", "closed", "declined"],
)
def test_the_page_opens_in_every_state(booking_in, coordinator, as_, state):
    booking = booking_in(state)

    page = as_(coordinator).get(page_of(booking)).content.decode()

    assert booking.reference in page
    assert stage_of(booking).for_staff in page


def test_accepting_is_one_button(booking_in, coordinator, as_, post):
    booking = booking_in("requested")

    page = post(as_(coordinator), act_of(booking, "accept"), coordinator, follow=True).content.decode()

    assert "Accepted. The booker is being told" in page
    assert bookings.fresh(booking).status == Booking.Status.ACCEPTED
    assert as_(coordinator).get(act_of(booking, "accept"))["Location"] == page_of(booking)


def test_a_double_click_accepts_once(booking_in, coordinator, as_):
    """R7, R10"""
    booking = booking_in("requested")
    token = {tokens.FIELD: tokens.new(coordinator)}
    client = as_(coordinator)

    client.post(act_of(booking, "accept"), token)
    client.post(act_of(booking, "accept"), token)

    assert Message.objects.filter(template="training/accepted").count() == 1


def test_a_second_accept_says_that_it_changed(booking_in, coordinator, lead, as_, post):
    """R7"""
    booking = booking_in("requested")
    post(as_(coordinator), act_of(booking, "accept"), coordinator)

    page = post(as_(lead), act_of(booking, "accept"), lead, follow=True).content.decode()

    assert "has changed since you opened the page" in page


def test_a_form_without_its_token_does_nothing(booking_in, coordinator, as_):
    booking = booking_in("requested")

    assert as_(coordinator).post(act_of(booking, "accept")).status_code == 400
    assert bookings.fresh(booking).status == Booking.Status.REQUESTED


def test_declining_keeps_what_was_typed(booking_in, coordinator, as_, post):
    """R13"""
    booking = booking_in("requested")

    page = post(
        as_(coordinator), act_of(booking, "decline"), coordinator, reason="Full until May"
    ).content.decode()

    assert "Write what the team could try instead" in page
    assert "Full until May" in page
    assert bookings.fresh(booking).status == Booking.Status.REQUESTED


def test_an_act_with_a_form_is_a_link_to_it_and_posts_nothing(booking_in, coordinator, as_):
    booking = booking_in("accepted")

    page = as_(coordinator).get(reverse("booking:inspect", args=[booking.pk])).content.decode()

    assert f'href="{act_of(booking, "quote")}"' in page
    assert f'action="{act_of(booking, "quote")}"' not in page


def test_the_quote_starts_from_what_the_booker_said(booking_in, coordinator, as_, post):
    booking = booking_in("accepted")
    client = as_(coordinator)
    form = client.get(act_of(booking, "quote")).content.decode()
    assert "funder@example.gov.uk" in form

    page = post(
        client,
        act_of(booking, "quote"),
        coordinator,
        follow=True,
        product=booking.package.product_id,
        quantity="2",
        funder_name="Morgan Field",
        funder_email="funder@example.gov.uk",
    ).content.decode()

    assert "The quote is on its way" in page
    assert bookings.fresh(booking).order.is_quoted
    assert Contact.objects.get(email="funder@example.gov.uk").name == "Morgan Field"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"product": "0"}, "Choose what is bought from the list"),
        ({"quantity": "-1"}, "Enter how many as a number above 0"),
        ({"quantity": "nan"}, "Enter how many as a number"),
        ({"unit_price": "cheap"}, "Enter the price as a number"),
        ({"funder_email": "morgan"}, "Enter an email address in the correct format"),
    ],
)
def test_a_wrong_quote_says_what_to_do(booking_in, coordinator, as_, post, wrong, told):
    booking = booking_in("accepted")
    said = {
        "product": booking.package.product_id,
        "quantity": "1",
        "funder_name": "Morgan Field",
        "funder_email": "funder@example.gov.uk",
    }

    page = post(as_(coordinator), act_of(booking, "quote"), coordinator, **{**said, **wrong}).content.decode()

    assert told in page
    assert bookings.fresh(booking).order is None


def the_day(consultant, **given: object) -> dict[str, object]:
    return {
        "day": (timezone.localdate() + timedelta(days=40)).isoformat(),
        "start": "09:30",
        "minutes": "390",
        "place": "Elmbridge Town Hall",
        "trainer": consultant.pk,
        "delegates": "Sam Brook, sam.brook@example.org\njo.lane@example.org\nAli Rowe <ALI@example.org>\n",
        **given,
    }


def test_confirming_the_date_invites_everybody(booking_in, coordinator, consultant, as_, post):
    booking = booking_in("funded")

    page = post(
        as_(coordinator), act_of(booking, "date"), coordinator, follow=True, **the_day(consultant)
    ).content.decode()

    assert "The date is confirmed" in page
    meeting = bookings.fresh(booking).meeting
    assert [(a.name, a.email) for a in meeting.invited if a.role == "Delegate"] == [
        ("Sam Brook", "sam.brook@example.org"),
        ("jo.lane@example.org", "jo.lane@example.org"),
        ("Ali Rowe", "ali@example.org"),
    ]


def test_a_clash_is_said_over_the_form_and_keeps_it(
    booking_in, booker, council, coordinator, consultant, as_, post
):
    """R3, R13"""
    booking_in("confirmed")
    second = bookings.funded(booker, council, coordinator)
    start = timezone.localtime(bookings.day()[0])
    said = the_day(consultant, day=start.date().isoformat(), start=f"{start:%H:%M}")

    page = post(as_(coordinator), act_of(second, "date"), coordinator, **said).content.decode()

    assert "Connie Marsh is already booked then" in page
    assert "Sam Brook" in page
    assert bookings.fresh(second).meeting is None


def test_a_trainer_on_leave_is_a_warning_with_a_way_round(booking_in, coordinator, consultant, as_, post):
    booking, said = booking_in("funded"), the_day(consultant)
    day = timezone.localdate() + timedelta(days=40)
    Leave.objects.create(resource=Resource.objects.of(consultant), first_on=day, last_on=day)

    page = post(as_(coordinator), act_of(booking, "date"), coordinator, **said).content.decode()
    assert "Connie Marsh is marked “Away” then" in page
    assert "Sam Brook" in page
    assert bookings.fresh(booking).meeting is None

    said = {**said, "go_ahead": "on", "despite": "She swapped her day off."}
    post(as_(coordinator), act_of(booking, "date"), coordinator, **said)
    assert bookings.fresh(booking).meeting is not None


def test_a_found_time_fills_in_the_date_and_the_trainer(booking_in, coordinator, consultant, as_):
    address = act_of(booking_in("funded"), "date")
    assert "/admin/diary/find/" in as_(coordinator).get(address).content.decode()
    diary = Resource.objects.of(consultant)

    page = as_(coordinator).get(f"{address}?day=2027-02-03&start=13:30&resources={diary.pk}").content.decode()

    assert 'value="2027-02-03"' in page
    assert 'value="13:30"' in page
    assert f'<option value="{consultant.pk}" selected>' in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"delegates": "Sam Brook\njo.lane@example.org"}, "Line 1 has no email address at its end"),
        ({"trainer": ""}, "Choose who trains"),
        ({"trainer": "0"}, "Choose who trains from the list"),
        ({"place": ""}, "Enter a place or a video link"),
        ({"day": "2020-01-01"}, "This time has passed"),
    ],
)
def test_a_wrong_date_says_what_to_do(booking_in, coordinator, consultant, as_, post, wrong, told):
    booking = booking_in("funded")

    page = post(
        as_(coordinator), act_of(booking, "date"), coordinator, **the_day(consultant, **wrong)
    ).content.decode()

    assert told in page
    assert bookings.fresh(booking).meeting is None


def test_the_way_to_the_end(booking_in, coordinator, finance, as_, post):
    booking = bookings.day_comes(booking_in("confirmed"))
    post(as_(coordinator), act_of(booking, "deliver"), coordinator)
    page = post(as_(finance), act_of(booking, "invoice"), finance, follow=True).content.decode()
    assert "The invoice is issued" in page

    page = as_(coordinator).get(page_of(booking)).content.decode()

    assert "Waiting for the funder to pay." in page
    assert "The invoice has not been paid in full yet." in page


@pytest.mark.parametrize("url", ["new/", "edit/1/", "delete/1/", "copy/1/", "usage/1/", "1/act/no-such-act/"])
def test_no_row_is_written_or_deleted_here(booking_in, django_user_model, as_, url):
    """R7: superusers included, a status is no editable field."""
    booking_in("requested")
    root = django_user_model.objects.create_superuser("root@example.nhs.uk", None)

    assert as_(root).get(LIST + url).status_code == 404


def test_the_list_is_found_filtered_and_asks_as_often_for_one_as_for_fifty(
    booking_in, booker, council, coordinator, as_, django_assert_max_num_queries
):
    booking = booking_in("quoted")
    client = as_(coordinator)
    client.get(LIST)
    with CaptureQueriesContext(connection) as first:
        client.get(LIST)
    contact = Contact.objects.get(user=booker)
    Booking.objects.bulk_create(
        Booking(
            reference=f"B-26-{n:04d}",
            organisation=council,
            contact=contact,
            package=booking.package,
            package_title="Another day",
            **bookings.answers(),
        )
        for n in range(49)
    )

    with CaptureQueriesContext(connection) as fifty:
        page = client.get(LIST).content.decode()
    assert len(fifty) == len(first)
    assert page.count("/admin/booking/inspect/") >= 50

    for query, found in {
        f"q={booking.reference}": True,
        "q=ashdown+elmshire": True,
        "q=nobody": False,
        "stage=Waiting+for+funding": True,
        "stage=Closed": False,
        "status=accepted": True,
        "status=declined": False,
        f"organisation={council.pk}": True,
        "organisation=junk": True,
        "stage=junk": True,
        "p=99": True,
    }.items():
        answer = client.get(f"{LIST}?{query}")
        assert answer.status_code in (200, 404)
        assert (booking.reference in answer.content.decode()) is (found and answer.status_code == 200), query


def test_every_stage_has_a_name_of_its_own():
    assert len({stage.name for stage in EVERY}) == len(EVERY)
