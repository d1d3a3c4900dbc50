"""The recommendations of a demonstration case."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from consultations import actions
from consultations.actions.aftercare import items_of
from consultations.models import (
    Closure,
    FeedbackLink,
    GuidelinePoint,
    ProgressLink,
    RecommendationCategory,
    Recommendations,
)
from home.demo import logbook
from home.demo.case import Told, Until
from home.demo.clock import Story
from home.demo.people import mailbox

WORDS = ("background", "network_view", "formulation", "suitability")
REMARK = "Is this what the school said, or what it wrote in the plan?"
WRONG_DATE = "A date was wrong: the second incident was in the week after half term."
PRAISE = "It helped that everybody was asked the same questions."
ANSWERS = [
    ("done", ""),
    ("done", "It took two meetings."),
    ("under_way", "Half of it is in place."),
    ("not_done", "The placement has changed since."),
]
NOTE = "Say in the second paragraph which of this the network told us and which we read."


def again(told: Told) -> Recommendations:
    """The newest version, as the next request would load it."""
    return Recommendations.objects.filter(consultation=told.consultation).latest("version")


def report(told: Told) -> Story:
    """Begun after the meeting, reviewed by a second clinician, signed off and issued."""
    case, days, tale = told.case, told.days, told.tale
    author, lead = told.cast.staff(case.consultant), told.cast.staff("lead")

    def items() -> list[dict]:
        today = timezone.localdate()
        return [
            {
                "text": what,
                "owner": who,
                "due_on": today + timedelta(days=ahead),
                "category": RecommendationCategory.objects.get(title=kind),
                "point": GuidelinePoint.objects.filter(number=point).first(),
            }
            for what, who, ahead, kind, point in tale.to_do
        ]

    yield days.at(39, 10)
    draft = actions.begin_recommendations(told.fresh(), by=author)
    actions.write(draft, words=tale.get("background", "network_view"), items=[], by=author)
    if case.until == Until.DRAFTED:
        return
    yield days.at(41, 16)
    actions.write(again(told), words=tale.get(*WORDS), items=items(), by=author)
    actions.send_for_review(again(told), by=author)
    if case.changes:
        yield days.at(42, 9)
        actions.comment(again(told), section="network_view", text=REMARK, by=lead)
        yield days.at(42, 10)
        actions.ask_for_changes(again(told), note=NOTE, by=lead)
        yield days.at(42, 14)
        actions.send_for_review(again(told), by=author)
    if case.until == Until.REVIEWED:
        return
    yield days.at(43, 11)
    actions.sign_off(again(told), by=lead)
    if case.until == Until.SIGNED:
        return
    yield days.at(44, 10)
    actions.issue_recommendations(again(told), by=told.cast.staff("coordinator"))
    if told.tale.words.get("network"):
        name = told.tale.words["network"].split(",")[0]
        yield days.at(44, 11)
        actions.name_recipient(
            told.fresh(), name=name, email=mailbox(name), by=told.cast.staff("coordinator")
        )
    yield days.at(44, 16)
    logbook.read_report(again(told), by=told.cast.users[case.who])
    if case.second:
        yield from _second_version(told)


def _second_version(told: Told) -> Story:
    days, author, lead = told.days, told.cast.staff(told.case.consultant), told.cast.staff("lead")
    yield days.at(48, 10)
    issued = Recommendations.objects.get(consultation=told.consultation)
    new = actions.reissue(issued, reason=WRONG_DATE, by=author)
    actions.send_for_review(new, by=author)
    yield days.at(48, 15)
    colleague = next(name for name in ("k.boyle", "a.diallo") if name != told.case.consultant)
    actions.approve(new, by=told.cast.staff(colleague))
    if told.case.second == "issued":
        yield days.at(49, 10)
        actions.sign_off(new, by=lead)
        actions.issue_recommendations(new, by=told.cast.staff("coordinator"))


def afterwards(told: Told) -> Story:
    """Closed; then, where three months have passed, owners say how it went and people what they thought."""
    days, consultation, numbers = told.days, told.fresh(), told.days.random
    yield days.at(60, 15)
    on = timezone.localdate() + timedelta(days=numbers.randrange(80, 150))
    actions.choose_review(consultation, on=on, by=told.cast.users[told.case.who])
    yield days.at(70, 11)
    actions.close(
        told.fresh(), outcome=numbers.choice(list(Closure.Outcome)), by=told.cast.staff("coordinator")
    )
    yield days.at(74, 16)
    for link in FeedbackLink.objects.filter(consultation=consultation):
        answers = {name: numbers.choice(["yes", "yes", "yes", "partly"]) for name in FeedbackLink.QUESTIONS}
        is_referrer = link.part == FeedbackLink.Part.REFERRER
        actions.give_feedback(link, answers=answers, words=PRAISE if is_referrer else "")
    report = again(told)
    asked_on = timezone.localdate(report.issued_at) + timedelta(days=93)
    if asked_on >= timezone.localdate(days.now):
        return
    yield days.at((asked_on - days.first).days, 9)
    actions.ask_for_progress(report)
    yield days.at((asked_on - days.first).days + 2, 14)
    for door in ProgressLink.objects.filter(report=report):
        said = {item.pk: numbers.choice(ANSWERS) for item in items_of(door)}
        actions.tell_progress(door, said)
