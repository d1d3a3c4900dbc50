"""A small IMAP server (RFC 3501) over TLS on a real socket: the commands that `read_replies` uses, no more."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN = 'LOGIN reader "p%ss w/rd"'
URL = "imaps://reader:p%25ss%20w%2Frd@localhost:{port}/{folder}"


class Server(socketserver.ThreadingTCPServer):
    """One folder. `mails` are whole mails by UID; `said` the commands that were given, without their tags."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *mails: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails = dict(enumerate(mails, 7))
        self.seen: set[int] = set()
        self.looked_at: set[int] = set()
        self.said: list[str] = []
        self.fails_at = ""
        self.tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return URL.format(port=self.server_address[1], folder="INBOX")


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def setup(self) -> None:
        assert self.server.tls is not None
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, _, words = line.decode().strip().partition(" ")
            self.server.said.append(words)
            if self.server.fails_at and self.server.fails_at in words:
                self._say(f"{tag} NO refused for person1@example.org")
                continue
            if not self._answer(words):
                self._say(f"{tag} BAD what?")
                continue
            self._say(f"{tag} OK done")
            if words == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _answer(self, words: str) -> bool:
        server = self.server
        if words == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif words.startswith("SELECT "):
            self._say(f"* {len(server.mails)} EXISTS")
        elif words == "UID SEARCH UNSEEN UNKEYWORD FingerpostLooked":
            done = server.seen | server.looked_at
            self._say(" ".join(["* SEARCH", *(str(uid) for uid in server.mails if uid not in done)]))
        elif asked := re.fullmatch(r"UID FETCH (\d+) \(BODY.PEEK\[\]<0\.(\d+)>\)", words):
            mail = server.mails[int(asked[1])][: int(asked[2])]
            self._say(f"* 1 FETCH (UID {asked[1]} BODY[]<0> {{{len(mail)}}}")
            self.wfile.write(mail)
            self._say(")")
        elif asked := re.fullmatch(r"UID STORE (\d+) \+FLAGS \(\\Seen\)", words):
            server.seen.add(int(asked[1]))
        elif asked := re.fullmatch(r"UID STORE (\d+) \+FLAGS \(FingerpostLooked\)", words):
            server.looked_at.add(int(asked[1]))
        else:
            return words in {LOGIN, "LOGOUT"}
        return True


@contextmanager
def serving(certificate: Path, *mails: bytes) -> Iterator[Server]:
    with Server(*mails) as server:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(certificate)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def self_signed(path: Path) -> Path:
    """A certificate for localhost and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=800))
        .not_valid_after(now + timedelta(days=800))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
