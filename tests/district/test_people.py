"""The pages of the staff: who sees whom, and what is missing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts.models import User
from csec.accounts.roles import Role
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

LIST = reverse("district:people")


def page(person: User, path: str = LIST) -> str:
    answer = signed_in(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_sees_their_school_and_the_liaison_everybody() -> None:
    staff = make.Staff()
    with logged() as events:
        mine = page(staff.administrator)
    assert events[-1] == ("people_listed", "done")
    assert "Casey Counselor" in mine
    assert "Ellis Elsewhere" not in mine
    assert "Lee Liaison" not in mine
    everybody = page(staff.liaison)
    assert all(name in everybody for name in ("Casey Counselor", "Ellis Elsewhere", "Lou Counsel"))
    of_one = page(staff.liaison, f"{LIST}?school={staff.other_school.pk}")
    assert "Ellis Elsewhere" in of_one
    assert "Casey Counselor" not in of_one
    # Of a school that is not theirs an administrator asks in vain.
    assert "Ellis Elsewhere" not in page(staff.administrator, f"{LIST}?school={staff.other_school.pk}")
    for person in (staff.counselor, staff.sro, staff.counsel, staff.teacher):
        assert signed_in(person).get(LIST).status_code == 404


def test_it_asks_no_more_often_for_many() -> None:
    staff = make.Staff()
    client = signed_in(staff.liaison)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    few = asked()
    for n in range(60):
        make.user(f"Tess {n} Teacher", Role.REPORTER, staff.school)
    assert asked() == few
    assert 'rel="next"' in client.get(LIST).content.decode()


def test_it_says_what_is_missing() -> None:
    staff = make.Staff()
    assert "Birch Middle: no backup" in page(staff.liaison)
    assert "Alder High:" not in page(staff.liaison)
    workflow.close_account(actor=staff.liaison, person=staff.counselor, at=AT)
    assert "Alder High: nobody first" in page(staff.administrator)
    for name, given, words in (
        ("Oz", {"agreed_on": None}, "No agreement: no case opens to them"),
        ("Oda", {"agreed_until": make.SINCE}, "Agreement ended Jan 5, 2026"),
    ):
        make.user(f"{name} Officer", Role.SRO, staff.school, **given)
        assert words in page(staff.administrator)
    assert "Never signed in" in page(staff.administrator)


def test_a_person_of_another_school_is_absent_for_an_administrator() -> None:
    staff = make.Staff()
    path = reverse("district:person", args=[staff.elsewhere.pk])
    denied = signed_in(staff.administrator).get(path)
    absent = signed_in(staff.administrator).get(reverse("district:person", args=[staff.school.pk]))
    assert (denied.status_code, denied.content) == (404, absent.content)
    assert "Ellis Elsewhere" in page(staff.liaison, path)


def test_one_person_is_shown_with_what_the_reader_can_do() -> None:
    staff = make.Staff()
    make.case(staff)
    path = reverse("district:person", args=[staff.counselor.pk])
    row = staff.counselor.memberships.get().pk
    of_the_role = {name: reverse(f"district:{name}", args=[row]) for name in ("change_role", "end_role")}
    actions = of_the_role | {
        name: reverse(f"district:{name}", args=[staff.counselor.pk])
        for name in ("give_role", "close_account", "change_person")
    }
    mine = page(staff.administrator, path)
    assert [name for name, at in actions.items() if at in mine] == [
        "change_role",
        "end_role",
        "give_role",
        "close_account",
    ]
    assert [name for name, at in actions.items() if at in page(staff.liaison, path)] == list(actions)
    own = page(staff.liaison, reverse("district:person", args=[staff.liaison.pk]))
    assert "This is you." in own
    assert "/people/roles/" not in own
    assert "Close the account" not in own


def test_who_left_is_found_by_the_liaison() -> None:
    staff = make.Staff()
    workflow.end_role(
        actor=staff.liaison, membership=staff.teacher.memberships.get(), last_day=AT.date() + DAY, at=AT
    )
    make.Membership.objects.filter(person=staff.teacher).update(until=AT.date() - DAY)
    workflow.close_account(actor=staff.liaison, person=staff.counselor, at=AT)
    left = page(staff.liaison, f"{LIST}?state=left")
    assert "Casey Counselor" in left
    assert "Terry Teacher" in left
    assert "Sam Socialworker" not in left
    assert "Roles that have ended" in page(
        staff.liaison, reverse("district:person", args=[staff.counselor.pk])
    )
    # For an administrator there is no such list.
    assert "Sam Socialworker" in page(staff.administrator, f"{LIST}?state=left")


def test_the_menu_leads_there_whoever_keeps_staff() -> None:
    staff = make.Staff()
    assert f'href="{LIST}"' in page(staff.administrator, reverse("home"))
    assert f'href="{LIST}"' not in page(staff.counselor, reverse("home"))
