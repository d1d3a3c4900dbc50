"""One consultation of the demonstration lived through: every step by its real action, at its own moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from billing.models import Product
from consultations import actions
from consultations.models import NetworkMember
from home.demo import asides, funding, polling, reading, reporting
from home.demo.case import Case, Told, Until
from home.demo.clock import Days, Story
from home.demo.people import Cast, mailbox
from home.demo.tales import Tale, tales

# Which fields each visit to the form fills: some on the first day, the rest on the second.
FIRST = ("own_reference", "initials", "age", "gender", "area", "learning_needs", "behaviours", "setting")
REST = (
    "happened",
    "outcome",
    "restrictions",
    "availability",
    "needed_for",
    "people_affected",
    "tried",
    "investigation",
    "investigation_detail",
    "safety_of_young_person",
    "safety_of_others",
    "questions",
    "lawful_basis",
)


def live(case: Case, cast: Cast, product: Product, now: datetime) -> Story:
    """The life of one case, up to where it stands today."""
    days = Days(case.ago, now=now, seed=case.tale)
    who, tale = cast.users[case.who], tales()[case.tale]
    yield days.at(0, 10) if case.ago else now - timedelta(minutes=95)
    consultation = actions.begin(cast.organisation_of(case.who), by=who)
    told = Told(case, cast, product, days, tale, consultation)
    title, phone = cast.title_of(case.who)
    area = cast.organisation_of(case.who).address.splitlines()[-2]
    answers = {"job_title": title, "phone": phone, "area": area, **_typed(tale, FIRST)}
    actions.save_step(consultation, {**answers, **_social_worker(told)}, by=who)
    if case.until == Until.DRAFT:
        return
    yield days.at(1, 14) if case.ago else now - timedelta(minutes=50)
    _fill_the_rest(told)
    actions.refer(told.fresh(), by=who)
    yield from asides.after_sending(told)
    yield from _triage(told)
    yield from asides.after_accepting(told)
    if told.reached(Until.QUOTED):
        yield from funding.agree(told)
    if told.reached(Until.SENDING):
        yield from reading.collect(told)
    if case.until == Until.DOCUMENTED:
        yield from polling.ask(told)
    if told.reached(Until.BOOKED):
        yield from reading.meet(told)
    if told.reached(Until.DRAFTED):
        yield from reporting.report(told)
    if told.reached(Until.INVOICED):
        yield from funding.settle(told)
    if told.reached(Until.CLOSED):
        yield from reporting.afterwards(told)


def _typed(tale: Tale, names: tuple[str, ...]) -> dict[str, object]:
    answers: dict[str, object] = dict(tale.get(*names))
    if "age" in answers:
        answers["age"] = int(str(answers["age"]))
    return answers


def _social_worker(told: Told) -> dict[str, object]:
    """Whoever is allocated: the referrer, where social work is what they do, else the one the tale names."""
    if told.case.override:
        return {"social_worker_allocated": "no"}
    if name := told.tale.words.get("worker"):
        email = f"{name.lower().replace(' ', '.')}@{told.case.who.partition('@')[2]}"
        return {
            "social_worker_allocated": "yes",
            "social_worker_name": name,
            "social_worker_email": email,
            "social_worker_phone": "01632 960190",
        }
    return {
        "social_worker_allocated": "yes",
        "social_worker_name": told.cast.users[told.case.who].get_full_name(),
        "social_worker_email": told.case.who,
    }


def _fill_the_rest(told: Told) -> None:
    who, funder = told.cast.users[told.case.who], told.cast.funder_of(told.case.who)
    answers = {
        "funding": told.tale.words.get("funding", "agreed"),
        "funder_name": funder.name,
        "funder_email": funder.email,
        "happened": "It began this summer. The last time we know of was four weeks ago.",
        "documents_held": ["Chronology", "Most recent social work assessment"],
        "availability": "Tuesdays and Wednesdays, not before 10am. Not in the school holidays.",
        **_typed(told.tale, REST),
    }
    actions.save_step(told.consultation, answers, by=who)
    worker = _social_worker(told)
    for name, role, agency, email in _network(told.tale):
        if name == worker.get("social_worker_name"):  # one person, one mailbox
            email = str(worker["social_worker_email"])
        member = NetworkMember(name=name, role=role, agency=agency, email=email)
        actions.add_to_network(told.consultation, member, by=who)


def _network(tale: Tale) -> Iterator[tuple[str, str, str, str]]:
    """`network: Name, role, agency; …`. Mailboxes are made from the names."""
    for person in tale.words["network"].split(";"):
        name, role, agency = (part.strip() for part in person.split(",", 2))
        yield name, role, agency, mailbox(name)


def _triage(told: Told) -> Story:
    case, days, consultation = told.case, told.days, told.consultation
    coordinator, who = told.cast.staff("coordinator"), told.cast.users[case.who]
    if case.until == Until.SUBMITTED:
        return
    if case.until == Until.WITHDRAWN:
        yield days.at(3, 15)
        actions.withdraw(told.fresh(), reason=told.tale.words["withdrawn"], by=who)
        return
    if case.until == Until.DECLINED:
        yield days.at(3, 11)
        actions.decline_referral(
            told.fresh(), reason=told.tale.words["no"], alternative=told.tale.words["instead"], by=coordinator
        )
        return
    if case.asked or case.until == Until.QUESTIONED:
        yield days.at(2, 11)
        actions.ask_for_more(told.fresh(), question=told.tale.words["asked"], by=coordinator)
        if case.until == Until.QUESTIONED:
            return
        yield days.at(3, 9)
        actions.save_step(consultation, {"answer": told.tale.words["answer"]}, by=who)
        actions.refer(told.fresh(), by=who)
    lead = told.cast.staff("lead")
    yield days.at(4, 10)
    actions.accept_referral(
        told.fresh(), by=lead if case.override else coordinator, override_reason=case.override
    )
    yield days.at(4, 12)
    second = told.cast.staff(case.second_consultant) if case.second_consultant else None
    actions.allocate(told.fresh(), consultant=told.cast.staff(case.consultant), second=second, by=lead)
