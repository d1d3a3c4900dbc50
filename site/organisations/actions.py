"""Who belongs where. A stranger gets into an organisation by a verified domain or by staff, never else."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.people import proved_domains
from changes.log import record
from changes.refusals import Refused
from organisations import emails
from organisations.domains import PUBLIC_MAIL, validate_domain
from organisations.models import Contact, Domain, JoinRequest, Membership, Organisation

Role = Membership.Role


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _enter(user: User, organisation: Organisation, role: str, *, by: object) -> Membership:
    membership, is_new = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    if is_new:
        record(organisation, "organisation.joined", by=by, who=str(user), role=membership.get_role_display())
    return membership


@transaction.atomic
def join(user: User, organisation: Organisation) -> Membership:
    """Join by an address at one of the organisation's verified domains. Joining twice changes nothing."""
    domains = organisation.domains.filter(verified_at__isnull=False, name__in=proved_domains(user))
    if not domains.exists():
        raise Refused(
            f"Your email address does not show that you work at {organisation}. Ask us to add you instead."
        )
    return _enter(user, organisation, Role.MEMBER, by=user)


@transaction.atomic
def register(user: User, *, name: str, kind: str) -> Organisation:
    """A new organisation with this person as its manager; its domain stays unproved until staff verify it."""
    if Organisation.objects.filter(name__iexact=name.strip()).exists():
        raise Refused(f"{name.strip()} is here already. Ask us to add you to it.")
    organisation = Organisation.objects.create(name=name.strip(), kind=kind)
    record(organisation, "organisation.registered", by=user)
    domain = user.email.rpartition("@")[2].lower()
    if domain not in PUBLIC_MAIL and not Domain.objects.filter(name=domain).exists():
        Domain.objects.create(organisation=organisation, name=domain)
    _enter(user, organisation, Role.MANAGER, by=user)
    return organisation


@transaction.atomic
def add_member(user: User, organisation: Organisation, *, by: object, role: str = Role.MEMBER) -> Membership:
    """Staff, who know the person, add them. Adding somebody twice changes nothing."""
    return _enter(user, organisation, role, by=by)


@transaction.atomic
def ask_to_join(user: User, organisation: Organisation) -> JoinRequest:
    """Ask staff, for want of a verified domain. Asking again while it waits is the same request."""
    if organisation.memberships.filter(user=user).exists():
        raise Refused(f"You belong to {organisation} already.")
    request, is_new = JoinRequest.objects.get_or_create(
        organisation=organisation, user=user, status=JoinRequest.Status.WAITING
    )
    if is_new:
        record(request, "joinrequest.waiting", by=user)
    return request


@transaction.atomic
def approve_request(request: JoinRequest, *, by: User) -> Membership:
    request.move_to(JoinRequest.Status.APPROVED, by=by, answered_at=timezone.now())
    emails.joined(request)
    return _enter(request.user, request.organisation, Role.MEMBER, by=by)


@transaction.atomic
def decline_request(request: JoinRequest, *, by: User, reason: str = "") -> None:
    request.move_to(JoinRequest.Status.DECLINED, by=by, reason=reason, answered_at=timezone.now())
    emails.not_joined(request)


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: object) -> None:
    """Give somebody another role; an organisation with members keeps at least one manager it had."""
    organisation = _locked(membership.organisation)
    membership = organisation.memberships.select_related("user").get(pk=membership.pk)
    if role == membership.role:
        return
    if role != Role.MANAGER:
        _keep_a_manager(organisation, without=membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record(
        organisation,
        "organisation.role_changed",
        by=by,
        who=str(membership.user),
        role=membership.get_role_display(),
    )


@transaction.atomic
def leave(membership: Membership, *, by: object) -> None:
    """End somebody's place: they leave, or a manager or staff remove them. Their past acts stay told."""
    organisation = _locked(membership.organisation)
    membership = organisation.memberships.select_related("user").get(pk=membership.pk)
    _keep_a_manager(organisation, without=membership)
    who = str(membership.user)
    membership.delete()
    record(organisation, "organisation.left", by=by, who=who)


def _keep_a_manager(organisation: Organisation, *, without: Membership) -> None:
    others = organisation.memberships.exclude(pk=without.pk)
    is_last = without.role == Role.MANAGER and not others.filter(role=Role.MANAGER).exists()
    if is_last and others.exists():
        raise Refused(
            f"{without.user} is the only manager of {organisation}. Make somebody else manager first."
        )


@transaction.atomic
def add_domain(organisation: Organisation, name: str, *, by: User) -> Domain:
    """Staff note a domain and vouch for it: colleagues with an address there may join by themselves."""
    validate_domain(name)
    name = name.strip().lower()
    domain, is_new = Domain.objects.get_or_create(name=name, defaults={"organisation": organisation})
    if not is_new and domain.organisation_id != organisation.pk:
        raise Refused(f"{name} belongs to {domain.organisation}. Remove it there first.")
    verify_domain(domain, by=by)
    return domain


@transaction.atomic
def verify_domain(domain: Domain, *, by: User) -> None:
    """Staff vouch that only this organisation's people have addresses there. Twice is the same as once."""
    validate_domain(domain.name)
    now = timezone.now()
    if Domain.objects.filter(pk=domain.pk, verified_at=None).update(verified_at=now, verified_by=by):
        record(domain.organisation, "organisation.domain_verified", by=by, domain=domain.name)
    domain.refresh_from_db()


@transaction.atomic
def remove_domain(domain: Domain, *, by: User) -> None:
    """From now on an address there lets nobody in. Those who are in stay in."""
    organisation, name = domain.organisation, domain.name
    domain.delete()
    record(organisation, "organisation.domain_removed", by=by, domain=name)


@transaction.atomic
def contact_for(user: User, organisation: Organisation) -> Contact:
    """This person as a contact of the organisation: the one of that address, else a new one. Once each."""
    contacts = Contact.objects.filter(organisation=organisation, email__iexact=user.email)
    contact = contacts.first()
    if contact is None:
        try:
            with transaction.atomic():
                return Contact.objects.create(
                    name=user.get_full_name() or user.email,
                    email=user.email,
                    organisation=organisation,
                    user=user,
                )
        except IntegrityError:  # somebody else made it between the look and the insert
            contact = contacts.get()
    if contact.user_id is None:
        contact.user = user
        contact.save(update_fields=["user"])
    return contact


@transaction.atomic
def note_contact(organisation: Organisation, *, name: str, email: str) -> Contact:
    """Somebody at the organisation whom staff deal with: the one of that address, else a new one. Once each.

    A name that staff know better replaces the old one of a contact without an account.
    """
    contacts = Contact.objects.filter(organisation=organisation, email__iexact=email.strip())
    contact = contacts.first()
    if contact is None:
        try:
            with transaction.atomic():
                return Contact.objects.create(
                    name=name.strip(), email=email.strip(), organisation=organisation
                )
        except IntegrityError:  # somebody else made it between the look and the insert
            contact = contacts.get()
    if contact.user_id is None and contact.name != name.strip():
        contact.name = name.strip()
        contact.save(update_fields=["name"])
    return contact
