"""Offering dates to people, their answers, and the slot that is chosen in the end."""

from meetings.actions.poll.ending import Choice, close, drop, expire, settle, tell_asker
from meetings.actions.poll.offering import offer
from meetings.actions.poll.voters import answer, ask, remind, remind_due, renew_link, take_off

__all__ = [
    "Choice",
    "answer",
    "ask",
    "close",
    "drop",
    "expire",
    "offer",
    "remind",
    "remind_due",
    "renew_link",
    "settle",
    "take_off",
    "tell_asker",
]
