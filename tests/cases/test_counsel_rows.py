"""Whom PostgreSQL lets in as legal counsel, and what it takes from counsel alone, whatever the application asks for."""

import pytest

from cases import workflow
from cases.models import ReleaseReview
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, holds
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

LET_IN = (
    "INSERT INTO cases_caseperson (id, case_id, person_id, role, excluded, since, until, opened_for) VALUES"
    " (gen_random_uuid(), %s, %s, %s, %s, now(), now() + %s::interval, %s)"
)
A_REVIEW = (
    "INSERT INTO cases_releasereview (id, case_id, by_id, at, last_id)"
    " VALUES (gen_random_uuid(), %s, %s, now(), %s)"
)
ENDED = "UPDATE cases_parenthold SET ended_at = clock_timestamp(), ended_by_id = %s WHERE id = %s"


def test_counsel_lets_in_themselves_alone_for_the_request_about_that_student_and_for_a_month() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    other = make.concern(staff, student=make.student(staff.school, "Jules", "Marsh"), at=now)
    row = {
        "case": case.pk,
        "person": staff.counsel.pk,
        "role": "counsel",
        "excluded": False,
        "lasts": "30 days",
        "request": make.records_request(staff, at=now).pk,
    }
    for amiss in (
        {"person": staff.elsewhere.pk},
        {"role": "liaison"},
        {"excluded": True},
        {"lasts": "31 days"},
        {"lasts": None},
        {"request": None},
        {"case": make.case(staff, about=other, at=now).pk},
    ):
        assert refused(staff.counsel, LET_IN, *(row | amiss).values()), amiss
    for person in (staff.teacher, staff.elsewhere, staff.liaison):
        assert refused(person, LET_IN, *(row | {"person": person.pk}).values()), person
    assert not refused(staff.counsel, LET_IN, *row.values())
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_the_releases_are_looked_at_by_counsel_on_the_case_and_in_their_own_name() -> None:
    staff = make.Staff()
    case = make.case(staff)
    release = make.released(case, staff.counselor)
    make.on_case_as_counsel(case, staff)
    for actor in (staff.counsel, staff.counselor, staff.administrator):
        for by in (staff.counsel, staff.counselor, staff.administrator):
            may = actor == by == staff.counsel
            assert refused(actor, A_REVIEW, case.pk, by.pk, release.pk) != may, (actor, by)
    with acting_as(staff.counselor.pk):
        assert [row.by for row in ReleaseReview.objects.select_related("by")] == [staff.counsel]


def test_a_doubt_is_ended_by_those_who_carry_the_case_or_by_counsel_and_in_their_own_name() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    consulted(case, staff.counselor, at=database_now(), parent_suspected="unsure")
    make.opened_in_emergency(case, staff.liaison)
    [hold] = holds(case, staff.liaison)
    # Whoever reads the case in an emergency sees it, and ends nothing.
    assert refused(staff.liaison, ENDED, staff.liaison.pk, hold.pk)
    for actor in (staff.counselor, staff.administrator):
        assert refused(actor, ENDED, staff.teacher.pk, hold.pk), actor
    assert not refused(staff.counselor, ENDED, staff.counselor.pk, hold.pk)
    assert [row.ended_by for row in holds(case, staff.counselor)] == [staff.counselor]


def test_no_release_of_a_hold_is_put_in_anothers_mouth_not_even_by_counsel() -> None:
    staff = make.Staff()
    case = make.case(staff)
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=make.AT)
    ended = ENDED.replace(" WHERE", ", ended_sealed = 'x' WHERE")
    assert refused(staff.counselor, ended, staff.counselor.pk, hold.pk)
    assert refused(staff.counsel, ended, staff.counselor.pk, hold.pk)
    assert not refused(staff.counsel, ended, staff.counsel.pk, hold.pk)
    assert [row.ended_by for row in holds(case, staff.counselor)] == [staff.counsel]
