"""A referral's documents pass through in flat memory, however many and however large."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory
from django.urls import reverse

from consultations import actions
from tests import files as make
from tests.factories import consultations as cases
from vault.reading import show

pytestmark = pytest.mark.django_db
MEGABYTE = 2**20
BORDER = "a-border-that-no-file-holds"


@pytest.fixture
def line(referrer, council, coordinator, funder):
    return cases.first_required(cases.funded(referrer, council, coordinator, funder))


def multipart(path: Path, fields: dict[str, str], content: bytes, times: int) -> int:
    """Write the body of an upload to a file, so that it is in no memory while it is sent. Returns its length."""
    with path.open("wb") as body:
        for name, value in fields.items():
            body.write(
                f'--{BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            )
        for number in range(times):
            head = f'Content-Disposition: form-data; name="documents"; filename="record {number}.pdf"'
            body.write(f"--{BORDER}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n".encode())
            body.write(content)
            body.write(b"\r\n")
        body.write(f"--{BORDER}--\r\n".encode())
        return body.tell()


def peak_of_sending(path: Path, length: int, page: str, client: Client) -> tuple[str, int]:
    """The answer's status and the most bytes held while the web process takes the body in."""
    handler, said = WSGIHandler(), []
    # As the test client does: a request's end would otherwise close the connection of the test's transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with path.open("rb") as body:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": page,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BORDER}",
            "CONTENT_LENGTH": str(length),
            "HTTP_COOKIE": "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()),
            "wsgi.input": body,
            "wsgi.url_scheme": "http",
        }
        tracemalloc.start()
        answer: Any = lambda status, headers, exc=None: said.append(status)  # noqa: E731
        response: Any = handler(environ, answer)
        b"".join(response)
        response.close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    return said[0], peak


def test_five_documents_of_10_mb_keep_memory_flat(line, referrer, tmp_path):
    """The whole request: parsed, checked, encrypted, kept. No more is held for five than a part of one."""
    client = Client()
    client.force_login(referrer)
    page = reverse("consultations:document", args=[line.consultation.reference, line.number])
    token = client.get(page).context["csrf_token"]
    fields = {"csrfmiddlewaretoken": str(token), "token": str(uuid4())}
    length = multipart(tmp_path / "body", fields, make.scanned_pdf(10), times=5)

    status, peak = peak_of_sending(tmp_path / "body", length, page, client)

    assert status.startswith("302")
    assert [file.size > 10 * MEGABYTE for file in line.files.all()] == [True] * 5
    assert peak < 10 * MEGABYTE


def test_a_large_document_is_shown_within_the_limit_that_is_promised(line, referrer, coordinator):
    """20 MB, the largest that is shown: held once while it is stamped, then given out from the disk."""
    document = actions.receive_document(line, make.upload("scan.pdf", make.scanned_pdf(19)), by=referrer)
    type(document).objects.filter(pk=document.pk).update(status="clean")
    document.refresh_from_db()
    tracemalloc.start()
    response: Any = show(RequestFactory().get("/x"), document, by=coordinator)
    sent = sum(len(piece) for piece in response.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sent > 19 * MEGABYTE
    assert peak < 50 * MEGABYTE
