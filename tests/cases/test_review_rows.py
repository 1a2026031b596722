"""In whose name PostgreSQL takes a review, a question and an answer, whatever the application asks for."""

import pytest
from django.db import DatabaseError, connection, transaction

from csec.accounts.models import Membership, User
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.reviews import answered, question
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

A_REVIEW = (
    "INSERT INTO cases_casereview (id, case_id, at, by_id, team, sealed)"
    " VALUES (gen_random_uuid(), %s, now(), %s, 'not_yet', 'x')"
)
A_QUESTION = (
    "INSERT INTO cases_reviewquestion (id, case_id, review_id, put_to, asked_at, asked_by_id, sealed, answer)"
    " VALUES (gen_random_uuid(), %s, %s, 'sro', now(), %s, 'x', '')"
)
AN_ANSWER = (
    "UPDATE cases_reviewquestion SET answer = 'answered', answered_at = now(), answered_by_id = %s,"
    " answer_sealed = 'x' WHERE id = %s"
)


def test_a_review_is_the_administrators_and_the_liaisons_where_nobody_of_the_school_answers() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.with_liaison(case, staff)
    make.asked_in(case, staff.counselor, staff.sro)
    for actor, by, is_refused in (
        (staff.administrator, staff.administrator, False),
        (staff.administrator, staff.counselor, True),
        (staff.counselor, staff.counselor, True),
        (staff.sro, staff.sro, True),
        (staff.liaison, staff.liaison, True),
        (staff.elsewhere, staff.elsewhere, True),
    ):
        assert refused(actor, A_REVIEW, case.pk, by.pk) == is_refused, (actor, by)
    Membership.objects.filter(person=staff.administrator).update(until=AT.date())
    assert not refused(staff.liaison, A_REVIEW, case.pk, staff.liaison.pk)


def test_a_question_is_asked_and_answered_in_ones_own_name_by_whose_it_is() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = question(case, staff.administrator)
    for actor, by, is_refused in (
        (staff.administrator, staff.administrator, False),
        (staff.administrator, staff.counselor, True),
        (staff.counselor, staff.counselor, True),
    ):
        assert refused(actor, A_QUESTION, case.pk, row.review_id, by.pk) == is_refused, (actor, by)
    for actor, by, is_refused in (
        (staff.counselor, staff.social_worker, True),
        (staff.administrator, staff.administrator, True),
        (staff.counselor, staff.counselor, False),
    ):
        assert refused(actor, AN_ANSWER, by.pk, row.pk) == is_refused, (actor, by)


def test_an_answer_is_given_once_and_a_question_belongs_to_the_case_of_its_review() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff)
    row = question(case, staff.administrator)
    answered(case, staff.counselor, row)
    for sql, actor, values in (
        (AN_ANSWER, staff.counselor, (staff.counselor.pk, row.pk)),
        (A_QUESTION, staff.administrator, (other.pk, row.review_id, staff.administrator.pk)),
    ):
        with pytest.raises(DatabaseError, match=r"answered already|foreign key"):
            write(actor, sql, *values)


def write(person: User, sql: str, *values: object) -> None:
    with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
