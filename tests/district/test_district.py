"""The district at a glance, and its calendar."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts.models import Membership, User
from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure
from tests import make
from tests.accounts.at_the_door import logged
from tests.make import DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

DISTRICT, CLOSURES = reverse("district:district"), reverse("district:closures")


def shown(person: User, path: str = DISTRICT) -> Any:
    answer = signed_in(person).get(path)
    assert answer.status_code == 200
    return answer


def test_it_shows_who_is_where_and_what_is_missing() -> None:
    make.district()
    staff = make.Staff()
    with logged() as events:
        lines = {line.school: line for line in shown(staff.administrator).context["schools"]}
    assert events[-1] == ("district_viewed", "done")
    here, there = lines[staff.school], lines[staff.other_school]
    assert (here.first, here.backup, here.administrators) == (
        "Casey Counselor",
        "Sam Socialworker",
        "Ada Administrator",
    )
    assert (there.first, there.backup, there.administrators) == ("Ellis Elsewhere", "", "")
    Membership.objects.filter(person=staff.counselor).update(until=make.SINCE)
    [line] = [line for line in shown(staff.liaison).context["schools"] if line.school == staff.school]
    assert line.first == ""


def test_it_says_how_long_ago_a_number_was_made_sure_of() -> None:
    make.district()
    staff = make.Staff()
    today = database_now().date()
    for days in (200, 30):
        Agency.objects.create(
            kind="other", name=f"{days}", telephone="555-0100", verified_on=today - timedelta(days=days)
        )
    lines = {line.agency.name: line for line in shown(staff.liaison).context["agencies"]}
    assert lines["200"].old
    assert not lines["30"].old
    assert lines["30"].days in (29, 30, 31)


def test_only_the_liaison_is_offered_to_change_it_and_others_find_no_such_page() -> None:
    make.district()
    staff = make.Staff()
    change = reverse("district:change_district")
    assert change in shown(staff.liaison).content.decode()
    assert change not in shown(staff.administrator).content.decode()
    for person in (staff.counselor, staff.sro, staff.counsel, staff.teacher):
        for path in (DISTRICT, CLOSURES):
            assert signed_in(person).get(path).status_code == 404
    home = signed_in(staff.counselor).get(reverse("home")).content.decode()
    assert DISTRICT not in home
    assert DISTRICT in shown(staff.administrator).content.decode()


def test_it_asks_no_more_often_for_many_schools() -> None:
    staff = make.Staff()
    client = signed_in(staff.liaison)

    def asked() -> list[int]:
        counts = []
        for path in (DISTRICT, CLOSURES):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))
        return counts

    few = asked()
    day = database_now().date() + 9 * DAY
    for n in range(12):
        school = make.school(f"School {n}")
        Closure.objects.create(school=school, name="Storm", first_day=day, last_day=day)
    assert asked() == few


def test_closures_are_listed_by_school_those_to_come_first_and_offered_to_whom_they_are() -> None:
    staff = make.Staff()
    today = database_now().date()

    def closed(name: str, first: int, last: int, school: Any = None) -> Closure:
        days = {"first_day": today + first * DAY, "last_day": today + last * DAY}
        return Closure.objects.create(name=name, school=school, **days)

    closed("Later", 60, 70)
    closed("Now", -5, 5)
    closed("Before", -30, -20)
    closed("Here", 3, 3, staff.school)
    closed("There", 3, 3, staff.other_school)
    gone = closed("Gone", 9, 9)
    Closure.objects.filter(pk=gone.pk).update(withdrawn_at=database_now())

    def read(person: User) -> list[tuple[Any, list[tuple[str, bool, bool]], list[str]]]:
        places = shown(person, CLOSURES).context["places"]
        return [
            (
                place.school,
                [(line.closure.name, line.may_remove, line.now) for line in place.ahead],
                [row.name for row in place.over],
            )
            for place in places
        ]

    assert read(staff.administrator) == [
        (None, [("Now", False, True), ("Later", False, False)], ["Before"]),
        (staff.school, [("Here", True, False)], []),
    ]
    assert read(staff.liaison) == [
        (None, [("Now", True, True), ("Later", True, False)], ["Before"]),
        (staff.school, [("Here", True, False)], []),
        (staff.other_school, [("There", True, False)], []),
    ]
