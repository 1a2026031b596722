"""The days without school: of one, or of all."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.breaks import DAY
from cases.rhythm import LOOK_BACK
from cases.text import Words
from cases.workflow.away import ENDS_FIRST, PAST
from cases.workflow.calendar import follow_calendar
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.directory.models import Closure, School
from csec.errors import Absent
from district import permissions
from district.workflow.typed import wrong_texts

#: So far ahead a calendar is entered.
AHEAD = timedelta(days=2 * 366)
TOO_LONG = _("Enter at most %(most)d days at a time.")
TOO_FAR = _("Enter days within the next two years.")
OF_ALL = _("The offices are the district’s: choose “All schools”, or leave this out.")
KNOWN = _("These days are entered already.")
OVER = _("These days are over, and stay in the calendar.")
WITHDRAWN = _("These days were taken out of the calendar already.")


@verb("closure_added")
def add_closure(
    *,
    actor: User,
    school: School | None,
    name: str,
    first_day: date,
    last_day: date,
    at: datetime,
    offices_closed: bool = False,
) -> Closure:
    """
    Enter days without school, both ends included; for all schools when none is given.

    With `offices_closed` they are a holiday of the whole district, and no business days: a records request that is
    logged from then on has that much longer. The check-ins that wait follow at once. Raises Invalid.
    """
    place = school.pk if school else None
    require(permissions.can_add_closure(actor, place), "add_closure", subject=place or actor.pk)
    row = Closure(
        school=school, name=name, first_day=first_day, last_day=last_day, offices_closed=offices_closed
    )
    wrong: dict[str, Words] = wrong_texts(row, required=("name",))
    today = permissions.day_of(at, school)
    if last_day < first_day:
        wrong["last_day"] = ENDS_FIRST
    elif last_day < today:
        wrong["last_day"] = PAST
    elif last_day - first_day >= LOOK_BACK:
        wrong["last_day"] = TOO_LONG % {"most": LOOK_BACK.days}
    elif last_day - today > AHEAD:
        wrong["last_day"] = TOO_FAR
    if offices_closed and school:
        wrong["offices_closed"] = OF_ALL
    if wrong:
        raise Invalid(wrong)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid({"first_day": KNOWN}) from None
    follow_calendar(at)
    log("add_closure", actor=actor, subject=row.pk)
    return row


@verb("closure_removed")
def remove_closure(*, actor: User, closure: Closure, at: datetime) -> None:
    """
    Take days out of the calendar again; of a closure that has begun those from today on.

    The check-ins that it had put on other days come back where that is still possible. Raises Conflict.
    """
    row = Closure.objects.select_related("school").filter(pk=closure.pk).first()
    if row is None:
        raise Absent("closure", closure.pk)
    require(permissions.can_remove_closure(actor, row), "remove_closure", subject=row.pk)
    # PostgreSQL locks it for nobody else.
    locked = Closure.objects.select_for_update().get(pk=row.pk)
    if locked.withdrawn_at:
        raise Conflict(WITHDRAWN)
    today = permissions.day_of(at, row.school)
    if locked.last_day < today:
        raise Conflict(OVER)
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    if locked.first_day < today:
        _keep(locked, until=today - DAY)
    follow_calendar(at)
    log("remove_closure", actor=actor, subject=locked.pk)


def _keep(closure: Closure, *, until: date) -> None:
    """The days that have passed stay without school."""
    over = {"school_id": closure.school_id, "first_day": closure.first_day, "last_day": until}
    if not Closure.objects.in_force().filter(**over).exists():
        Closure(name=closure.name, offices_closed=closure.offices_closed, **over).save(force_insert=True)
