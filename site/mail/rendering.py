"""One template pair to subject, text and HTML: `<app>/emails/<name>.txt` and `.html`."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode

from provider.models import Provider

PREFIX = "Subject:"


class Rendered(NamedTuple):
    subject: str
    text: str
    html: str


class BadTemplate(Exception):
    """A template that breaks the pair's one rule: the first line of the text says the subject."""


def _text(path: str, context: dict[str, Any]) -> tuple[str, bool]:
    """Rendered without HTML escaping, and whether the template brings the base's frame itself."""
    template = get_template(path).template  # type: ignore[attr-defined]
    framed = any(isinstance(node, ExtendsNode) for node in template.nodelist)
    return template.render(Context(context, autoescape=False)), framed


def _split(path: str, text: str) -> tuple[str, str]:
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith(PREFIX):
        raise BadTemplate(f"The first line of {path} has to be “Subject: …”.")
    return " ".join(first.removeprefix(PREFIX).split())[:200], rest.strip() + "\n"


def render(template: str, context: dict[str, Any], *, name: str = "") -> Rendered:
    """`template` is "app/name". A text template may extend mail/base.txt; if not, its frame is added.

    Every template knows `provider`, `base_url`, `subject` (in HTML) and `recipient`, the person's name.
    """
    app, _, which = template.partition("/")
    known = {
        "provider": Provider.load(),
        "base_url": settings.BASE_URL,
        "recipient": name,
        "demo": settings.DEMO,
        **context,
    }
    path = f"{app}/emails/{which}"
    text, framed = _text(f"{path}.txt", known)
    subject, body = _split(f"{path}.txt", text)
    if not framed:
        text, _ = _text("mail/base.txt", {**known, "subject": subject, "text_body": body})
        _, body = _split("mail/base.txt", text)
    try:
        html = get_template(f"{path}.html").render({**known, "subject": subject})
    except TemplateDoesNotExist as missing:
        if missing.args[0] != f"{path}.html":
            raise
        raise BadTemplate(f"{path}.txt has no {path}.html beside it.") from missing
    return Rendered(subject, body, html)
