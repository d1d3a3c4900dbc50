"""Mail in the admin: who sees it, what it shows, sending again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django_q.models import OrmQ

from mail import actions
from mail.models import Message
from tests.mail.conftest import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    """It is `tests/accounts/`' matter."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def staff(coordinator):
    return coordinator


@pytest.fixture
def page(client, staff):
    client.force_login(staff)

    def get(name: str, *args: object, **query: str) -> str:
        response = client.get(reverse(name, args=args), query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def test_the_list_shows_every_email_with_its_state(written, page):
    post(about="C-26-7K4M")
    html = page("mail:index")
    assert "Read the quote O-26-2222" in html
    assert "funder@example.gov.uk" in html
    assert "C-26-7K4M" in html
    assert "Queued" in html


def test_search_by_recipient_and_by_reference(written, page):
    post(about="C-26-7K4M")
    post(about="C-26-AAAA", to="other@example.org")
    assert "C-26-AAAA" not in page("mail:index", q="7K4M")
    assert "C-26-7K4M" not in page("mail:index", q="other@example.org")
    assert "C-26-AAAA" in page("mail:index", q="other@example.org")


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    written, page, django_assert_max_num_queries, client
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    post()
    page("mail:index")
    with CaptureQueriesContext(connection) as one:
        page("mail:index")
    for _ in range(49):
        post()
    with CaptureQueriesContext(connection) as many:
        page("mail:index")
    assert len(many) == len(one)


def test_an_email_is_shown_in_a_sandbox(written, page):
    html = page("mail:inspect", post().pk)
    assert 'sandbox title="The email as it looks"' in html
    assert "&lt;!doctype html&gt;" in html  # as an attribute, never as part of the page
    assert "A quote &amp; more: http://testserver" in html


def test_a_code_or_a_link_is_never_shown_except_in_the_demonstration(written, page, settings):
    message = post(sensitive=True)
    assert "http://testserver/x" not in page("mail:inspect", message.pk)
    settings.DEMO = True
    assert "http://testserver/x" in page("mail:inspect", message.pk)


def test_sending_again_happens_once(mailbox, client, staff):
    """R10."""
    client.force_login(staff)
    message = post()
    actions.deliver(message)
    OrmQ.objects.all().delete()
    url = reverse("mail:resend", args=[message.pk])
    answers = [client.post(url, {"seen": "0"}, follow=True).content.decode() for _ in range(2)]
    assert "on its way again" in answers[0]
    assert "sent again already" in answers[1]
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²"])
def test_junk_for_what_was_seen_sends_nothing(mailbox, client, staff, seen):
    client.force_login(staff)
    message = post()
    actions.deliver(message)
    OrmQ.objects.all().delete()
    assert client.post(reverse("mail:resend", args=[message.pk]), {"seen": seen}).status_code == 302
    assert not OrmQ.objects.exists()


def test_looking_alone_does_not_let_one_send(written, client, editor):
    editor.user_permissions.add(*Permission.objects.filter(codename__in=["view_message", "access_admin"]))
    client.force_login(editor)
    message = post()
    response = client.post(reverse("mail:resend", args=[message.pk]), {"seen": "0"})
    assert response.status_code in (302, 403)
    message.refresh_from_db()
    assert message.resends == 0


def test_sending_is_a_post(written, client, staff):
    client.force_login(staff)
    assert client.get(reverse("mail:resend", args=[post().pk])).status_code == 405


@pytest.mark.parametrize("who", ["referrer", "outsider", None])
def test_nobody_else_reaches_it(written, client, request, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    message = post()
    for name, args in (("mail:index", []), ("mail:inspect", [message.pk])):
        response = client.get(reverse(name, args=args))
        assert response.status_code in (302, 403, 404)
        assert b"O-26-2222" not in response.content


def test_no_address_writes_or_changes_an_email(written, client, staff):
    staff.is_superuser = True
    staff.save()
    client.force_login(staff)
    pk = post().pk
    for tail in ("new/", f"edit/{pk}/", f"delete/{pk}/", f"copy/{pk}/"):
        assert client.get(reverse("mail:index") + tail).status_code == 404


def test_dead_letters_show_on_the_staff_home(written, page):
    assert "not delivered" not in page("wagtailadmin_home")
    message = post(about="C-26-7K4M")
    Message.objects.filter(pk=message.pk).update(status="dead")
    html = page("wagtailadmin_home")
    assert "1 email not delivered" in html
    assert "C-26-7K4M" in html
