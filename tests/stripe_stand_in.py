"""A small Stripe for tests and browser journeys, spoken to over real HTTP by the real stripe-python.

It keeps Checkout Sessions and idempotency keys in memory, checks every parameter name against stripe-python's
own `stripe.params`, shows a pay page, and when that is sent posts a really signed webhook.

    python -m tests.stripe_stand_in PORT WEBHOOK_URL      (with STRIPE_WEBHOOK_SECRET in the environment)

Nothing here leaves the machine: it listens on 127.0.0.1 and calls the one webhook address it was given.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

from stripe.params.checkout._session_create_params import SessionCreateParams

NESTED = re.compile(r"\b(SessionCreateParams\w+)\b")


class BadParameter(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"Received unknown parameter: {name}")


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[0][b]=c` as Stripe's form encoding means it: lists are dicts with number keys."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        path = re.findall(r"[^\[\]]+", key)
        here = tree
        for part in path[:-1]:
            here = here.setdefault(part, {})
        here[path[-1]] = value
    return tree


def check_names(given: dict[str, Any], shape: type, where: str = "") -> None:
    """Every name at every depth is one that stripe-python declares."""
    known = shape.__annotations__
    for name, value in given.items():
        if name not in known:
            raise BadParameter(f"{where}{name}")
        inner = NESTED.search(str(getattr(known[name], "__forward_arg__", known[name])))
        if not isinstance(value, dict) or inner is None:
            continue
        inner_shape = getattr(sys.modules[shape.__module__], inner.group(1))
        many = value.values() if all(key.isdigit() for key in value) else [value]
        for one in many:
            check_names(one, inner_shape, f"{where}{name}.")


def signed(payload: bytes, secret: str, at: int | None = None) -> str:
    """Stripe's `Stripe-Signature` header for this payload."""
    at = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def event(kind: str, session: dict[str, Any], event_id: str = "") -> dict[str, Any]:
    return {
        "id": event_id or f"evt_{secrets.token_hex(8)}",
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": session},
    }


class StandIn:
    """The state, and a server for it on a thread of its own."""

    def __init__(self, *, webhook: str, secret: str, port: int = 0) -> None:
        self.webhook, self.secret = webhook, secret
        self.sessions: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.down = False
        self.calls = 0
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"stripe": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> StandIn:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def create(self, params: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.calls += 1
            if self.down:
                return 503, {"error": {"type": "api_error", "message": "Down for a moment"}}
            if key and key in self.keys:
                first, answer = self.keys[key]
                if first != params:
                    said = "Keys for idempotent requests can only be used with the same parameters"
                    return 400, {"error": {"type": "idempotency_error", "message": said}}
                return 200, answer
            try:
                check_names(params, SessionCreateParams)
            except BadParameter as bad:
                return 400, {"error": {"type": "invalid_request_error", "message": str(bad)}}
            items = params["line_items"].values()
            total = sum(int(i["price_data"]["unit_amount"]) * int(i["quantity"]) for i in items)
            session_id = f"cs_test_{secrets.token_hex(12)}"
            session = {
                "id": session_id,
                "object": "checkout.session",
                "url": f"{self.url}/pay/{session_id}",
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "amount_total": total,
                "currency": next(iter(items))["price_data"]["currency"],
                "client_reference_id": params.get("client_reference_id"),
                "customer_email": params.get("customer_email"),
                "metadata": params.get("metadata", {}),
                "success_url": params["success_url"],
                "cancel_url": params["cancel_url"],
            }
            self.sessions[session_id] = session
            if key:
                self.keys[key] = (params, session)
            return 200, session

    def pay(self, session_id: str) -> dict[str, Any]:
        """What the pay page does: the session is paid. Paying twice charges once."""
        with self.lock:
            session = self.sessions[session_id]
            intent = session["payment_intent"] or f"pi_{secrets.token_hex(10)}"
            session.update(status="complete", payment_status="paid", payment_intent=intent)
            return dict(session)

    def tell(self, what: dict[str, Any]) -> int:
        """Post the webhook, signed now; the status it was answered with."""
        payload = json.dumps(what).encode()
        request = Request(
            self.webhook,
            data=payload,
            headers={"Content-Type": "application/json", "Stripe-Signature": signed(payload, self.secret)},
        )
        try:
            with urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code


PAGE = """<!doctype html><html lang="en-GB"><title>Pay</title><h1>Card payment (stand-in)</h1>
<p>{description}: {amount}</p><form method="post"><button>Pay by card</button></form>
<p><a href="{cancel}">Go back without paying</a></p></html>"""


class _Handler(BaseHTTPRequestHandler):
    stripe: StandIn

    def log_message(self, *_: object) -> None:
        """Quiet: the tests say what matters."""

    def _send(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, what: dict[str, Any]) -> None:
        self._send(status, json.dumps(what).encode(), "application/json", Stripe_Should_Retry="false")

    def _is_known(self) -> bool:
        if self.headers.get("Authorization", "").startswith("Bearer sk_"):
            return True
        self._json(401, {"error": {"type": "invalid_request_error", "message": "No API key"}})
        return False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/v1/checkout/sessions":
            if self._is_known():
                params = nested(parse_qsl(body, keep_blank_values=True))
                self._json(*self.stripe.create(params, self.headers.get("Idempotency-Key", "")))
            return
        session_id = self.path.removeprefix("/pay/")
        if session_id not in self.stripe.sessions:
            self._json(404, {"error": {"type": "invalid_request_error", "message": "No such page"}})
            return
        session = self.stripe.pay(session_id)
        self.stripe.tell(event("checkout.session.completed", session))
        self._send(303, b"", "text/plain", Location=session["success_url"])

    def do_GET(self) -> None:
        session_id = self.path.rsplit("/", 1)[-1]
        session = self.stripe.sessions.get(session_id)
        if session is None:
            self._json(404, {"error": {"type": "invalid_request_error", "message": "No such session"}})
            return
        if self.path.startswith("/v1/"):
            if self._is_known():
                self._json(200, session)
            return
        page = PAGE.format(
            description=session["client_reference_id"],
            amount=f"£{session['amount_total'] / 100:,.2f}",
            cancel=session["cancel_url"],
        )
        self._send(200, page.encode(), "text/html; charset=utf-8")


def main() -> None:
    port, webhook = int(sys.argv[1]), sys.argv[2]
    stand_in = StandIn(webhook=webhook, secret=os.environ["STRIPE_WEBHOOK_SECRET"], port=port)
    print(f"Stripe's stand-in at {stand_in.url}, telling {webhook}", flush=True)
    stand_in.server.serve_forever()


if __name__ == "__main__":
    main()
