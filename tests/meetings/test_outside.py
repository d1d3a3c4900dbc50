"""Outside calendars: what is read from them, what is refused, and what becomes of a bad one."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone
from django_q.models import OrmQ

from changes.refusals import Refused
from meetings import actions, tasks
from meetings.availability import fetching, outside
from meetings.availability.outside import Unreadable, busy_spans
from meetings.models import BusyTime, OutsideCalendar, Resource
from tests.factories.meetings import meeting as booked
from tests.factories.meetings import people

pytestmark = pytest.mark.django_db
WINDOW = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))


def calendar(*entries: str, kind: str = "VEVENT") -> bytes:
    body = "".join(
        f"BEGIN:{kind}\r\nUID:{n}@example.org\r\nDTSTAMP:20260101T000000Z\r\n{entry}\r\nEND:{kind}\r\n"
        for n, entry in enumerate(entries)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n{body}END:VCALENDAR\r\n".encode()


def read(*entries: str, kind: str = "VEVENT") -> list[str]:
    return [
        f"{s.start:%d %b %H:%M} to {s.end:%d %b %H:%M}"
        for s, _ in busy_spans(calendar(*entries, kind=kind), *WINDOW)
    ]


HOUR = "DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z"


@pytest.mark.parametrize(
    ("entry", "spans"),
    [
        (f"{HOUR}\r\nSUMMARY:Secret", ["01 Dec 09:00 to 01 Dec 10:00"]),
        (f"{HOUR}\r\nTRANSP:TRANSPARENT", []),
        (f"{HOUR}\r\nSTATUS:CANCELLED", []),
        (f"{HOUR}\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20261019T090000\r\nDURATION:PT1H", ["19 Oct 08:00 to 19 Oct 09:00"]),  # floating: London
        ("DTSTART;VALUE=DATE:20261201", ["01 Dec 00:00 to 02 Dec 00:00"]),
        ("DTSTART:20200101T090000Z\r\nDURATION:PT1H", []),
        ("DTSTART:20261001T090000Z", []),  # no length, no time taken
    ],
)
def test_what_takes_time_is_read(entry, spans):
    assert read(entry) == spans


def test_a_series_keeps_its_london_hour_across_the_clock_change():
    """R11."""
    rule = "DTSTART;TZID=Europe/London:20261020T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert read(rule) == ["20 Oct 08:00 to 20 Oct 09:00", "27 Oct 09:00 to 27 Oct 10:00"]


def test_free_and_busy_times_alone_are_read():
    lines = "FREEBUSY:20261201T090000Z/PT1H\r\nFREEBUSY;FBTYPE=FREE:20261202T090000Z/PT1H"
    assert read(lines, kind="VFREEBUSY") == ["01 Dec 09:00 to 01 Dec 10:00"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<html>Sign in</html>", outside.NOT_A_CALENDAR),
        (b"", outside.NOT_A_CALENDAR),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE", outside.NOT_A_CALENDAR),
        (b"x" * (outside.MAX_BYTES + 1), outside.TOO_BIG),
        (calendar(f"{HOUR}\r\nRRULE:FREQ=SECONDLY"), outside.TOO_FREQUENT),
        (calendar(f"{HOUR}\r\nRRULE:FREQ=minutely;COUNT=3"), outside.TOO_FREQUENT),
        (
            calendar("DTSTART:20260601T000000Z\r\nDURATION:PT5M\r\nRRULE:FREQ=HOURLY;BYMINUTE=0,15,30"),
            outside.TOO_MUCH,
        ),
    ],
)
def test_what_cannot_be_read_is_said(raw, said):
    with pytest.raises(Unreadable) as no:
        busy_spans(raw, *WINDOW)
    assert str(no.value) == said


def test_a_reading_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.01)
    with pytest.raises(Unreadable) as no:
        busy_spans(calendar(HOUR), *WINDOW)
    assert str(no.value) == outside.TOO_LONG


# --- Fetching -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/a.ics",
        "javascript:alert(1)",
        "https://",
        "https://user:secret@example.org/a.ics",
        "http://example.org:99999999/a",
        "https://example.org/" + "x" * 2_000,
        "",
    ],
)
def test_odd_addresses_are_refused_by_their_looks(url):
    with pytest.raises(Unreadable):
        fetching.checked(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
        "0.0.0.0",
        "0x7f.1",
        "2130706433",
    ],
)
def test_no_address_leads_into_our_own_network(host, settings):
    settings.RELAXED = False
    with pytest.raises(Unreadable) as no:
        fetching.fetch(f"http://{host}:9/a.ics")
    assert str(no.value) in {fetching.NO_HOST, fetching.NO_ANSWER}


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, Callable[[BaseHTTPRequestHandler], None]]]]:
    """A real server on this machine, answering each path as the test says."""
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers[self.path](self)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}", answers
        served.shutdown()
        thread.join()


def says(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_calendar_is_fetched_and_redirects_are_followed(server, settings):
    settings.RELAXED = True
    here, answers = server
    answers["/a.ics?key=1"] = says(calendar(HOUR))
    answers["/old"] = says(b"", 302, Location="/a.ics?key=1")
    answers["/round"] = says(b"", 302, Location="/round")
    answers["/away"] = says(b"", 302, Location="file:///etc/passwd")
    answers["/none"] = says(b"", 404)
    answers["/big"] = says(b"x" * (outside.MAX_BYTES + 1))
    assert fetching.fetch(f"{here}/old") == calendar(HOUR)
    for path, said in {
        "/round": fetching.TOO_MANY_HOPS,
        "/away": fetching.NOT_WEB,
        "/none": "answered 404",
        "/big": outside.TOO_BIG,
    }.items():
        with pytest.raises(Unreadable, match=said):
            fetching.fetch(here + path)


def test_a_certificate_that_nobody_vouches_for_is_refused(settings, tmp_path):
    settings.RELAXED = True
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    itself = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "itself.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + itself.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked: list[bytes] = []

    def answer(listening: socket.socket) -> None:
        with suppress(OSError):
            wire, _ = listening.accept()
            with context.wrap_socket(wire, server_side=True) as secure:
                asked.append(secure.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        with pytest.raises(Unreadable, match="did not answer"):
            fetching.fetch(f"https://localhost:{listening.getsockname()[1]}/a.ics")
        thread.join()
    assert asked == []


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_trickles_is_cut_off(server, settings, monkeypatch, part):
    """A byte now and then keeps every single wait short, and the whole without an end."""
    settings.RELAXED = True
    monkeypatch.setattr(fetching, "WHOLE", 0.4)
    here, answers = server
    ended = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if part == "head" else b"\r\n"))
        with suppress(OSError):
            while not ended.wait(0.05):
                handler.wfile.write(b"x")

    answers["/slow"] = trickle
    try:
        with pytest.raises(Unreadable) as no:
            fetching.fetch(f"{here}/slow")
    finally:
        ended.set()
    assert str(no.value) == fetching.TOO_SLOW


def test_a_redirect_is_checked_like_the_first_address(server, settings, monkeypatch):
    """A public name that sends us on to this machine: nothing is asked of it."""
    settings.RELAXED = False
    here, answers = server
    port = int(here.rpartition(":")[2])
    asked: list[str] = []
    answers["/"] = says(b"", 302, Location=f"http://localhost:{port}/secret")
    answers["/secret"] = lambda handler: asked.append(handler.path)
    known, real = fetching._is_public, socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real("127.0.0.1" if host == "calendar.example.org" else host, *a, **k),
    )
    first = iter([True])
    monkeypatch.setattr(fetching, "_is_public", lambda text: next(first, None) or known(text))
    with pytest.raises(Unreadable, match="public internet"):
        fetching.fetch(f"http://calendar.example.org:{port}/")
    assert asked == []


# --- Kept ---------------------------------------------------------------------------------------------


@pytest.fixture
def diary(consultant) -> Resource:
    return Resource.objects.of(consultant)


def in_days(days: int, hour: int = 9) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def from_to(start: datetime, end: datetime) -> str:
    return f"DTSTART:{stamp(start)}\r\nDTEND:{stamp(end)}\r\nSUMMARY:Therapy with Zwieback"


def test_a_file_is_read_here_and_now_and_no_title_is_kept(diary, coordinator):
    """R8."""
    start = in_days(3)
    entries = [from_to(start, start + timedelta(hours=1)), from_to(start, start + timedelta(hours=2))]
    added = actions.add_calendar(diary, name="Clinic", file=calendar(*entries), by=coordinator)
    assert (added.is_file, added.busy.count(), OrmQ.objects.count()) == (True, 1, 0)
    kept = BusyTime.objects.values().get()
    assert (kept["starts_at"], kept["ends_at"]) == (start, start + timedelta(hours=2))
    assert "Zwieback" not in str([BusyTime.objects.values(), OutsideCalendar.objects.values()])


def test_a_bad_file_or_address_adds_nothing(diary, coordinator):
    with pytest.raises(Refused, match="not a calendar"):
        actions.add_calendar(diary, name="Clinic", file=b"junk", by=coordinator)
    with pytest.raises(Refused, match="https://"):
        actions.add_calendar(diary, name="Clinic", url="file:///etc/passwd", by=coordinator)
    assert not OutsideCalendar.objects.exists()


def test_a_diary_has_five_outside_calendars_at_most(diary, coordinator):
    for n in range(5):
        actions.add_calendar(diary, name=f"Clinic {n}", url="https://example.org/a.ics", by=coordinator)
    with pytest.raises(Refused, match="Remove one first"):
        actions.add_calendar(diary, name="Clinic", url="https://example.org/a.ics", by=coordinator)


def test_an_address_is_read_by_the_clock_and_a_bad_answer_keeps_the_last_good_times(
    diary, coordinator, server, settings
):
    settings.RELAXED = True
    here, answers = server
    start = in_days(3)
    answers["/a.ics"] = says(calendar(from_to(start, start + timedelta(hours=1))))
    added = actions.add_calendar(diary, name="Clinic", url=f"{here}/a.ics", by=coordinator)
    assert OrmQ.objects.count() == 1
    tasks.read_outside(added.pk)
    added.refresh_from_db()
    assert (added.problem, added.busy.count()) == ("", 1)
    assert tasks.read_outside_due() == 0

    answers["/a.ics"] = says(b"<html>Sign in</html>")
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert tasks.read_outside_due() == 1
        tasks.read_outside(added.pk)
    added.refresh_from_db()
    assert (added.problem, added.busy.count()) == (outside.NOT_A_CALENDAR, 1)
    tasks.read_outside(added.pk + 1)  # gone meanwhile


def test_our_own_meetings_in_it_are_not_busy_times(diary, coordinator):
    """By their UID, and where only free and busy is shared by their very times."""
    first, second = in_days(3), in_days(4)
    ours = booked(resources=[diary], starts_at=first, invitees=people(1))
    booked(resources=[diary], starts_at=second, invitees=people(1))
    two = timedelta(hours=2)
    raw = calendar(from_to(first + two / 8, first + two), from_to(second, second + two)).replace(
        b"UID:0@example.org", f"UID:{ours.uid}".encode()
    )
    added = actions.add_calendar(diary, name="Work", file=raw, by=coordinator)
    assert added.busy.count() == 0


def test_removing_forgets_the_busy_times(diary, coordinator):
    start = in_days(3)
    raw = calendar(from_to(start, start + timedelta(hours=1)))
    added = actions.add_calendar(diary, name="Clinic", file=raw, by=coordinator)
    with pytest.raises(Refused, match="came as a file"):
        actions.read_again(added)
    actions.remove_calendar(added, by=coordinator)
    actions.remove_calendar(added, by=coordinator)
    assert not BusyTime.objects.exists()
