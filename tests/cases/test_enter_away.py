"""Days on which somebody is not there: entered by themselves, or by an administrator of their school."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.permissions import may_enter_away_for
from cases.workflow.away import NAMED, NOBODY
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import NotPermitted
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def away(actor: User, person: User | None = None, **given: Any) -> Away:
    values: dict[str, Any] = {"first_day": TODAY, "last_day": TODAY + 2 * DAY, "at": AT}
    return workflow.enter_away(actor=actor, person=person or actor, **(values | given))


def test_everybody_enters_their_own_days() -> None:
    staff = make.Staff()
    for person in (staff.teacher, staff.counselor, staff.sro, staff.administrator, staff.counsel):
        row = away(person, covered=NOBODY)
        assert (row.person, row.first_day, row.last_day) == (person, TODAY, TODAY + 2 * DAY)
        assert (row.entered_at, row.withdrawn_at) == (AT, None)


def test_an_administrator_enters_those_of_their_school_and_the_liaison_those_of_everybody() -> None:
    staff = make.Staff()
    away(staff.administrator, staff.counselor)
    away(staff.liaison, staff.elsewhere)
    refused = [
        (staff.administrator, staff.elsewhere),
        (staff.counselor, staff.social_worker),
        (staff.teacher, staff.counselor),
        (staff.sro, staff.counselor),
        (staff.counsel, staff.counselor),
    ]
    for actor, person in refused:
        with pytest.raises(NotPermitted):
            away(actor, person)
    assert Away.objects.count() == 2


def test_whoever_enters_it_for_others_chooses_among_them_and_finds_themselves_once() -> None:
    staff = make.Staff()
    first, *others = may_enter_away_for(staff.administrator)
    assert first == staff.administrator
    assert {staff.counselor, staff.teacher} <= set(others)
    assert len({first, *others}) == len(others) + 1


def test_an_administrator_who_has_left_enters_nobodys() -> None:
    staff = make.Staff()
    staff.administrator.memberships.update(until=TODAY)
    left = User.objects.get(pk=staff.administrator.pk)
    with pytest.raises(NotPermitted):
        away(left, staff.counselor)


@pytest.mark.parametrize(
    "days",
    [
        (TODAY, TODAY - DAY),
        (TODAY - 9 * DAY, TODAY - 3 * DAY),
        (TODAY, TODAY + 367 * DAY),
        (date.min, date.min),
        (TODAY, date.max),
    ],
    ids=["ends-first", "past", "longer-than-a-year", "in-the-year-one", "for-ever"],
)
def test_days_that_cannot_be_are_refused(days: tuple[date, date]) -> None:
    staff = make.Staff()
    with invalid("last_day"):
        away(staff.counselor, first_day=days[0], last_day=days[1])
    assert Away.objects.count() == 0


def test_what_began_before_today_and_goes_on_can_be_entered() -> None:
    staff = make.Staff()
    assert away(staff.counselor, first_day=TODAY - 9 * DAY).pk


def covered_by(staff: make.Staff, cover: User) -> User:
    """Named as the officer's cover, as an administrator or the liaison names one."""
    Membership.objects.filter(person=staff.sro).update(cover=cover)
    return cover


def partner(staff: make.Staff, name: str = "Pat Partner", **membership: Any) -> User:
    return make.user(name, Role.SRO, staff.school, **membership)


def test_of_an_officer_it_is_said_who_covers_and_nothing_is_taken_for_granted() -> None:
    staff = make.Staff()
    cover = covered_by(staff, partner(staff))
    for said in ("", "x", str(cover.pk)):
        with invalid("covered"):
            away(staff.sro, covered=said)
    assert away(staff.sro, covered=NAMED).person == staff.sro
    assert away(staff.administrator, staff.sro, covered=NAMED).person == staff.sro


def test_where_nobody_is_named_that_is_said_and_no_other_officer_is_made_one() -> None:
    """Who covers is not for an officer to name: the words say who does."""
    staff = make.Staff()
    partner(staff)
    with pytest.raises(workflow.Invalid) as refused:
        away(staff.sro, covered=NAMED)
    words = str(refused.value.fields["covered"])
    assert "Alder High" in words
    assert "An administrator there or the district liaison names one under People" in words
    assert away(staff.sro, covered=NOBODY).person == staff.sro
    assert staff.sro.memberships.get().cover is None


def test_nobody_is_no_answer_while_somebody_is_named() -> None:
    """Requests would go to them all the same."""
    staff = make.Staff()
    covered_by(staff, partner(staff))
    with pytest.raises(workflow.Invalid) as refused:
        away(staff.sro, covered=NOBODY)
    assert str(refused.value.fields["covered"]).startswith("Pat Partner is named as cover")


def test_whoever_is_named_is_an_officer_and_there_on_all_of_the_days() -> None:
    staff = make.Staff()
    gone = partner(staff, "Gene Gone", until=TODAY + DAY)
    without = partner(staff, "Wil Without", agreed_on=None)
    elsewhere = partner(staff, "Ari Away")
    away(elsewhere, first_day=TODAY + 2 * DAY, last_day=TODAY + 9 * DAY, covered=NOBODY)
    for cover in (gone, without, elsewhere, staff.counselor):
        covered_by(staff, cover)
        with invalid("covered"):
            away(staff.sro, covered=NAMED)
        assert away(staff.sro, covered=NOBODY).pk, cover.name


def test_an_officer_of_two_schools_has_a_cover_at_each() -> None:
    staff = make.Staff()
    there = {"school": staff.other_school, "role": Role.SRO, "since": make.SINCE, "agreed_on": make.SINCE}
    second = Membership.objects.create(person=staff.sro, **there)
    cover = partner(staff)
    staff.sro.memberships.filter(school=staff.school).update(cover=cover)
    with pytest.raises(workflow.Invalid) as refused:
        away(staff.sro, covered=NAMED)
    assert "Birch Middle" in str(refused.value.fields["covered"])
    assert "Alder High" not in str(refused.value.fields["covered"])
    Membership.objects.filter(pk=second.pk).update(cover=cover)
    assert away(staff.sro, covered=NAMED).pk


def test_of_nobody_else_it_is_asked() -> None:
    staff = make.Staff()
    assert away(staff.counselor).pk
    for reader, asked in ((staff.counselor, False), (staff.sro, True), (staff.administrator, True)):
        form = signed_in(reader).get(reverse("cases:enter_away")).context["form"]
        assert ("covered" in form.fields) is asked, reader.name


def test_the_page_chooses_nobody_by_itself_and_who_is_named_at_once() -> None:
    staff = make.Staff()
    client, at = signed_in(staff.sro), reverse("cases:enter_away")
    today = database_now().date().isoformat()
    typed = {"person": str(staff.sro.pk), "first_day": today, "last_day": today}
    assert "covered" not in client.get(at).context["form"].initial
    page = client.post(at, typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"covered"}
    covered_by(staff, partner(staff))
    page = client.get(at)
    assert "Pat Partner, who is named" in page.content.decode()
    assert page.context["form"].initial["covered"] == NAMED
    assert client.post(at, typed | {"covered": NAMED}).status_code == 302
    assert Away.objects.get().person == staff.sro


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_lists_ones_own_and_those_that_one_may_enter_and_nobody_elses() -> None:
    staff = make.Staff()
    today = database_now()
    given = {"first_day": today.date(), "last_day": today.date() + 3 * DAY, "at": today}
    for person in (staff.counselor, staff.social_worker, staff.elsewhere):
        away(person, **given)
    for reader, names in (
        (staff.counselor, {"Casey Counselor"}),
        (staff.administrator, {"Casey Counselor", "Sam Socialworker"}),
        (staff.liaison, {"Casey Counselor", "Sam Socialworker", "Ellis Elsewhere"}),
        (staff.teacher, set()),
    ):
        rows = signed_in(reader).get(reverse("cases:enter_away")).context["rows"]
        assert {row.person.name for row in rows} == names, reader.name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_day", ""),
        ("last_day", "soon"),
        ("last_day", "2020-01-01"),
        ("last_day", "9999-12-31"),
        ("person", "social_worker"),
        ("person", "x"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(field: str, value: str) -> None:
    staff = make.Staff()
    if value == "social_worker":
        value = str(staff.social_worker.pk)
    today = database_now().date().isoformat()
    typed = {"person": str(staff.counselor.pk), "first_day": today, "last_day": today}
    client, at = signed_in(staff.counselor), reverse("cases:enter_away")
    page = client.post(at, typed | {field: value})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert Away.objects.count() == 0
    assert client.post(at, typed).status_code == 302
    assert Away.objects.get().person == staff.counselor
