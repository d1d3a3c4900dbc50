"""Background jobs of the outbox: primitives in, fetch, call an action."""

from mail import actions
from mail.models import Message


def deliver(pk: int) -> None:
    if message := Message.objects.filter(pk=pk).first():
        actions.deliver(message)


def sweep() -> int:
    return actions.sweep()
