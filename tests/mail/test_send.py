"""Writing to the outbox: one row and one job, in the caller's transaction."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from mail.actions import send
from mail.models import Message
from mail.rendering import BadTemplate
from tests.mail.conftest import CONTEXT, post


@pytest.mark.django_db
def test_send_stores_the_rendered_pair_and_queues_its_delivery(written):
    message = post(name="Morgan Field", about="O-26-2222")
    message.refresh_from_db()
    assert (message.status, message.subject) == ("queued", "Read the quote O-26-2222")
    assert "A quote & more: http://testserver/x?a=1&b=2" in message.text
    assert "Hello Morgan Field," in message.text
    assert "01632 960000" in message.text  # how to reach a person
    assert "&lt;b&gt;Bo&lt;/b&gt;" in message.html
    assert message.message_id.endswith("@fingerpost.example.org>")
    (job,) = OrmQ.objects.all()
    assert (job.task["func"], job.task["args"]) == ("mail.tasks.deliver", (message.pk,))


@pytest.mark.django_db
def test_a_text_that_brings_its_own_frame_is_not_framed_twice(written):
    message = send("trial/framed", to="a@example.org", context={})
    assert message.subject == "Framed"
    assert message.text.count("Questions?") == 1
    assert "Body & soul" in message.text


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["trial/wrong", "trial/lonely"])
def test_a_template_without_subject_or_html_is_refused(written, template):
    with pytest.raises(BadTemplate):
        send(template, to="a@example.org", context={})
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_bodies_are_encrypted_at_rest(written):
    message = post(sensitive=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, html FROM mail_message WHERE id = %s", [message.pk])
        text, html = cursor.fetchone()
    assert "quote" not in text + html
    assert text.startswith("gAAAA")


@pytest.mark.django_db
def test_a_key_sends_once(written):
    """R10."""
    assert post(key="quote:1").pk == post(key="quote:1", context={**CONTEXT, "reference": "X"}).pk
    assert (Message.objects.count(), OrmQ.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_rollback_leaves_neither_row_nor_job(written):
    """R10: the mail belongs to the change that caused it."""

    with transaction.atomic():
        post()
        assert (Message.objects.count(), OrmQ.objects.count()) == (1, 1)
        transaction.set_rollback(True)
    assert (Message.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_subject_stays_one_line(written):
    message = post(context={**CONTEXT, "reference": "O-26\r\n Bcc: thief@example.org"})
    assert "\n" not in message.subject


@pytest.mark.django_db
def test_a_calendar_without_its_method_is_refused(written):
    with pytest.raises(ValueError, match="go together"):
        post(calendar=b"BEGIN:VCALENDAR")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_send_one(written, postgres):
    """R10, and the negative control: without a key, eight are sent."""
    for key, expected in (("same", 1), ("", 9)):
        gate = threading.Barrier(8)

        def one(key=key, gate=gate):
            gate.wait()
            try:
                post(key=key)
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Message.objects.count() == expected
        assert OrmQ.objects.count() == expected
