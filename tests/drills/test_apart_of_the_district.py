"""
What the liaison's and counsel's roles reach past row-level security ends at their side, from a drill and into one.

tests/matrix/test_drills_of_the_district.py walks over the pages.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.urls import reverse

from cases import workflow
from cases.models import CasePerson, EmergencyAccess, RecordsRequest
from cases.workflow.emergency import NO_SUCH_CASE, OPEN_ANYWAY
from cases.workflow.requested import requested_cases
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import as_worker, swept
from tests.drills.learning import Learner
from tests.drills.test_apart import OVER_ALL, asked_as, queued, refused
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def request_of(learner: Learner) -> RecordsRequest:
    with acting_as(learner.twin.pk):
        return RecordsRequest.objects.select_related("school", "key").get()


def test_what_goes_over_all_schools_shows_a_twin_its_own_drill_and_nothing_else() -> None:
    staff = make.Staff()
    learner = Learner(staff.liaison).begins("nobody_there")
    before = asked_as(learner.twin, *OVER_ALL)
    assert any(before.values())
    real = make.case(staff, at=database_now() - 8 * DAY)
    make.missing(staff.teacher, staff.student, at=database_now())
    make.records_request(staff, at=database_now() - 20 * DAY)
    Learner(staff.administrator).begins()
    assert asked_as(learner.twin, *OVER_ALL) == before
    assert str(real.pk) not in str(before)


def test_a_request_for_records_shows_to_its_own_side_alone() -> None:
    staff = make.Staff()
    real = make.records_request(staff, at=database_now())
    learner = Learner(staff.counsel).begins("records_asked_for")
    invented = request_of(learner)
    assert invented.pk != real.pk
    for person in (staff.counsel, staff.liaison, staff.administrator):
        with acting_as(person.pk):
            assert not RecordsRequest.objects.filter(pk=invented.pk).exists(), person.name
    with acting_as(learner.twin.pk):
        assert requested_cases(real) == []
    with as_worker():
        assert ask("SELECT id FROM cases_recordsrequest") == [(real.pk,)]


def test_nothing_names_a_student_of_the_other_side() -> None:
    """Whoever carries a case of that student would read it."""
    staff = make.Staff()
    real, asked = make.case(staff, at=database_now()), make.records_request(staff, at=database_now())
    learner = Learner(staff.counsel).begins("records_asked_for")
    case, invented = learner.case, request_of(learner)
    carer = learner.people()["Cam Counselor"]
    with acting_as(carer.pk):
        [concern] = case.concerns.all()
    with acting_as(staff.counselor.pk):
        [told] = real.concerns.all()
    by_whom = {"cases_recordsrequest": ", student_by_id = acting_person()"}
    for person, table, row, student in (
        (learner.twin, "cases_recordsrequest", invented.pk, staff.student.pk),
        (carer, "cases_case", case.pk, staff.student.pk),
        (carer, "cases_concern", concern.pk, staff.student.pk),
        (staff.counsel, "cases_recordsrequest", asked.pk, case.student_id),
        (staff.counselor, "cases_case", real.pk, case.student_id),
        (staff.counselor, "cases_concern", told.pk, case.student_id),
    ):
        named = f"UPDATE {table} SET student_id = %s{by_whom.get(table, '')} WHERE id = %s"  # noqa: S608 - of ours
        assert refused(person, named, student, row), (person.name, table)


@pytest.mark.thorough
def test_nobody_logs_a_request_at_a_school_of_the_other_side() -> None:
    staff = make.Staff()
    learner = Learner(staff.counsel).begins("records_asked_for")
    there = request_of(learner).school
    given = {
        "asker": "parent",
        "way": "in_person",
        "asked_by": "Somebody.",
        "wants": "All.",
        "request_id": uuid4(),
    }
    at = database_now()
    for person, school in ((learner.twin, staff.school), (staff.counsel, there)):
        person.__dict__.pop("schools", None)
        with pytest.raises((workflow.Invalid, DatabaseError)), acting_as(person.pk):
            workflow.log_records_request(
                actor=person,
                school=school,
                student_described="Somebody.",
                received_on=at.date() - DAY,
                **given,  # type: ignore[arg-type]
                at=at,
            )


@pytest.mark.thorough
def test_an_answer_is_read_on_its_own_side() -> None:
    staff = make.Staff()
    workflow.answer_records_request(
        actor=staff.counsel,
        request=make.records_request(staff, at=database_now()),
        outcome="refused",
        reason="The safety of the student.",
        at=database_now(),
    )
    learner = Learner(staff.counsel).begins("records_asked_for")
    answers = "SELECT request_id FROM cases_recordsanswer"
    with acting_as(learner.twin.pk):
        assert ask(answers) == []
    invented = request_of(learner)
    workflow.answer_records_request(
        actor=learner.twin, request=invented, outcome="refused", reason="Safety.", at=database_now()
    )
    with acting_as(learner.twin.pk):
        assert ask(answers) == [(invented.pk,)]
    with acting_as(staff.counsel.pk):
        assert invented.pk not in {pk for (pk,) in ask(answers)}


@pytest.mark.thorough
def test_no_access_for_a_request_is_ended_from_the_other_side() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    asked = make.records_request(staff, at=database_now())
    workflow.open_requested_case(actor=staff.counsel, request=asked, case=case.pk, at=database_now())
    twin = Learner(staff.counsel).begins("records_asked_for").twin
    with acting_as(twin.pk):
        ask("SELECT end_requested_access(%s, clock_timestamp())", asked.pk)
    [row] = CasePerson.objects.using("owner").filter(opened_for=asked.pk)
    assert row.until
    assert row.until > database_now() + DAY


@pytest.mark.thorough
def test_nor_does_a_role_that_ended_take_its_cases_along_for_a_twin() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=database_now())
    twin = Learner(staff.liaison).begins("nobody_there").twin
    held = Membership.objects.using("owner").get(person=staff.counsel)
    Membership.objects.using("owner").filter(pk=held.pk).update(until=database_now().date() - DAY)

    def on_it() -> list[object]:
        return list(
            CasePerson.objects.using("owner").filter(person=staff.counsel).values_list("until", flat=True)
        )

    assert on_it() == [None]
    with acting_as(twin.pk):
        ask("SELECT leave_cases(%s)", held.pk)
    assert on_it() == [None]
    with acting_as(staff.liaison.pk):
        ask("SELECT leave_cases(%s)", held.pk)
    assert on_it() != [None]


def test_a_twin_opens_no_real_case_in_an_emergency_and_nobody_one_of_a_drill() -> None:
    staff = make.Staff()
    real = make.case(staff, at=database_now())
    learner = Learner(staff.liaison).begins("nobody_there")
    path, reason = reverse("cases:begin_emergency_access"), "Threats."
    other, invented = Learner(staff.counsel), learner.case.number
    for client, number, absent in (
        (learner.client, real.number, "ZZZZ-ZZZZ"),
        (other.client, invented, "DRILL-ZZZZZ"),
    ):
        told, nothing = (client.post(path, {"number": one, "reason": reason}) for one in (number, absent))
        assert told.status_code == nothing.status_code == 422
        assert told.context["form"].errors == nothing.context["form"].errors == {"number": [NO_SUCH_CASE]}
    begun = EmergencyAccess.objects.using("owner").values_list("person__name", flat=True)
    assert list(begun) == ["Lou Lawyer"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("role", "situation"), [("liaison", "nobody_there"), ("counsel", "records_asked_for")]
)
def test_the_worker_writes_to_nobody_about_it(role: str, situation: str) -> None:
    staff = make.Staff()
    person = getattr(staff, role)
    Learner(person).begins(situation)
    at = database_now()
    for later in (timedelta(), timedelta(hours=1), DAY, 3 * DAY, 8 * DAY, 40 * DAY):
        assert swept(at + later) == set(), later


@pytest.mark.thorough
def test_the_outbox_takes_no_message_about_a_request_or_a_freeze_of_a_drill() -> None:
    staff = make.Staff()
    learner = Learner(staff.counsel).begins("records_asked_for")
    real = make.records_request(staff, at=database_now())
    [(hold,)] = ask("SELECT id FROM cases_parenthold", alias="owner")
    assert queued(real.pk, None, staff.liaison.pk)
    assert not queued(request_of(learner).pk, None, staff.liaison.pk)
    assert not queued(hold, None, staff.liaison.pk)


@pytest.mark.parametrize(
    ("role", "situation"), [("liaison", "nobody_there"), ("counsel", "records_asked_for")]
)
def test_a_twin_of_the_district_keeps_nothing_real(role: str, situation: str) -> None:
    """Neither staff nor schools, numbers, settings, calendar, roster, days away; nor another's account or language."""
    staff = make.Staff()
    make.number_of()
    twin = Learner(getattr(staff, role)).begins(situation).twin
    with acting_as(twin.pk):
        for call in ("answers_for(NULL)", f"answers_for('{twin.schools[0].pk}')", "keeps_staff()"):
            assert ask(f"SELECT {call}") == [(False,)], call
        assert ask("SELECT keeps_role('liaison', NULL)") == [(False,)]
    changed = (
        "UPDATE directory_district SET name = 'Another'",
        "UPDATE directory_school SET name = 'Another'",
        "UPDATE directory_agency SET name = 'Another'",
        "UPDATE directory_student SET given_name = 'Another'",
        "UPDATE accounts_user SET name = 'Another' WHERE drill_id IS NULL",
        "UPDATE accounts_membership SET until = since",
        "UPDATE accounts_away SET withdrawn_at = now() WHERE person_id IN (SELECT id FROM accounts_user WHERE drill_id IS NULL)",  # noqa: E501
    )
    with acting_as(twin.pk):
        for sql in changed:
            assert ask(f"WITH c AS ({sql} RETURNING 1) SELECT count(*) FROM c") == [(0,)], sql  # noqa: S608
    today = database_now().date()
    away = (
        "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at)"
        " VALUES (gen_random_uuid(), %s, %s, %s, now())"
    )
    assert refused(twin, away, staff.teacher.pk, today, today)


def test_a_case_of_a_drill_is_found_by_its_number_within_it_however_that_is_written() -> None:
    learner = Learner(make.Staff().liaison).begins("nobody_there")
    path, number = reverse("cases:begin_emergency_access"), learner.case.number
    page = learner.client.get(path, {"number": number})
    assert page.context["form"]["number"].value() == number
    for typed in (number, number.replace("-", "").lower(), number.replace("-", " - ")):
        answer = learner.client.post(path, {"number": typed, "reason": "Threats."})
        # It is on the screen of whoever learns, as they are asked to see to it: the number was understood.
        assert answer.context["form"].errors == {"number": [OPEN_ANYWAY]}, typed


def test_no_other_persons_roles_are_taken_into_a_drill() -> None:
    staff = make.Staff()
    learner = Learner(staff.liaison).begins("nobody_there")
    assert learner.twin.roles == {Role.LIAISON}
    assert [one.role for one in staff.liaison.memberships.all()] == [Role.LIAISON]
    assert User.objects.using("owner").filter(drill=None).count() == 8
