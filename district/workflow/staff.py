"""What the verbs about the staff have in common: one change of one person at a time, and what is found meanwhile."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases.workflow.refusals import Conflict
from csec.accounts.models import Membership, User
from csec.errors import Absent
from district import permissions


def lock_person(person: User, actor: User, at: datetime) -> User:
    """The account, locked until the transaction ends, if the actor sees it. Raises Absent."""
    seen = permissions.staff_of(actor, at)
    row = seen.select_for_update(no_key=True).filter(pk=person.pk).first()
    if row is None:
        raise Absent("person", person.pk)
    return row


def lock_role(membership: Membership, actor: User, at: datetime) -> Membership:
    """
    The role as it is, its person locked, if the actor sees them. Raises Absent.

    Not the role itself: PostgreSQL locks it for nobody who may not change it, and they are to be told.
    """
    row = Membership.objects.filter(pk=membership.pk).first()
    if row is None:
        raise Absent("role", membership.pk)
    lock_person(row.person, actor, at)
    return Membership.objects.select_related("person", "school").get(pk=row.pk)


def check_open(row: User) -> None:
    """Raise Conflict when the account was closed meanwhile."""
    if not row.is_active:
        raise Conflict(_("This account is closed. The district liaison can open it again."))


def leave_cases(row: Membership) -> None:
    """From the day on which a role is over its person is off the cases that it opened to them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leave_cases(%s)", [row.pk])


def check_in_force(row: Membership, at: datetime) -> None:
    """Raise Conflict when the role has ended meanwhile."""
    if row.until is not None and row.until <= permissions.day_of(at, row.school):
        last_day = max(row.until - timedelta(days=1), row.since)
        raise Conflict(
            _("This role ended on %(when)s.") % {"when": formats.date_format(last_day, "DAY_AND_YEAR")}
        )
