"""Which slot of a date poll is best, and why, in words. Reads prefetched rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meetings.models import Poll, Slot, Vote, Voter

Answer = Vote.Answer


@dataclass(frozen=True)
class Score:
    """One slot: how many said what, and who that is needed stands in its way."""

    slot: Slot
    yes: int
    if_need_be: int
    no: int
    kept_out: tuple[str, ...]  # needed people who said no
    silent: tuple[str, ...]  # needed people who have not answered
    taken: tuple[str, ...]  # people, rooms and links booked for something else then

    @property
    def has_quorum(self) -> bool:
        """Everybody needed can come."""
        return not self.kept_out and not self.silent

    @property
    def can_be_chosen(self) -> bool:
        return not self.taken and not self.slot.is_past

    @property
    def rank(self) -> tuple[bool, int, int, datetime]:
        """The lowest is best: all needed people can, most yes, most if need be, earliest."""
        return (not self.has_quorum, -self.yes, -self.if_need_be, self.slot.starts_at)

    @property
    def why(self) -> str:
        """3 yes, 1 if need be, 1 no. Everybody needed can come."""
        parts = [f"{self.yes} yes", f"{self.if_need_be} if need be", f"{self.no} no"]
        counted = ", ".join(part for part in parts if not part.startswith("0 ")) or "No answers yet"
        if self.slot.is_past:
            return f"{counted}. This time has passed."
        reasons = []
        if self.taken:
            reasons.append(f"{_named(self.taken)} booked elsewhere then")
        if self.kept_out:
            reasons.append(f"{_named(self.kept_out)} needed and cannot come")
        if self.silent:
            has = "has" if len(self.silent) == 1 else "have"
            reasons.append(f"{_listed(self.silent)} {has} not answered")
        return f"{counted}. {'; '.join(reasons) or 'Everybody needed can come'}."


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _named(names: tuple[str, ...]) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"


def score(slot: Slot, asked: list[Voter], taken: tuple[str, ...] = ()) -> Score:
    answers = [(voter, voter.said().get(slot.pk)) for voter in asked]
    said = [answer for _, answer in answers]
    needed = [(voter.name, answer) for voter, answer in answers if voter.is_required]
    return Score(
        slot,
        said.count(Answer.YES),
        said.count(Answer.IF_NEED_BE),
        said.count(Answer.NO),
        kept_out=tuple(name for name, answer in needed if answer == Answer.NO),
        silent=tuple(name for name, answer in needed if answer is None),
        taken=taken,
    )


def scores(poll: Poll) -> list[Score]:
    """Every slot, in the order of time."""
    asked, taken = poll.asked, poll.taken()
    return [
        score(slot, asked, tuple(dict.fromkeys(str(r) for r in taken.get(slot.pk, []))))
        for slot in poll.slots.all()
    ]


def best(scored: list[Score]) -> Score | None:
    """The slot to propose: the best of those with a quorum, or None while there is none."""
    fit = [one for one in scored if one.can_be_chosen and one.has_quorum and one.yes + one.if_need_be]
    return min(fit, key=lambda one: one.rank, default=None)
