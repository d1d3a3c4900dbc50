"""Reading the replies in a mailbox, one mail at a time: the network outside any transaction, each mail in its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

from meetings import actions, mailboxes
from meetings.itip import Unreadable
from meetings.received import read_mail

logger = logging.getLogger(__name__)
LONGEST = 20  # seconds of one run, well under what the queue allows a job; the rest waits for the next


def read_replies(url: str) -> Iterator[str]:
    """Deal with every new mail in the mailbox, and say in a sentence each what was done or why nothing was (R8).

    Nothing in a mail stops the rest; a slow mail server does, and then the next run goes on. Raises
    mailboxes.Unreachable.
    """
    ends = time.monotonic() + LONGEST
    for mail in mailboxes.unread(url):
        if time.monotonic() > ends:
            break
        try:
            outcomes = actions.take_in(read_mail(mail.raw))
            mail.is_done = all(outcome.is_done for outcome in outcomes)
            yield from (outcome.said for outcome in outcomes)
        except Unreadable as why:
            logger.info("A mail is no reply: %s", why)
            yield f"No reply: {why}."
        except (OperationalError, InterfaceError):  # of the moment: the next run deals with it
            raise
        except Exception as error:  # a fault of ours with this mail: it stays unread for people
            logger.error("A mail could not be dealt with: %s", type(error).__name__)
            yield f"Not dealt with: {type(error).__name__}."
