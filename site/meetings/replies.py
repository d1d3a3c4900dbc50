"""Reading the replies in a mailbox, one mail at a time: the network outside any transaction, each mail in its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from meetings import actions, mailboxes
from meetings.itip import Unreadable
from meetings.received import read_mail

logger = logging.getLogger(__name__)


def read_replies(url: str) -> Iterator[str]:
    """Deal with every new mail in the mailbox, and say in a sentence each what was done or why nothing was (R8).

    Nothing in a mail stops the rest. Raises mailboxes.Unreachable.
    """
    for mail in mailboxes.unread(url):
        try:
            received = read_mail(mail.raw)
            mail.is_answer = True
            yield from actions.take_in(received)
        except Unreadable as why:
            logger.info("A mail is no reply: %s", why)
            yield f"No reply: {why}."
