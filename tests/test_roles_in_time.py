"""
Whose role counts on which day, by PostgreSQL's own functions, which every rule of its asks.

The owner asks them: by themselves, without the rules of the tables below them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from csec.accounts.models import Away, Membership, User
from csec.directory.models import Drill, School

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=10)
WEDNESDAY = 3


def asked(person: UUID | None, sql: str, *values: Any) -> Any:
    """What a function answers when that person acts, or nobody."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as owner:
        owner.execute("SELECT set_config('csec.person', %s, true)", [str(person) if person else ""])
        owner.execute(f"SELECT {sql}", values)
        return owner.fetchone()[0]


def on_a_wednesday() -> str:
    """A time zone so many hours away that it is Wednesday there: what holds on a weekend is another matter."""
    today = date.fromisoformat(str(asked(None, "(now() AT TIME ZONE 'UTC')::date")))
    return f"DAY{24 * (today.isoweekday() - WEDNESDAY)}"


@dataclass(frozen=True)
class Role:
    """A person of one role, at the school asked about unless said otherwise; and whether they work there, today."""

    role: str
    works: bool
    there: bool
    anywhere: bool
    school: str = "here"
    since: int = -1
    until: int | None = None
    agreed: tuple[int | None, int | None] = (-1, None)
    active: bool = True
    in_drill: bool = False
    weekdays: tuple[int, ...] = ()
    away: tuple[int, int] | None = None
    withdrawn: bool = False


#: Days are in tens, from today: what ends today counts as over.
PEOPLE = {
    "who works there": Role("counselor", True, True, True),
    "who is switched off": Role("counselor", False, False, False, active=False),
    "who will begin": Role("counselor", False, False, False, since=1),
    "who has left": Role("counselor", False, False, False, since=-2, until=-1),
    "whose last day is to come": Role("counselor", True, True, True, until=1),
    "of another school": Role("counselor", False, False, True, school="elsewhere"),
    "the district's": Role("liaison", True, True, True, school=""),
    "the district's, who has left": Role("liaison", False, False, False, school="", since=-2, until=-1),
    "an officer of another school": Role("sro", True, True, True, school="elsewhere"),
    "an officer without an agreement": Role("sro", False, False, True, agreed=(None, None)),
    "an officer whose agreement will begin": Role("sro", False, False, True, agreed=(1, None)),
    "an officer whose agreement has ended": Role("sro", False, False, True, agreed=(-2, -1)),
    "an officer whose agreement will end": Role("sro", True, True, True, agreed=(-1, 1)),
    "an officer of a drill": Role("sro", False, False, True, school="drill", in_drill=True),
    "who is away": Role("counselor", True, False, True, away=(-1, 1)),
    "who was away": Role("counselor", True, True, True, away=(-2, -1)),
    "who will be away": Role("counselor", True, True, True, away=(1, 2)),
    "who came back": Role("counselor", True, True, True, away=(-1, 1), withdrawn=True),
    "who is there on other weekdays": Role("counselor", True, False, True, weekdays=(0, 4)),
    "who is there on this weekday": Role("counselor", True, True, True, weekdays=(2,)),
}


class Places:
    """Two schools and one of a drill, on a Wednesday, and whoever a test puts there."""

    def __init__(self) -> None:
        zone = on_a_wednesday()
        learner, twin = self._user("Learner"), self._user("Twin")
        self.drill = Drill.objects.using("owner").create(
            person=learner, twin=twin, situation="suspected_victim", begun_at="2026-11-20T22:50Z"
        )
        make = School.objects.using("owner").create
        self.here = make(name="Alder High", time_zone=zone)
        self.elsewhere = make(name="Birch Middle", time_zone=zone)
        self.of_drill = make(name="Drill School", time_zone=zone, drill=self.drill)
        self.today: date = asked(None, "school_day(%s)", self.here.pk)
        assert self.today.isoweekday() == WEDNESDAY

    def _user(self, name: str, **more: Any) -> User:
        made = User(email=f"{uuid4()}@drill.invalid", name=name, password="!", **more)
        made.save(using="owner", force_insert=True)
        return made

    def person(self, one: Role) -> UUID:
        made = self._user(one.role, is_active=one.active, drill=self.drill if one.in_drill else None)
        schools = {"here": self.here, "elsewhere": self.elsewhere, "drill": self.of_drill, "": None}
        agreed = [self.day(ten) if one.role == "sro" else None for ten in one.agreed]
        Membership(
            person=made,
            role=one.role,
            school=schools[one.school],
            since=self.day(one.since),
            until=self.day(one.until),
            agreed_on=agreed[0],
            agreed_until=agreed[1],
            weekdays=list(one.weekdays),
        ).save(using="owner", force_insert=True)
        if one.away:
            first, last = map(self.day, one.away)
            Away(
                person=made,
                first_day=first,
                last_day=last,
                entered_at="2026-11-20T22:50Z",
                withdrawn_at="2026-11-20T22:51Z" if one.withdrawn else None,
            ).save(using="owner", force_insert=True)
        return made.pk

    def day(self, tens: int | None) -> date | None:
        return None if tens is None else self.today + tens * DAYS


def test_who_works_somewhere_and_who_is_there_today() -> None:
    places = Places()
    people = {who: places.person(one) for who, one in PEOPLE.items()}
    for who, one in PEOPLE.items():
        of = people[who]
        works = asked(None, "works_as(%s, ARRAY[%s], %s)", of, one.role, places.here.pk)
        assert works == one.works, who
        assert not asked(None, "works_as(%s, ARRAY['administrator'], %s)", of, places.here.pk), who
        assert asked(None, "is_there(%s, %s)", of, places.here.pk) == one.there, who
        assert asked(None, "works_anywhere(%s)", of) == one.anywhere, who
        assert asked(of, "is_liaison()") == (who == "the district's"), who
    officer = people["an officer of a drill"]
    for works_there in ("works_as(%s, ARRAY['sro'], %s)", "is_there(%s, %s)"):
        assert asked(None, works_there, officer, places.of_drill.pk)
        assert not asked(None, works_there, people["an officer of another school"], places.of_drill.pk)
    assert asked(None, "is_liaison()") is False


def test_a_drill_and_the_real_schools_are_two_sides_and_the_district_is_on_both() -> None:
    places = Places()
    sides = {(None, places.here.pk), (places.drill.pk, places.of_drill.pk)}
    for drill in (None, places.drill.pk):
        for school in (places.here.pk, places.of_drill.pk):
            assert asked(None, "on_side_of(%s, %s)", drill, school) == ((drill, school) in sides)
        assert asked(None, "on_side_of(%s, NULL)", drill)
    assert asked(None, "on_side_of(NULL, %s)", uuid4()) is False


#: Of whom nobody keeps a school's staff; and of those who do, whom and where.
KEEPS_NOBODY = {
    "a counselor": Role("counselor", True, True, True),
    "an administrator, switched off": Role("administrator", False, False, False, active=False),
    "an administrator who will begin": Role("administrator", False, False, False, since=1),
    "an administrator who has left": Role("administrator", False, False, False, since=-2, until=-1),
    "a liaison, switched off": Role("liaison", False, False, False, school="", active=False),
    "a liaison who will begin": Role("liaison", False, False, False, school="", since=1),
    "a liaison who has left": Role("liaison", False, False, False, school="", since=-2, until=-1),
    "the district's counsel": Role("counsel", True, True, True, school=""),
}
ADMINISTRATOR = Role("administrator", True, True, True)
LIAISON = Role("liaison", True, True, True, school="")
OF_A_SCHOOL = ("counselor", "social_worker", "sro", "reporter")
OF_THE_DISTRICT = ("administrator", "liaison", "counsel")


def keeps(acting: UUID | None, role: str, school: UUID | None) -> Any:
    return asked(acting, "keeps_role(%s, %s)", role, school)


def test_who_keeps_the_staff_of_a_school() -> None:
    places = Places()
    nobody = [None, *(places.person(one) for one in KEEPS_NOBODY.values())]
    administrator, liaison = places.person(ADMINISTRATOR), places.person(LIAISON)
    for role in (*OF_A_SCHOOL, *OF_THE_DISTRICT):
        for school in (places.here.pk, places.elsewhere.pk):
            assert not [one for one in nobody if keeps(one, role, school)], role
            own = role in OF_A_SCHOOL and school == places.here.pk
            assert keeps(administrator, role, school) == own, role
            assert keeps(liaison, role, school), role
    for one in nobody:
        assert asked(one, "keeps_staff()") is False
        assert asked(one, "answers_for(%s)", places.here.pk) is False
    assert asked(administrator, "keeps_staff()")
    assert asked(liaison, "keeps_staff()")
    for one, where in ((administrator, {places.here.pk}), (liaison, {places.here.pk, places.elsewhere.pk})):
        for school in (places.here.pk, places.elsewhere.pk):
            assert asked(one, "answers_for(%s)", school) == (school in where)


def test_whoever_administers_the_school_of_a_drill_keeps_nobody() -> None:
    places = Places()
    learner = places.person(Role("administrator", True, True, True, school="drill", in_drill=True))
    assert not keeps(learner, "counselor", places.of_drill.pk)
    assert not asked(learner, "keeps_staff()")
    assert not asked(learner, "answers_for(%s)", places.of_drill.pk)


def test_for_whom_somebody_enters_days_away() -> None:
    places = Places()
    here, elsewhere = (
        places.person(Role("counselor", True, True, True, school=school)) for school in ("here", "elsewhere")
    )
    to_come = places.person(Role("counselor", False, False, False, since=1))
    gone = places.person(Role("counselor", False, False, False, since=-2, until=-1))
    everybody = {here, elsewhere, to_come, gone}

    def for_whom(acting: UUID | None) -> set[UUID]:
        answers = {one: asked(acting, "enters_away_for(%s)", one) for one in everybody}
        assert None not in answers.values()
        return {one for one, may in answers.items() if may}

    # Of a role that has not begun, or has ended, nobody asks on which days.
    assert for_whom(places.person(ADMINISTRATOR)) == {here}
    assert for_whom(places.person(LIAISON)) == {here, elsewhere}
    assert [for_whom(one) for one in (here, to_come)] == [{here}, {to_come}]
    for who, one in KEEPS_NOBODY.items():
        acting = places.person(one)
        assert not for_whom(acting), who
        assert asked(acting, "enters_away_for(%s)", acting), who
    assert not for_whom(None)
