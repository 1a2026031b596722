"""The invented people and places, as district.toml describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from csec.accounts.first import make_first_liaison
from csec.accounts.models import Membership, User
from csec.accounts.roles import DISTRICT_ROLES, Role
from csec.demo.calendar import SchoolClock, breaks_around
from csec.demo.models import Invented
from csec.directory.models import Agency, Closure, District, School, Student
from csec.identity import acting_as

DESCRIPTION = Path(__file__).with_name("district.toml")
#: How long ago the staff took up their roles: before the first of the stories.
IN_ROLE_FOR = timedelta(days=200)


class DistrictRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    emergency_number: str
    dispatch_number: str
    website_name: str


class AgencyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    name: str
    telephone: str
    verified_days_ago: int
    other_contact: str = ""
    note: str = ""


class StaffRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: Role
    at: tuple[str, ...] = ()
    receives: int | None = None
    cover: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@redwood.example"


class StudentRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    at: str
    age: int


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """district.toml as a whole."""

    district: DistrictRow
    agencies: tuple[AgencyRow, ...]
    schools: dict[str, str]
    staff: dict[str, StaffRow]
    students: dict[str, StudentRow]


class SomebodyWasFirst(Exception):
    """There is a district already, whoever made it."""


@dataclass(frozen=True)
class Cast:
    """Everybody in the stories, by the short names of district.toml, and the clock they are told by."""

    schools: Mapping[str, School]
    staff: Mapping[str, User]
    students: Mapping[str, Student]
    clock: SchoolClock


def describe() -> Description:
    return msgspec.toml.decode(DESCRIPTION.read_bytes(), type=Description)


def make_people(described: Description, clock: SchoolClock) -> Cast:
    """
    The district, schools with their breaks, agencies, staff and students. Nobody has a password, everybody the mark.

    As in any district the liaison is there first, and the rest is entered in their name. Raises SomebodyWasFirst.
    """
    since = clock.today - IN_ROLE_FOR
    [(key, row)] = [one for one in described.staff.items() if one[1].role == Role.LIAISON]
    liaison = make_first_liaison(address=row.email, name=row.name, on=since)
    if liaison is None:
        raise SomebodyWasFirst
    with acting_as(liaison.pk):
        District.objects.create(**msgspec.structs.asdict(described.district))
        schools = {key: School.objects.create(name=name) for key, name in described.schools.items()}
        Closure.objects.bulk_create(
            [
                Closure(name=one.name, first_day=one.first_day, last_day=one.last_day)
                for one in breaks_around(clock.today)
            ]
        )
        Agency.objects.bulk_create(
            [_agency(row, position, clock.today) for position, row in enumerate(described.agencies)]
        )
        return Cast(
            schools=schools,
            staff=_make_staff(described.staff, schools, liaison={key: liaison}, since=since),
            students=_make_students(described.students, schools, today=clock.today),
            clock=clock,
        )


def _agency(row: AgencyRow, position: int, today: date) -> Agency:
    return Agency(
        kind=row.kind,
        name=row.name,
        telephone=row.telephone,
        other_contact=row.other_contact,
        note=row.note,
        verified_on=today - timedelta(days=row.verified_days_ago),
        position=position,
    )


def _make_staff(
    rows: Mapping[str, StaffRow], schools: Mapping[str, School], *, liaison: Mapping[str, User], since: date
) -> dict[str, User]:
    """Everybody, with their roles. The liaison has theirs."""
    staff = {
        key: liaison.get(key) or User.objects.create_user(email=row.email, name=row.name, password=None)
        for key, row in rows.items()
    }
    Invented.objects.bulk_create([Invented(person=person) for person in staff.values()])
    places: list[Membership] = []
    for key, row in rows.items():
        if key in liaison:
            continue
        for school in [None] if row.role in DISTRICT_ROLES else [schools[name] for name in row.at]:
            places.append(
                Membership(
                    person=staff[key],
                    school=school,
                    role=row.role,
                    receives=row.receives,
                    cover=staff[row.cover] if row.cover else None,
                    since=since,
                    agreed_on=since if row.role == Role.SRO else None,
                )
            )
    Membership.objects.bulk_create(places)
    return staff


def _make_students(
    rows: Mapping[str, StudentRow], schools: Mapping[str, School], *, today: date
) -> dict[str, Student]:
    made = {}
    for number, (key, row) in enumerate(rows.items()):
        given, family = row.name.split(" ", 1)
        made[key] = Student(
            school=schools[row.at],
            given_name=given,
            family_name=family,
            birth_date=_birthday(row.age, number, today),
            local_id=str(900101 + number),
        )
    Student.objects.bulk_create(made.values())
    return made


def _birthday(age: int, number: int, today: date) -> date:
    """A birthday that makes the student `age` today, some weeks after turning it."""
    turned = today - timedelta(days=20 + 11 * number)
    return turned.replace(year=turned.year - age, day=min(turned.day, 28))
