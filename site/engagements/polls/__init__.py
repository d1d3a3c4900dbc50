"""Finding a date for a commission by asking people: what every trade's pages about it share."""

from engagements.polls.trade import Trade, polls_on_page, tell_asker
from engagements.polls.urls import urls_of

__all__ = ["Trade", "polls_on_page", "tell_asker", "urls_of"]
