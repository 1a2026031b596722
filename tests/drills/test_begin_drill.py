"""Beginning a drill, going on with it, beginning anew, and leaving it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cases.models import Case, Concern
from cases.workflow import Invalid
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.audit.models import Event
from csec.directory.models import Drill, School
from csec.errors import NotPermitted
from csec.identity import acting_as
from csec.routes import DRILL
from drills import beginning
from drills.situations import SCHOOL_ROLES, offered_to
from tests import make
from tests.drills.learning import Learner
from tests.make import AT

pytestmark = pytest.mark.django_db

AT_SCHOOL = list(offered_to(SCHOOL_ROLES))


def drills_of(person: User) -> list[Drill]:
    with acting_as(person.pk):
        return list(Drill.objects.order_by("begun_at"))


@pytest.mark.parametrize("situation", AT_SCHOOL)
def test_a_counselor_finds_a_new_concern_on_the_first_screen(situation: str) -> None:
    learner = Learner(make.Staff().counselor).begins(situation)
    page = learner.client.get(reverse("home")).content.decode()
    assert reverse("cases:concern", args=[learner.concern.pk]) in page
    assert learner.concern.receiver_id == learner.twin.pk


@pytest.mark.parametrize("situation", AT_SCHOOL)
def test_an_administrator_finds_an_open_case(situation: str) -> None:
    learner = Learner(make.Staff().administrator).begins(situation)
    assert learner.case.track == situation
    assert learner.case.my_role == Role.ADMINISTRATOR
    assert learner.case.get_absolute_url() in learner.client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("situation", AT_SCHOOL)
def test_an_officer_finds_a_request(situation: str) -> None:
    learner = Learner(make.Staff().sro).begins(situation)
    page = learner.client.get(learner.case.get_absolute_url()).content.decode()
    with acting_as(learner.twin.pk):
        request = learner.case.sro_requests.get(officer=learner.twin)
    assert reverse("cases:accept_request", args=[learner.case.pk, request.pk]) in page


def test_who_only_reports_begins_with_nothing_but_what_they_saw() -> None:
    learner = Learner(make.Staff().teacher).begins()
    with acting_as(learner.twin.pk):
        assert not Concern.objects.exists()
    assert "record a concern" in learner.client.get(reverse("drills:drill")).content.decode()


def test_one_acts_in_ones_own_roles_and_under_ones_own_name() -> None:
    staff = make.Staff()
    make.user("Nell Needed", Role.COUNSELOR, staff.school)
    person = User.objects.get(name="Nell Needed")
    person.memberships.create(school=staff.other_school, role=Role.ADMINISTRATOR, since=make.SINCE)
    twin = Learner(person).begins().twin
    assert (twin.roles, twin.name) == ({Role.COUNSELOR, Role.ADMINISTRATOR}, "Nell Needed")


def test_a_case_of_a_drill_says_so_by_its_number() -> None:
    assert Learner(make.Staff().administrator).begins().case.number.startswith("DRILL-")


@pytest.mark.django_db(transaction=True)
def test_the_log_names_the_person_once_and_the_twin_from_then_on() -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor).begins()
    events = Event.objects.using("owner")
    begun = events.get(verb="drill_begun")
    assert (begun.actor, begun.subject) == (staff.counselor.pk, learner.twin.pk)
    logged = events.get(verb="concern_logged")
    assert logged.actor == learner.people()["Toni Teacher"].pk
    learner.client.get(reverse("home"))
    assert events.get(verb="home_viewed").actor == learner.twin.pk


@pytest.mark.django_db(transaction=True)
def test_one_leaves_and_goes_on_where_one_was() -> None:
    staff = make.Staff()
    learner = Learner(staff.administrator).begins()
    number = learner.case.number
    learner.post("leave_drill")
    home = learner.client.get(reverse("home"))
    assert home.wsgi_request.user == staff.administrator
    assert number not in home.content.decode()
    assert DRILL not in learner.client.session
    learner.post("go_on")
    assert learner.case.number == number
    left = Event.objects.using("owner").get(verb="drill_left")
    assert left.actor == staff.administrator.pk


def test_beginning_anew_ends_the_drill_before_also_where_it_is_still_open() -> None:
    staff = make.Staff()
    elsewhere, learner = Learner(staff.counselor).begins(), Learner(staff.counselor)
    before = elsewhere.twin
    learner.begins("confirmed_victim")
    first, second = drills_of(staff.counselor)
    assert (first.twin_id, bool(first.ended_at), second.ended_at) == (before.pk, True, None)
    answer = elsewhere.client.get(reverse("cases:cases"), follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert answer.wsgi_request.user == staff.counselor
    assert "This drill is over" in answer.content.decode()
    assert "was not taken" not in answer.content.decode()


def test_one_begins_anew_out_of_the_drill_itself() -> None:
    learner = Learner(make.Staff().counselor).begins()
    before = learner.twin
    learner.begins("confirmed_victim")
    assert learner.twin != before
    assert learner.concern.receiver_id == learner.twin.pk


def test_a_situation_that_there_is_not_is_said_and_begins_nothing() -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor)
    answer = learner.post("begin_drill", situation="another")
    assert answer.status_code == 422
    assert "Choose one of the situations." in answer.content.decode()
    assert drills_of(staff.counselor) == []
    with pytest.raises(Invalid):
        beginning.begin_drill(actor=staff.counselor, situation="", at=AT)


def test_neither_a_twin_nor_somebody_without_a_role_begins_one() -> None:
    staff = make.Staff()
    twin = Learner(staff.counselor).begins().twin
    without = User.objects.create(email="no.role@example.org", name="Nora Norole")
    for person in (twin, without):
        with acting_as(person.pk), pytest.raises(NotPermitted):
            beginning.begin_drill(actor=person, situation="suspected_victim", at=AT)


def test_each_role_is_offered_what_it_can_work_through_and_nothing_else() -> None:
    staff = make.Staff()
    for person, offered in (
        (staff.counselor, AT_SCHOOL),
        (staff.liaison, ["nobody_there"]),
        (staff.counsel, ["records_asked_for"]),
    ):
        page = Learner(person).client.get(reverse("drills:drill"))
        assert list(page.context["situations"]) == offered, person.name
        for other in {"suspected_victim", "nobody_there", "records_asked_for"} - set(offered):
            with pytest.raises(Invalid):
                beginning.begin_drill(actor=person, situation=other, at=AT)


def begun_in_the_database(person: User, *roles: str) -> bool:
    twin = str(uuid4())
    held = [{"person": twin, "school": None, "role": role} for role in roles]
    played = {"schools": [], "people": [], "students": [], "roles": held, "twin": twin}
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            values = [uuid4(), "suspected_victim", AT, json.dumps(played)]
            cursor.execute("SELECT begin_drill(%s, %s, %s, %s)", values)
            # What it names is looked for at the end of the transaction: here there is none of it.
            transaction.set_rollback(True)
    except DatabaseError as error:
        if "not theirs to begin" not in str(error):
            raise
        return False
    return True


def test_postgresql_begins_one_for_whoever_has_a_role_in_that_role_and_out_of_none() -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor).begins()
    former = make.user("Faye Former", Role.COUNSELOR, staff.school, until=make.SINCE + timedelta(days=1))
    for person, role in ((staff.teacher, Role.REPORTER), (staff.liaison, Role.LIAISON)):
        assert begun_in_the_database(person, role), person.name
    for person, role in ((staff.teacher, Role.LIAISON), (staff.liaison, Role.COUNSEL)):
        assert not begun_in_the_database(person, role), person.name
    for person in (former, learner.twin):
        assert not begun_in_the_database(person), person.name


def test_nobody_acts_as_the_twin_of_somebody_else() -> None:
    staff = make.Staff()
    another = make.user("Cal Counselor", Role.COUNSELOR, staff.school)
    twin = Learner(staff.counselor).begins().twin
    # Of the same roles, which are read before one acts as anybody.
    assert staff.counselor.roles == another.roles
    with acting_as(twin.pk):
        assert staff.counselor.twin_in_drill(twin.pk) == twin
        assert another.twin_in_drill(twin.pk) is None


def test_in_a_drill_of_a_school_nobody_answers_for_the_district() -> None:
    learner = Learner(make.Staff().administrator).begins()
    with acting_as(learner.twin.pk):
        roles = {role for person in User.objects.all() for role in person.roles}
    assert roles == {Role.REPORTER, Role.COUNSELOR, Role.SOCIAL_WORKER, Role.SRO, Role.ADMINISTRATOR}


def test_two_who_learn_do_not_meet() -> None:
    staff = make.Staff()
    first, second = Learner(staff.administrator).begins(), Learner(staff.sro).begins()
    assert second.client.get(first.case.get_absolute_url()).status_code == 404
    with acting_as(second.twin.pk):
        assert Case.objects.count() == 1
        assert School.objects.count() == 2
    assert not {p.pk for p in first.people().values()} & {p.pk for p in second.people().values()}


@pytest.mark.parametrize("call", ["leave_drill(%s)", "end_drill(%s)"])
def test_nobody_else_leaves_or_ends_ones_drill(call: str) -> None:
    staff = make.Staff()
    learner = Learner(staff.counselor).begins()
    other = Learner(staff.administrator).begins()
    for person in (staff.administrator, other.twin, learner.people()["Toni Teacher"]):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}", [AT])
    [mine] = drills_of(staff.counselor)
    assert (mine.left_at, mine.ended_at) == (None, None)
    with acting_as(learner.twin.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", [AT])
    [mine] = drills_of(staff.counselor)
    assert (mine.left_at or mine.ended_at) is not None
