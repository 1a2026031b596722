"""What the pages of the staff show: who works where as what, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.reading.pages import Page, page_of
from cases.text import Words
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.directory.models import School
from district import permissions

PAGE = 50
#: So long before it does, the list says that an agreement ends.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Note:
    """Something that somebody should see to, or should know: `state` is one of includes/state.html."""

    state: str
    word: Words


@dataclass(frozen=True)
class RoleLine:
    """One role of one person."""

    membership: Membership
    days: str
    notes: list[Note]

    @property
    def place(self) -> Words:
        school = self.membership.school
        return school.name if school else _("The whole district")


@dataclass(frozen=True)
class Missing:
    """A school at which nobody is named to receive concerns first, or as backup."""

    school: School
    first: bool
    backup: bool


def listed(actor: User, at: datetime, *, school: School | None, page: str | None) -> Page[RoleLine]:
    """Everybody's roles, of those whom the actor sees; of one school when it is given."""
    rows = _roles(permissions.not_over(at))
    if school is not None:
        rows = rows.filter(school=school)
    elif not actor.has_role(Role.LIAISON):
        rows = rows.filter(school__in=schools_of(actor))
    found = page_of(rows, page, size=PAGE)
    return Page([line(row, at) for row in found.rows], found.number, found.has_next)


def left(actor: User, at: datetime, *, page: str | None) -> Page[User]:
    """Who has no role any more, or an account that is closed."""
    gone = permissions.staff_of(actor, at).exclude(
        is_active=True, pk__in=permissions.not_over(at).values("person")
    )
    return page_of(gone.order_by("name", "pk"), page, size=PAGE)


def schools_of(actor: User) -> list[School]:
    """The schools whose staff somebody keeps."""
    if actor.has_role(Role.LIAISON):
        return list(School.objects.all())
    kept = {m.school_id: m.school for m in actor.current_memberships if m.role == Role.ADMINISTRATOR}
    return sorted((school for school in kept.values() if school), key=lambda school: school.name)


def missing(schools: Iterable[School], at: datetime) -> list[Missing]:
    """Where nobody receives concerns first, or as backup: they go to whoever is there then."""
    schools = list(schools)
    named = set(
        Membership.objects.current(permissions.day_of(at))
        .filter(school__in=schools, receives__isnull=False)
        .values_list("school", "receives")
    )
    found = [
        Missing(
            school,
            first=(school.pk, Membership.Receives.FIRST) not in named,
            backup=(school.pk, Membership.Receives.BACKUP) not in named,
        )
        for school in schools
    ]
    return [one for one in found if one.first or one.backup]


def receiving(membership: Membership, at: datetime) -> dict[int, str]:
    """Who receives concerns at that school now, by `Membership.Receives`."""
    there = permissions.not_over(at).filter(school=membership.school_id, receives__isnull=False)
    return {row.receives: row.person.name for row in there.select_related("person") if row.receives}


def roles_of(person: User, at: datetime) -> tuple[list[RoleLine], list[RoleLine]]:
    """Somebody's roles, and those that have ended."""
    lines = [line(row, at) for row in _roles(Membership.objects.filter(person=person))]
    over = [one for one in lines if _over(one.membership, at)]
    return [one for one in lines if one not in over], over


def carried(person: User, membership: Membership | None = None) -> int:
    """In how many open cases somebody is, in one role or in all: of those that the reader may know of."""
    if membership is None:
        role, school = None, None
    else:
        # Officers help each other out at any school.
        role, school = membership.role, None if membership.role == Role.SRO else membership.school_id
    return _carried(person.pk, role, school)


def _carried(person: UUID, role: str | None, school: UUID | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_carried(%s, %s, %s)", [person, role, school])
        return int(cursor.fetchone()[0])


def line(membership: Membership, at: datetime) -> RoleLine:
    days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in membership.weekdays) or pgettext(
        "of a role at a school", "every day"
    )
    return RoleLine(membership, days, list(_notes(membership, at)))


def _roles(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    return rows.select_related("person", "school", "cover").order_by("person__name", "person", "since", "pk")


def _over(membership: Membership, at: datetime) -> bool:
    return membership.until is not None and membership.until <= permissions.day_of(at, membership.school)


def _notes(membership: Membership, at: datetime) -> Iterable[Note]:
    today = permissions.day_of(at, membership.school)
    if membership.receives == Membership.Receives.FIRST:
        yield Note("", _("Receives concerns first"))
    elif membership.receives == Membership.Receives.BACKUP:
        yield Note("", _("Receives concerns as backup"))
    if membership.since > today:
        yield Note("waiting", _("From %(day)s") % {"day": _day(membership.since)})
    if membership.until is not None:
        last = max(membership.until - timedelta(days=1), membership.since)
        yield Note("waiting", _("Until %(day)s") % {"day": _day(last)})
    if membership.role == Role.SRO and not _over(membership, at):
        yield from _agreement(membership, today)


def _agreement(membership: Membership, today: date) -> Iterable[Note]:
    until = membership.agreed_until
    if membership.agreed_on is None or membership.agreed_on > today:
        yield Note("late", _("No agreement: no case opens to them"))
    elif until is not None and until < today:
        yield Note("late", _("Agreement ended %(day)s: no case opens to them") % {"day": _day(until)})
    elif until is not None and until <= today + SOON:
        yield Note("waiting", _("Agreement ends %(day)s") % {"day": _day(until)})


def _day(day: date) -> str:
    return date_format(day, "SHORT_DAY")
