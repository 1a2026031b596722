"""Who has an account: let in, let in again, under another name or address, closed, opened again."""

from collections.abc import Collection
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases import text
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts import resets, sessions
from csec.accounts.models import CalendarFeed, User
from csec.directory.models import School
from district import permissions
from district.workflow.roles import check_liaison_stays, new_role
from district.workflow.staff import check_open, leave_cases, lock_person

NAME = 150
ADDRESS = _("Enter an e-mail address.")
#: To whoever does not see that person: no more than that it cannot be done here.
CANNOT_BE_USED = _("This address cannot be used here. Ask the district liaison.")


@verb("person_invited")
def invite_person(
    *,
    actor: User,
    name: str,
    email: str,
    role: str,
    school: School | None,
    at: datetime,
    weekdays: Collection[int] = (),
    agreed_on: date | None = None,
) -> User:
    """
    Let somebody in: an account without a password, its first role from today on, and a link that is sent to them.

    Whoever has an account already is given a role instead. Raises Invalid.
    """
    require(permissions.can_invite_person(actor), "invite_person", subject=actor.pk)
    role_there = new_role(
        "invite_person",
        actor,
        role=role,
        school=school,
        weekdays=weekdays,
        agreed_on=agreed_on,
        first_day=permissions.day_of(at, school),
        at=at,
    )
    name, email = _checked(name, email)
    _check_free(email, actor, at)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email=email, name=name)
    except IntegrityError:
        raise Invalid({"email": CANNOT_BE_USED}) from None
    role_there.person = person
    role_there.save(force_insert=True)
    resets.invite(person, at=at)
    log("invite_person", actor=actor, subject=person.pk)
    return person


@verb("person_invited_again")
def invite_again(*, actor: User, person: User, at: datetime) -> None:
    """Send the link once more to somebody who has never signed in. Raises Conflict."""
    row = lock_person(person, actor, at)
    require(permissions.can_invite_again(actor, row), "invite_again", subject=row.pk)
    check_open(row)
    if not row.is_new:
        raise Conflict(
            _("They have signed in or chosen a password already. “Forgot your password?” sends them a link.")
        )
    if resets.invited_lately(row, at=at):
        raise Conflict(_("A link was sent a moment ago. Give it five minutes."))
    resets.invite(row, at=at)
    log("invite_again", actor=actor, subject=row.pk)


@verb("person_changed")
def change_person(*, actor: User, person: User, name: str, email: str, at: datetime) -> None:
    """
    Give somebody another name or address. Raises Invalid.

    By another address they sign in anew, and the one before is told. Somebody new is sent a link there.
    """
    row = lock_person(person, actor, at)
    require(permissions.can_change_person(actor, row), "change_person", subject=row.pk)
    name, email = _checked(name, email)
    before = row.email
    if email.lower() != before.lower():
        _check_free(email, actor, at)
    row.name, row.email = name, email
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "email"])
    except IntegrityError:
        raise Invalid({"email": CANNOT_BE_USED}) from None
    if email != before:
        _moved(row, before, at=at)
    log("change_person", actor=actor, subject=row.pk)


def _moved(row: User, before: str, *, at: datetime) -> None:
    """The library keeps the address a second time, and would let it sign in."""
    if EmailAddress.objects.filter(user=row).delete()[0]:
        EmailAddress(user=row, email=row.email, verified=True, primary=True).save(force_insert=True)
    sessions.end_all(row.pk)
    resets.forget(row)
    if row.is_new:
        resets.invite(row, at=at)
    else:
        resets.tell_before(row, before, at=at)


@verb("account_closed")
def close_account(*, actor: User, person: User, at: datetime) -> None:
    """
    Somebody leaves: signed out everywhere at once, without a role from today on, and with no way back in.

    What they carried is nobody's from then on, and is shown to those who answer for it. Raises Conflict.
    """
    row = lock_person(person, actor, at)
    require(permissions.can_close_account(actor, row, at), "close_account", subject=row.pk)
    check_open(row)
    check_liaison_stays(row, after=permissions.day_of(at))
    # PostgreSQL lets an administrator do it while the roles are there by which the account is theirs to close.
    CalendarFeed.objects.filter(person=row, revoked_at__isnull=True).update(revoked_at=at)
    resets.forget(row)
    row.is_active = False
    row.save(update_fields=["is_active"])
    for membership in permissions.not_over(at).filter(person=row).select_related("school"):
        # One that was to begin later never does.
        membership.until = max(permissions.day_of(at, membership.school), membership.since)
        membership.save(update_fields=["until"])
        leave_cases(membership)
    sessions.end_all(row.pk)
    log("close_account", actor=actor, subject=row.pk)


@verb("account_reopened")
def reopen_account(*, actor: User, person: User, at: datetime) -> None:
    """Somebody is back: the account is open, without any role until one is given. Raises Conflict."""
    row = lock_person(person, actor, at)
    require(permissions.can_reopen_account(actor, row), "reopen_account", subject=row.pk)
    if row.is_active:
        raise Conflict(_("This account is open."))
    row.is_active = True
    row.save(update_fields=["is_active"])
    log("reopen_account", actor=actor, subject=row.pk)


def _checked(name: str, email: str) -> tuple[str, str]:
    """Both as they are kept. Raises Invalid."""
    name, email = " ".join(name.split()), User.objects.normalize_email(email.strip())
    wrong: dict[str, text.Words] = {}
    if fault := text.fault(name, limit=NAME) if name else text.REQUIRED:
        wrong["name"] = fault
    try:
        validate_email(email)
        fault = text.fault(email, limit=254)
    except ValidationError:
        fault = ADDRESS
    if fault:
        wrong["email"] = fault
    if wrong:
        raise Invalid(wrong)
    return name, email


def _check_free(email: str, actor: User, at: datetime) -> None:
    """Raise Invalid when somebody has this address; who, only to those who see them anyway."""
    other = User.objects.filter(email__iexact=email).first()
    if other is None:
        return
    if permissions.staff_of(actor, at).filter(pk=other.pk).exists():
        raise Invalid({"email": _("%(who)s has this address. Find them under People.") % {"who": other.name}})
    raise Invalid({"email": CANNOT_BE_USED})
