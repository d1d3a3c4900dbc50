"""What the pages of a date poll find: the poll of a commission, a person asked, the way back."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse

from engagements.models import Engagement
from engagements.polls.trade import Trade
from meetings.models import Poll, Slot, Vote, Voter


def poll_of(engagement: Engagement, pk: int) -> Poll:
    """A poll of this commission. Raises Http404 for any other."""
    return get_object_or_404(Poll.objects.of(engagement.reference).for_page(), pk=pk)


def crumbs(
    trade: Trade, engagement: Engagement, *labels: str, poll: Poll | None = None
) -> list[dict[str, str]]:
    trail = [
        {"url": reverse(f"{trade.name}:index"), "label": trade.plural},
        {"url": trade.home(engagement), "label": engagement.reference},
    ]
    if poll is not None:
        trail.append({"url": trade.page("poll", engagement, poll.pk), "label": "Date poll"})
    return [*trail, *({"url": "", "label": label} for label in labels)]


def voter_of(poll: Poll, pk: int) -> Voter:
    return get_object_or_404(Voter.objects.select_related("poll"), pk=pk, poll=poll, taken_off_at=None)


def word(voter: Voter, slot: Slot) -> str:
    said = voter.said().get(slot.pk)
    return Vote.Answer(said).label if said else ""
