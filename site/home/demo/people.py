"""The people and organisations of the demonstration, all invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts import roles
from accounts.actions import add_person
from accounts.models import User
from home.sign_ins import PASSWORD, SIGN_INS
from meetings.models import Resource
from organisations import actions as organisations
from organisations.models import Contact, Membership, Organisation

Kind = Organisation.Kind

# Staff: address, name, role. Those among the sign-ins get the demonstration's password.
STAFF: list[tuple[str, str, str]] = [
    ("coordinator@example.nhs.uk", "Priya Lennox", roles.COORDINATOR),
    ("consultant@example.nhs.uk", "Helen Marsh", roles.CONSULTANT),
    ("a.diallo@example.nhs.uk", "Amara Diallo", roles.CONSULTANT),
    ("k.boyle@example.nhs.uk", "Kieran Boyle", roles.CONSULTANT),
    ("r.seddon@example.nhs.uk", "Ruth Seddon", roles.CONSULTANT),
    ("lead@example.nhs.uk", "Samuel Thorn", roles.CLINICAL_LEAD),
    ("finance@example.nhs.uk", "Gwen Pritchard", roles.FINANCE_OFFICER),
    ("editor@example.nhs.uk", "Tom Ellery", roles.EDITOR),
]
# Organisations: key, name, kind, address, verified email domains.
BODIES: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    (
        "elmshire",
        "Elmshire Council",
        Kind.LOCAL_AUTHORITY,
        "County Hall\nElmbury\nEL1 1AA",
        ("example.gov.uk",),
    ),
    (
        "wexcombe",
        "Wexcombe Borough Council",
        Kind.LOCAL_AUTHORITY,
        "Civic Centre\nWexcombe\nWX2 4BB",
        ("wexcombe.example.gov.uk",),
    ),
    (
        "northbridge",
        "Northbridge NHS Trust",
        Kind.NHS_TRUST,
        "Northbridge Hospital\nNorthbridge\nNB4 2CC",
        ("northbridge.example.nhs.uk",),
    ),
    (
        "riverside",
        "Riverside Youth Justice Service",
        Kind.YOUTH_JUSTICE,
        "12 Quay Street\nRiverside\nRV1 3DD",
        ("riverside.example.gov.uk",),
    ),
    ("calder", "Calder Family Court", Kind.COURT, "Court House\nCalder\nCD5 5EE", ()),
    ("fernhill", "Fernhill Academy Trust", Kind.SCHOOL, "Fernhill Lane\nElmbury\nEL3 7FF", ("example.org",)),
    ("haven", "Haven Foster Care", Kind.CHARITY, "The Old Chapel\nWexcombe\nWX1 9GG", ("haven.example.org",)),
]
# Who comes to us: address, name, job title, phone, organisation, role in it.
_OUTSIDE = """
referrer@example.gov.uk | Rowan Hale | Social worker | 01632 960111 | elmshire | member
beth.tolley@example.gov.uk | Beth Tolley | Advanced practitioner | 01632 960112 | elmshire | manager
funder@example.gov.uk | Morgan Field | Head of service | 01632 960113 | elmshire | finance
m.webb@wexcombe.example.gov.uk | Marcus Webb | Social worker | 01632 960121 | wexcombe | member
i.fraser@northbridge.example.nhs.uk | Iona Fraser | Clinical psychologist | 01632 960131 | northbridge | member
n.aslam@riverside.example.gov.uk | Nadia Aslam | Youth justice officer | 01632 960141 | riverside | manager
d.pym@calder.example.org | David Pym | Court officer | 01632 960151 | calder | member
booker@example.org | Jo Ashby | Designated safeguarding lead | 01632 960161 | fernhill | booker
s.okell@haven.example.org | Sunita Okell | Training manager | 01632 960171 | haven | booker
"""
OUTSIDE = [[part.strip() for part in line.split("|")] for line in _OUTSIDE.strip().splitlines()]
# Budget holders without an account: key, name, address, organisation.
FUNDERS: list[tuple[str, str, str, str]] = [
    ("wexcombe", "Alison Crewe", "commissioning@wexcombe.example.gov.uk", "wexcombe"),
    ("northbridge", "Peter Lindqvist", "p.lindqvist@northbridge.example.nhs.uk", "northbridge"),
    ("riverside", "Joanna Sale", "j.sale@riverside.example.gov.uk", "riverside"),
    ("calder", "Finance team, Calder", "finance@calder.example.org", "calder"),
    ("fernhill", "Claire Dunmore", "finance@fernhill.example.org", "fernhill"),
    ("haven", "Sunita Okell", "s.okell@haven.example.org", "haven"),
]
ROOMS = [
    (Resource.Kind.ROOM, "Signpost Yard, room 1"),
    (Resource.Kind.ROOM, "Signpost Yard, room 2"),
    (Resource.Kind.VIDEO, "Video room A"),
    (Resource.Kind.VIDEO, "Video room B"),
]


@dataclass
class Cast:
    """Everybody, by mailbox; organisations and budget holders by key; rooms by name."""

    users: dict[str, User] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    funders: dict[str, Contact] = field(default_factory=dict)
    rooms: dict[str, Resource] = field(default_factory=dict)
    place_of: dict[str, str] = field(default_factory=dict)

    def staff(self, name: str) -> User:
        """One of us by the first half of their mailbox."""
        return self.users[f"{name}@example.nhs.uk"]

    def organisation_of(self, mailbox: str) -> Organisation:
        return self.organisations[self.place_of[mailbox]]

    def funder_of(self, mailbox: str) -> Contact:
        """Who agrees the cost where this person works."""
        return self.funders[self.place_of[mailbox]]

    def title_of(self, mailbox: str) -> tuple[str, str]:
        """Job title and phone."""
        return next((title, phone) for email, _, title, phone, *_ in OUTSIDE if email == mailbox)


def mailbox(name: str) -> str:
    """Of somebody in a network, made from their name."""
    return f"{name.lower().replace(' ', '.')}@example.org"


def _password(email: str) -> str | None:
    return PASSWORD if email in SIGN_INS else None


def build_people() -> Cast:
    """Staff first, since they vouch for the domains; then organisations, those who come to us, and rooms."""
    cast = Cast()
    for email, name, role in STAFF:
        cast.users[email] = add_person(email, name, roles=(role,), password=_password(email))
    coordinator = cast.staff("coordinator")
    for key, name, kind, address, domains in BODIES:
        body = Organisation.objects.create(name=name, kind=kind, address=address)
        for domain in domains:
            organisations.add_domain(body, domain, by=coordinator)
        cast.organisations[key] = body
    for email, name, title, phone, key, role in OUTSIDE:
        user = add_person(email, name, password=_password(email))
        body = cast.organisations[key]
        organisations.add_member(user, body, by=coordinator, role=Membership.Role(role))
        contact = organisations.contact_for(user, body)
        contact.job_title, contact.phone = title, phone
        contact.save(update_fields=["job_title", "phone"])
        cast.users[email], cast.place_of[email] = user, key
        if email == "funder@example.gov.uk":
            cast.funders[key] = contact
    for key, name, email, where in FUNDERS:
        cast.funders[key] = Contact.objects.get_or_create(
            email=email, organisation=cast.organisations[where], defaults={"name": name}
        )[0]
    for kind, name in ROOMS:
        cast.rooms[name] = Resource.objects.create(kind=kind, name=name)
    return cast
