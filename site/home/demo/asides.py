"""What happens beside the straight way of a case: a colleague let in, a change, a pause, a conflict, a phone call."""

from __future__ import annotations

from datetime import datetime

from consultations import actions
from consultations.models import NetworkMember
from home.demo.case import Told
from home.demo.clock import Days, Story
from home.demo.people import Cast, mailbox

NOBODY: dict[str, object] = {
    "social_worker_allocated": "no",
    "social_worker_name": "",
    "social_worker_email": "",
    "social_worker_phone": "",
}


def after_sending(told: Told) -> Story:
    case, who = told.case, told.cast.users[told.case.who]
    if case.colleague:
        yield told.days.at(1, 15)
        actions.let_in(told.fresh(), email=case.colleague, by=who)
    if case.urgent:
        yield told.days.at(2, 9)
        actions.mark_urgent(told.fresh(), urgent=True, by=told.cast.staff("coordinator"))


def after_accepting(told: Told) -> Story:
    case, who = told.case, told.cast.users[told.case.who]
    if case.conflict:
        yield told.days.at(4, 11)
        actions.declare_conflict(
            told.fresh(), reason="I taught at this school until last year.", by=told.cast.staff(case.conflict)
        )
    if case.amended:
        yield told.days.at(5, 10)
        actions.amend(
            told.fresh(),
            {"tried": f"{told.tale.words['tried']} {case.amended}"},
            section="tried",
            reason="This began after we sent the referral.",
            by=who,
        )
        yield told.days.at(6, 14)
        actions.add_to_network(
            told.fresh(),
            NetworkMember(
                name="Leanne Frost",
                role="Youth worker",
                agency="Elmshire Youth Service",
                email=mailbox("Leanne Frost"),
                may_see=NetworkMember.Sees.REPORT,
            ),
            reason="She is the youth worker who sees her now.",
            by=who,
        )
    if case.worker_left:
        yield told.days.at(5, 14)
        actions.amend(
            told.fresh(), NOBODY, section="social-worker", reason="She left the authority on Friday.", by=who
        )


def phone_call(cast: Cast, now: datetime) -> Story:
    """Somebody rang yesterday; they have not opened the link yet. And the coordinator has a view of her own."""
    yield Days(1, now=now, seed="phone call").at(0, 15)
    coordinator = cast.staff("coordinator")
    actions.take_enquiry(
        cast.organisations["wexcombe"],
        name="Harriet Cole",
        email="h.cole@wexcombe.example.gov.uk",
        answers={
            "age": 11,
            "setting": "offline",
            "questions": "What should the carers know in the first weeks?",
        },
        by=coordinator,
    )
    actions.save_view(name="Overdue", query="late=yes", by=coordinator)
