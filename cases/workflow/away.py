"""Days on which somebody is not there: what is due goes to whoever covers."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import Away, User
from csec.errors import Absent

ENDS_FIRST = _("This is before the first day.")
PAST = _("These days are past.")
TOO_LONG = _("Enter at most a year at a time.")
WITHDRAWN = _("These days were taken back already.")


@verb("away_entered")
def enter_away(*, actor: User, person: User, first_day: date, last_day: date, at: datetime) -> Away:
    """
    Enter the days on which oneself is away, or somebody of whose school one is an administrator. Raises Invalid.

    Whoever covers is told what is due on those days; nothing waits for somebody who is not there.
    """
    require(permissions.can_enter_away(actor, person), "enter_away", subject=person.pk)
    if last_day < first_day:
        raise Invalid({"last_day": ENDS_FIRST})
    if last_day < at.date() - timedelta(days=1):
        raise Invalid({"last_day": PAST})
    if last_day - first_day > timedelta(days=366):
        raise Invalid({"last_day": TOO_LONG})
    row = Away(person=person, first_day=first_day, last_day=last_day, entered_at=at)
    row.save(force_insert=True)
    _remind_again(row, at)
    log("enter_away", actor=actor, subject=row.pk)
    return row


@verb("away_withdrawn")
def withdraw_away(*, actor: User, away: Away, at: datetime) -> None:
    """Take days back that were entered. Raises Conflict when they were already."""
    found = Away.objects.select_related("person").filter(pk=away.pk).first()
    if found is None:
        raise Absent("away", away.pk)
    require(permissions.can_enter_away(actor, found.person), "withdraw_away", subject=found.pk)
    # PostgreSQL locks it for nobody else.
    row = Away.objects.select_for_update().get(pk=found.pk)
    if row.withdrawn_at:
        raise Conflict(WITHDRAWN)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _remind_again(row, at)
    log("withdraw_away", actor=actor, subject=row.pk)


def _remind_again(row: Away, at: datetime) -> None:
    """Who was told of a contact this morning may not be who makes it now."""
    with connection.cursor() as cursor:
        # PostgreSQL finds the check-ins, of cases that the actor may not see.
        cursor.execute("SELECT remind_again(%s, %s)", [row.pk, at])
