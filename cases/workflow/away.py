"""Days on which somebody is not there: what is due goes to whoever covers."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.errors import Absent

ENDS_FIRST = _("This is before the first day.")
PAST = _("These days are past.")
TOO_LONG = _("Enter at most a year at a time.")
WITHDRAWN = _("These days were taken back already.")
WHO_COVERS = _("Choose who covers: the SRO who is named, or nobody.")
NOT_COVERED = _(
    "No SRO who is there on these days is named as cover at %(schools)s. An administrator there or the district liaison"
    " names one under People. Until then choose that nobody covers."
)
IS_COVERED = _(
    "%(who)s is named as cover, and is asked instead. An administrator of the school or the district liaison changes"
    " that under People."
)

#: What is said of an officer's days: whoever is named as their cover is asked, or nobody is.
NAMED, NOBODY = "named", "nobody"


@verb("away_entered")
def enter_away(
    *, actor: User, person: User, first_day: date, last_day: date, at: datetime, covered: str = ""
) -> Away:
    """
    Enter the days on which oneself is away, or somebody of whose school one is an administrator. Raises Invalid.

    Whoever covers is told what is due on those days; nothing waits for somebody who is not there. Of an officer it is
    `covered` by whom: whoever is NAMED as their cover, or NOBODY, which is never taken for granted.
    """
    require(permissions.can_enter_away(actor, person), "enter_away", subject=person.pk)
    if last_day < first_day:
        raise Invalid({"last_day": ENDS_FIRST})
    if last_day < at.date() - timedelta(days=1):
        raise Invalid({"last_day": PAST})
    if last_day - first_day > timedelta(days=366):
        raise Invalid({"last_day": TOO_LONG})
    _check_covered(person, min(max(first_day, at.date()), last_day), last_day, covered)
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


def covers_of(
    people: Collection[User], first_day: date, last_day: date
) -> Mapping[UUID, Mapping[str, User | None]]:
    """Of each officer among these people, by school, whoever is named as cover and is there on all of these days."""
    officers = Membership.objects.current(first_day).filter(role=Role.SRO)
    gone = Away.objects.filter(withdrawn_at__isnull=True, first_day__lte=last_day, last_day__gte=first_day)
    # An officer works at each school, and covers at each.
    there = set(
        officers.filter(
            person__in=Membership.objects.current(last_day).filter(role=Role.SRO).values("person")
        )
        .exclude(person__in=gone.values("person"))
        .values_list("person", flat=True)
    )
    found: dict[UUID, dict[str, User | None]] = {}
    for row in officers.filter(person__in=people).select_related("school", "cover").order_by("school__name"):
        assert row.school  # noqa: S101 - no officer is of the district
        found.setdefault(row.person_id, {})[row.school.name] = row.cover if row.cover_id in there else None
    return found


def names_of(covers: Mapping[str, User | None]) -> str:
    """The covers by name, each once."""
    return ", ".join(dict.fromkeys(cover.name for cover in covers.values() if cover))


def _check_covered(person: User, first_day: date, last_day: date, covered: str) -> None:
    """
    Raise Invalid unless what is said of an officer's cover is so.

    Who covers is an administrator's or the liaison's to name, and no officer's own: it is not changed here.
    """
    covers = covers_of([person], first_day, last_day).get(person.pk)
    if covers is None:
        return
    without = [school for school, cover in covers.items() if cover is None]
    if covered not in (NAMED, NOBODY):
        raise Invalid({"covered": WHO_COVERS})
    if covered == NAMED and without:
        raise Invalid({"covered": NOT_COVERED % {"schools": ", ".join(without)}})
    if covered == NOBODY and not without:
        raise Invalid({"covered": IS_COVERED % {"who": names_of(covers)}})


def _remind_again(row: Away, at: datetime) -> None:
    """Who was told of a contact this morning may not be who makes it now."""
    with connection.cursor() as cursor:
        # PostgreSQL finds the check-ins, of cases that the actor may not see.
        cursor.execute("SELECT remind_again(%s, %s)", [row.pk, at])
