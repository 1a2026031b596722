"""A drill lasts: over midnight, a weekend and a new version of the protocol; and no longer than its person's role."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from cases.models import Case, CheckIn, ReportDuty
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.directory.models import Closure, Drill
from csec.identity import acting_as
from csec.routes import DRILL
from drills import beginning
from drills.others import Others
from drills.stories import tell_what_happened
from protocols.loader import load
from tests import make
from tests.conftest import LOADED_AT
from tests.drills.learning import Learner
from tests.drills.test_let_others_answer import closed, closes, come_to_the_end, still_open

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
OTHER = Path(__file__).parent.parent / "protocols" / "other.toml"


def begun_at(person: User, at: datetime, situation: str = "suspected_victim") -> Learner:
    """A drill that was begun at that moment, and in which its person is now."""
    learner = Learner(person)
    cast = beginning.begin_drill(actor=person, situation=situation, at=at)
    tell_what_happened(cast, situation, at=at)
    session = learner.client.session
    session[DRILL] = str(cast.twin)
    session.save()
    return learner


@pytest.mark.parametrize("days", [3, *(pytest.param(days, marks=pytest.mark.thorough) for days in (1, 30))])
def test_the_clocks_of_a_drill_are_real_ones(days: int) -> None:
    """What was due meanwhile is late, and the case can be worked to its close all the same."""
    learner = begun_at(make.Staff().administrator, database_now() - days * DAY)
    author = learner.people()["Toni Teacher"]
    with acting_as(author.pk):
        due = ReportDuty.objects.get(person=author).due_at
    assert (due < database_now()) is (days > 1)
    page = learner.client.get(learner.case.get_absolute_url()).content.decode()
    assert ("Written report was due" in page) is (days > 1)
    come_to_the_end(learner)
    closes(learner)
    assert closed(learner)


def test_a_contact_that_comes_due_in_a_drill_is_made_by_whoever_carries_it() -> None:
    """Or nobody could ever close the case of an officer's drill that lasted longer than a week."""
    begun = database_now() - 30 * DAY
    learner = begun_at(make.Staff().sro, begun)
    with acting_as(learner.twin.pk):
        Others(learner.twin, at=begun + timedelta(hours=1)).work()
    learner.lets_the_others_answer()
    carer = learner.people()["Cam Counselor"]
    with acting_as(carer.pk):
        seen = CheckIn.objects.filter(state=CheckIn.State.SEEN).count()
        assert seen == 2
        assert CheckIn.objects.get(state=CheckIn.State.WAITING).due_at > database_now()


@pytest.mark.parametrize("hour", [22, pytest.param(23, marks=pytest.mark.thorough)])
def test_a_drill_goes_on_over_midnight_of_its_school(hour: int) -> None:
    staff = make.Staff()
    evening = (database_now() - DAY).astimezone(staff.school.zone).replace(hour=hour, minute=50)
    learner = begun_at(staff.administrator, evening)
    assert learner.case.opened_at.astimezone(staff.school.zone).date() == evening.date()
    with acting_as(learner.twin.pk):
        for step in range(1, 5):
            done = Others(learner.twin, at=evening + step * timedelta(minutes=40)).answer()
            assert done or step > 1
    come_to_the_end(learner)
    closes(learner)
    assert closed(learner)


@pytest.mark.thorough
def test_a_version_that_is_published_meanwhile_leaves_the_case_as_it_is_and_takes_the_next(
    tmp_path: Path,
) -> None:
    staff = make.Staff()
    opened, waiting = Learner(staff.administrator).begins(), Learner(staff.sro).begins()
    before = opened.case.protocol_id
    (tmp_path / "other.toml").write_text(OTHER.read_text())
    load(tmp_path, at=LOADED_AT)
    assert opened.case.protocol_id == before
    come_to_the_end(opened)
    closes(opened)
    assert closed(opened)
    assert opened.case.protocol_id == before
    assert still_open(waiting)
    waiting.begins()
    assert waiting.case.protocol_id != before


def test_in_a_long_break_the_liaison_still_finds_what_is_late_by_the_clock() -> None:
    """Only the contact waits for a day of school."""
    staff, today = make.Staff(), database_now().date()
    days = {"first_day": today - 40 * DAY, "last_day": today + 20 * DAY}
    Closure.objects.create(school=None, name="Summer", **days)
    learner = Learner(staff.liaison).begins("nobody_there")
    page = learner.client.get(reverse("home")).content.decode()
    for said in ("The SRO has not answered", "was it needed?", "Report to Child Welfare Services"):
        assert said in page, said
    contact = r'Regular contact<span class="visually-hidden">[^<]+</span></a> <span class="todo-when">due'
    assert re.search(contact, page)


def ends(person: User, role: str) -> None:
    today = database_now().date()
    Membership.objects.using("owner").filter(person=person, role=role).update(until=today - 2 * DAY)


def two_roles() -> tuple[make.Staff, User]:
    staff = make.Staff()
    staff.counselor.memberships.create(school=staff.other_school, role=Role.REPORTER, since=make.SINCE)
    return staff, User.objects.get(pk=staff.counselor.pk)


def test_a_drill_ends_with_the_role_that_it_is_in_at_the_next_request() -> None:
    _staff, person = two_roles()
    learner = Learner(person).begins()
    twin = learner.twin
    ends(person, Role.COUNSELOR)
    answer = learner.client.get(reverse("home"), follow=True)
    assert answer.wsgi_request.user == person
    assert "your roles have changed" in answer.content.decode()
    assert DRILL not in learner.client.session
    # Nor is it there to go on with.
    assert "Go on with it" not in learner.client.get(reverse("drills:drill")).content.decode()
    assert learner.post("go_on")["Location"] == reverse("drills:drill")
    assert learner.post("end_drill")["Location"] == reverse("drills:drill")
    over = Event.objects.using("owner").get(verb="drill_over")
    assert (over.actor, over.subject) == (person.pk, twin.pk)


def test_whoever_is_given_a_role_meanwhile_is_in_the_drill_as_before() -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor).begins()
    staff.counselor.memberships.create(school=staff.school, role=Role.ADMINISTRATOR, since=make.SINCE)
    assert learner.client.get(reverse("home")).wsgi_request.user == learner.twin
    assert learner.twin.roles == {Role.COUNSELOR}


@pytest.mark.parametrize("how", ["no role is left", "the account is closed"])
def test_whoever_leaves_the_district_is_out_of_the_drill_with_the_next_request(how: str) -> None:
    staff = make.Staff()
    learner = Learner(staff.liaison).begins("nobody_there")
    path = learner.case.get_absolute_url()
    if how == "no role is left":
        ends(staff.liaison, Role.LIAISON)
    else:
        User.objects.using("owner").filter(pk=staff.liaison.pk).update(is_active=False)
    others = reverse("drills:let_others_answer")
    for answer in (learner.client.get(path), learner.client.post(others), learner.client.get(path)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(resolve_url(settings.LOGIN_URL))
    assert DRILL not in learner.client.session


def drills_of(person: User) -> list[Drill]:
    with acting_as(person.pk):
        return list(Drill.objects.order_by("begun_at"))


@pytest.mark.thorough
def test_ten_in_a_row_leave_one_and_are_no_more_than_ten() -> None:
    staff = make.Staff()
    learner = Learner(staff.administrator)
    cases: list[UUID] = []
    for _n in range(10):
        cases.append(learner.begins().case.pk)
    assert [bool(one.ended_at) for one in drills_of(staff.administrator)] == [True] * 9 + [False]
    # Of those before nothing can be opened, and nothing is listed.
    for case in cases[:-1]:
        assert learner.client.get(reverse("cases:case", args=[case])).status_code == 404
    with acting_as(learner.twin.pk):
        assert [row.pk for row in Case.objects.visible_to(learner.twin)] == cases[-1:]
    answer = learner.post("begin_drill", situation="suspected_victim")
    assert answer.status_code == 422
    assert "You have begun ten drills within a day" in answer.content.decode()
    assert len(drills_of(staff.administrator)) == 10
    # The last one is still there, and another person is not in the way.
    assert learner.case.pk == cases[-1]
    Learner(staff.counselor).begins()


@pytest.mark.thorough
def test_tomorrow_there_are_more() -> None:
    person = make.Staff().counselor
    yesterday = database_now() - timedelta(hours=25)
    for _n in range(10):
        beginning.begin_drill(actor=person, situation="suspected_victim", at=yesterday)
    Learner(person).begins()
    assert len(drills_of(person)) == 11
