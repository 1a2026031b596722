"""From when until when PostgreSQL counts somebody as on a case, kept from it, or let in, by its own functions."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from cases import workflow
from cases.models import Case
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.asked import listed, told, while_it_is
from tests.cases.test_of_age import born_before
from tests.matrix.rows import looked_at, write_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


def role(person: User, case: Case) -> Any:
    return told(person, "case_role(%s)", case.pk)


OF_A_PERSON = "accounts_membership", "person_id = %s"
ON_A_CASE = "cases_caseperson", "person_id = %s"
TO_COME, IS_OVER = "since = current_date + 10", "until = current_date - 10"


def put(on: tuple[str, str], change: str, person: User) -> Any:
    table, where = on
    return while_it_is(table, change, where, person.pk)


def test_somebody_is_on_a_case_from_then_until_then_and_while_they_have_that_role_at_its_school() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    helper = staff.social_worker
    make.helper(case, staff.counselor, helper, Role.SOCIAL_WORKER, at=now)
    assert role(helper, case) == "social_worker"
    with put(ON_A_CASE, "until = now() + interval '1 hour'", helper):
        assert role(helper, case) == "social_worker"
    for not_now in ("since = now() + interval '1 hour'", "since = now() - interval '2 hours', until = now()"):
        with put(ON_A_CASE, not_now, helper):
            assert role(helper, case) is None, not_now
    for not_now in (TO_COME, IS_OVER):
        with put(OF_A_PERSON, not_now, helper):
            assert role(helper, case) is None, not_now
    with while_it_is("accounts_user", "is_active = false", "id = %s", helper.pk):
        assert role(helper, case) is None


def test_whoever_administers_a_school_is_on_its_cases_while_they_do() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    administrator = staff.administrator
    assert role(administrator, case) == "administrator"
    assert role(overseer, case) is None
    assert role(staff.elsewhere, case) is None
    for not_now in (TO_COME, IS_OVER):
        with put(OF_A_PERSON, not_now, administrator):
            assert role(administrator, case) is None, not_now
    with while_it_is("accounts_user", "is_active = false", "id = %s", administrator.pk):
        assert role(administrator, case) is None
    assert told(staff.counselor, "case_administered(%s, %s)", case.pk, staff.school.pk)
    for not_now in (TO_COME, IS_OVER):
        with put(OF_A_PERSON, not_now, administrator):
            # There is one at another school all the same.
            assert not told(staff.counselor, "case_administered(%s, %s)", case.pk, staff.school.pk)
    with while_it_is("accounts_user", "is_active = false", "id = %s", administrator.pk):
        # Whoever else may sign in is none.
        assert not told(staff.counselor, "case_administered(%s, %s)", case.pk, staff.school.pk)


def test_a_case_is_carried_by_a_counselor_or_social_worker_who_is_on_it_now() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)

    def carried() -> Any:
        return told(None, "case_carried(%s, %s)", case.pk, staff.school.pk)

    assert carried()
    not_now = ("since = now() + interval '1 hour'", "since = now() - interval '2 hours', until = now()")
    for change in (*not_now, "excluded = true"):
        with put(ON_A_CASE, change, staff.counselor):
            assert not carried(), change
    # An officer is on it, and does not carry it.
    with put(OF_A_PERSON, IS_OVER, staff.counselor):
        assert not carried()


def test_that_nobody_carries_a_case_is_told_of_that_one_to_whoever_sees_it() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    nobody, off = "nobody_carries(%s)", "excluded = true"
    with while_it_is("cases_caseperson", off, "case_id = %s", other.pk):
        assert told(staff.administrator, nobody, other.pk)
        assert not told(staff.administrator, nobody, case.pk)
        assert not told(staff.elsewhere, nobody, other.pk)


def test_a_case_binds_whoever_is_on_it_while_they_have_that_role_at_its_school() -> None:
    """To whom a duty of it says by what the track binds them, as PostgreSQL asks it (`case_open_to`)."""
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    helper, administrator = staff.social_worker, staff.administrator
    make.helper(case, staff.counselor, helper, Role.SOCIAL_WORKER, at=now)

    def open_to(person: User) -> Any:
        return told(None, "case_open_to(%s, %s)", case.pk, person.pk)

    people = (staff.counselor, helper, administrator, staff.teacher, staff.elsewhere, staff.liaison)
    assert [open_to(one) for one in people] == [True, True, True, False, False, False]
    for person in (helper, administrator):
        with put(OF_A_PERSON, IS_OVER, person):
            assert not open_to(person)
    for not_now in ("since = now() + interval '1 hour'", "since = now() - interval '2 hours', until = now()"):
        with put(ON_A_CASE, not_now, helper):
            assert not open_to(helper), not_now
    with put(ON_A_CASE, "excluded = true", helper):
        assert not open_to(helper)


def test_a_case_is_kept_from_somebody_and_no_other_case_until_that_is_lifted() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Related.", at=now
    )
    administered = "case_administered(%s, %s)"
    assert told(staff.administrator, "kept_away(%s)", case.pk)
    assert not told(staff.administrator, "kept_away(%s)", other.pk)
    # Of somebody who is on it, it is not kept.
    assert not told(staff.counselor, "kept_away(%s)", case.pk)
    assert not told(staff.counselor, administered, case.pk, staff.school.pk)
    assert told(staff.counselor, administered, other.pk, staff.school.pk)
    with put(ON_A_CASE, "excluded = false, role = 'administrator'", staff.administrator):
        assert told(staff.counselor, administered, case.pk, staff.school.pk)
    with put(ON_A_CASE, "until = since", staff.administrator):
        assert not told(staff.administrator, "kept_away(%s)", case.pk)
        assert told(staff.counselor, administered, case.pk, staff.school.pk)
        assert role(staff.administrator, case) == "administrator"
    with put(ON_A_CASE, "until = now() + interval '1 hour'", staff.administrator):
        assert told(staff.administrator, "kept_away(%s)", case.pk)


def test_a_concern_goes_past_nobody_any_more_once_that_is_lifted() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now)
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator], at=now), at=now)
    with acting_as(staff.counselor.pk):
        of_the_case = case.concerns.get().pk
    assert not told(staff.administrator, "concern_access(%s)", of_the_case)
    with (
        put(ON_A_CASE, "until = since", staff.administrator),
        while_it_is("cases_concernexclusion", "lifted_at = now()", "concern_id = %s", of_the_case),
    ):
        assert told(staff.administrator, "concern_access(%s)", of_the_case)
    assert not told(staff.administrator, "concern_unheld(%s)", concern.pk)
    past = "INSERT INTO cases_concernexclusion (id, concern_id, person_id) VALUES (gen_random_uuid(), %s, %s)"
    for holder in (staff.counselor, staff.social_worker):
        write_as_owner(past, concern.pk, holder.pk)
    assert told(staff.administrator, "concern_unheld(%s)", concern.pk)
    with while_it_is("cases_concernexclusion", "lifted_at = now()", "concern_id = %s", concern.pk):
        assert not told(staff.administrator, "concern_unheld(%s)", concern.pk)


def test_a_case_is_open_in_an_emergency_to_whoever_opened_it_and_until_it_is_over() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    counsel = staff.counsel
    make.opened_in_emergency(case, counsel)
    assert role(counsel, case) == "emergency"
    assert role(counsel, other) is None
    assert not told(counsel, "opened_in_emergency(%s)", other.pk)
    assert not told(staff.counselor, "opened_in_emergency(%s)", case.pk)
    for not_now in (
        "ended_at = begun_at",
        "begun_at = now() + interval '1 hour'",
        "begun_at = now() - interval '5 hours', until = now() - interval '1 hour'",
    ):
        # They alone say that it is over.
        with (
            acting_as(counsel.pk),
            while_it_is("cases_emergencyaccess", not_now, "person_id = %s", counsel.pk),
        ):
            assert not told(counsel, "opened_in_emergency(%s)", case.pk), not_now
            assert role(counsel, case) is None, not_now
    for not_now in (TO_COME, IS_OVER):
        with put(OF_A_PERSON, not_now, counsel):
            assert role(counsel, case) is None, not_now


def test_who_may_open_a_case_in_an_emergency() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    may = "may_open_in_emergency(%s)"
    of_the_district = (staff.counsel, staff.liaison)
    assert [told(one, may, case.pk) for one in of_the_district] == [True, True]
    for one in (staff.counselor, staff.administrator, staff.sro, staff.teacher, staff.elsewhere):
        assert told(one, may, case.pk) is False, one
    assert [told(one, may, uuid4()) for one in of_the_district] == [False, False]
    workflow.exclude_person(actor=staff.counselor, case=case, person=staff.counsel, reason="Related.", at=now)
    assert [told(staff.counsel, may, one.pk) for one in (case, other)] == [False, True]
    make.opened_in_emergency(other, staff.counsel)
    with while_it_is(
        "cases_emergencyaccess", "review_by = now() - interval '1 minute'", "person_id = %s", staff.counsel.pk
    ):
        # Nobody has looked at the last one in time.
        assert told(staff.counsel, may, other.pk) is False


def test_who_reviews_a_case_and_answers_a_question_about_it() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    everybody = (staff.administrator, staff.counselor, staff.sro, staff.teacher, staff.elsewhere)

    def who(function: str) -> list[User]:
        return [one for one in everybody if told(one, function, case.pk)]

    assert who("may_review_case(%s)") == [staff.administrator]
    assert who("question_answering(%s, 'sro')") == [staff.sro]
    assert who("question_answering(%s, 'counselor')") == [staff.counselor]
    # Of a case that is not there nothing is said, whatever others there are.
    assert told(staff.administrator, "may_review_case(%s)", uuid4()) is None
    own = "compartment_access(%s, 'reporter', acting_person())"
    assert who(own) == [staff.administrator, staff.counselor, staff.sro]


def test_which_cases_a_request_for_records_leads_counsel_to() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    request = make.records_request(staff, at=now)
    with acting_as(staff.counselor.pk):
        of_another = Case.objects.select_related("student").get(pk=other.pk).student
    make.records_request(staff, at=now, student=of_another)

    def leads(person: User) -> list[str]:
        return [row["case_id"] for row in listed(person, "requested_cases(%s)", request.pk)]

    assert leads(staff.counsel) == [str(case.pk)]
    for one in (staff.liaison, staff.counselor, staff.administrator, staff.teacher):
        assert leads(one) == [], one
    with while_it_is("cases_recordsrequest", "closed_at = now()", "id = %s", request.pk):
        assert leads(staff.counsel) == []
    workflow.exclude_person(actor=staff.counselor, case=case, person=staff.counsel, reason="Related.", at=now)
    assert leads(staff.counsel) == []


def test_a_request_at_the_school_of_a_drill_is_not_the_districts_to_read() -> None:
    staff = make.Staff()
    request = make.records_request(staff, at=database_now())
    access = "request_access(%s)"
    assert told(staff.liaison, access, request.pk)
    write_as_owner(
        "INSERT INTO directory_drill (id, person_id, twin_id, situation, begun_at, roles)"
        " VALUES (%s, %s, %s, 'suspected_victim', now(), '{}')",
        drill := uuid4(),
        staff.counselor.pk,
        staff.social_worker.pk,
    )
    with while_it_is("directory_school", f"drill_id = '{drill}'", "id = %s", staff.school.pk):
        assert not told(staff.liaison, access, request.pk)
        # It stays with whoever logged it.
        assert told(staff.teacher, access, request.pk)


def test_a_key_opens_what_it_belongs_to_and_nothing_else() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    concerns = make.concern(staff, at=now), make.concern(staff, at=now)
    requests = make.records_request(staff, at=now), make.records_request(staff, at=now)
    offers = [make.offered(one, staff.counselor, staff.elsewhere, at=now) for one in (case, other)]
    own = {
        "key_access": [
            (staff.counselor, case, other),
            (staff.teacher, *concerns),
            (staff.teacher, *requests),
        ],
        "transfer_key": [(staff.counselor, *offers), (staff.elsewhere, *offers)],
    }
    for function, things in own.items():
        for person, thing, beside in things:
            for one, another in ((thing, beside), (beside, thing)):
                assert told(person, f"{function}(%s, %s)", one.key_id, one.pk), (function, one)
                assert not told(person, f"{function}(%s, %s)", another.key_id, one.pk), (function, one)
                assert not told(staff.sro, f"{function}(%s, %s)", one.key_id, one.pk), (function, one)


def test_who_hands_over_what_of_a_case_that_they_offered() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    own = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    another = make.offered(other, staff.administrator, staff.elsewhere, at=now)

    def sent(person: User) -> list[tuple[str, str]]:
        return [
            (name, section)
            for name, one in (("own", own), ("another", another))
            for section in ("team", "counseling")
            if told(person, "transfer_sends(%s, %s)", one.pk, section)
        ]

    assert sent(staff.counselor) == [("own", "team"), ("own", "counseling")]
    assert sent(staff.administrator) == [("another", "team")]
    with put(ON_A_CASE, "until = since", staff.counselor):
        assert sent(staff.counselor) == []
    answered = "state = 'withdrawn', answered_at = now(), answered_by_id = offered_by_id"
    with acting_as(staff.counselor.pk), while_it_is("cases_transfer", answered, "id = %s", own.pk):
        assert sent(staff.counselor) == []


def test_who_reads_which_section_of_a_case_that_is_offered() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    offer = make.offered(case, staff.counselor, overseer, at=now)

    def read(person: User) -> list[str]:
        sections = ("team", "counseling")
        return [one for one in sections if told(person, "transfer_section_access(%s, %s)", offer.pk, one)]

    assert read(overseer) == ["team"]
    assert read(staff.administrator) == ["team"]
    assert read(staff.counselor) == ["team", "counseling"]
    assert [read(one) for one in (staff.sro, staff.elsewhere, staff.teacher)] == [[], [], []]
    receives = "receives_transfer(%s, %s, %s)"
    assert told(staff.elsewhere, receives, case.pk, staff.elsewhere.pk, staff.other_school.pk)
    assert not told(staff.elsewhere, receives, case.pk, overseer.pk, staff.other_school.pk)
    assert not told(staff.elsewhere, receives, case.pk, staff.elsewhere.pk, staff.school.pk)
    assert not told(staff.sro, receives, case.pk, staff.sro.pk, staff.other_school.pk)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.elsewhere, reason="Related.", at=now
    )
    assert not told(staff.elsewhere, receives, case.pk, staff.elsewhere.pk, staff.other_school.pk)


@pytest.mark.parametrize(("days", "is_so"), [(0, True), (-1, False), (None, False)])
def test_a_student_is_of_age_from_the_birthday_on(days: int | None, is_so: bool) -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    born = None if days is None else born_before(days)
    Student.objects.filter(pk=staff.student.pk).update(birth_date=born)
    assert told(None, "student_of_age(%s, now())", case.pk) is is_so
