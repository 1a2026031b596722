"""Whom PostgreSQL lets write the roster by itself, whatever the application asks for."""

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Alert, StudentAbsence
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.models import Student, StudentMerge
from csec.identity import acting_as
from district import permissions
from tests import make
from tests.make import AT
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

A_STUDENT = (
    "INSERT INTO directory_student (id, school_id, given_name, family_name, local_id, active)"
    " VALUES (gen_random_uuid(), %s, 'Kai', 'Lake', '', true)"
)
A_MERGE = (
    "INSERT INTO directory_studentmerge (id, alias_id, kept_id, at, by_id)"
    " VALUES (gen_random_uuid(), %s, %s, now(), %s)"
)
MERGED = "UPDATE directory_student SET merged_into_id = %s WHERE id = %s"


def changed(actor: User, sql: str, *values: object) -> int:
    """How many rows somebody changes; none when PostgreSQL refuses."""
    try:
        with transaction.atomic(), acting_as(actor.pk), connection.cursor() as cursor:
            cursor.execute(sql, values)
            count = int(cursor.rowcount)
            transaction.set_rollback(True)
            return count
    except DatabaseError as error:
        if "directory_student" not in str(error):
            raise
        return 0


def test_it_lets_those_enter_and_merge_whom_the_table_of_rights_lets() -> None:
    staff = make.Staff()
    make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    twin, elsewhere = make.student(staff.school), make.student(staff.other_school)
    for actor in User.objects.order_by("name"):
        for school in (staff.school, staff.other_school):
            assert refused(actor, A_STUDENT, school.pk) != permissions.can_add_student(actor, school.pk)
        for row in (twin, elsewhere):
            may = permissions.can_merge_students(actor, staff.school.pk, row.school_id)
            for pair in ((row.pk, staff.student.pk), (staff.student.pk, row.pk)):
                assert changed(actor, MERGED, *pair) == may, (actor.name, row.school)
                assert refused(actor, A_MERGE, *pair, actor.pk) != may, (actor.name, row.school)
                assert refused(actor, A_MERGE, *pair, staff.teacher.pk) or actor == staff.teacher


def test_of_a_row_nobody_changes_anything_else_in_their_own_name() -> None:
    staff = make.Staff()
    twin = make.student(staff.school)
    sql = "UPDATE directory_student SET given_name = 'Kim' WHERE id = %s"
    both = "UPDATE directory_student SET given_name = 'Kim', merged_into_id = %s WHERE id = %s"
    for actor in User.objects.all():
        assert not changed(actor, sql, twin.pk), actor.name
        assert not changed(actor, both, staff.student.pk, twin.pk), actor.name
    with pytest.raises(DatabaseError, match="not theirs to merge"), connection.cursor() as cursor:
        cursor.execute(MERGED, [staff.student.pk, twin.pk])


def test_no_student_is_entered_as_a_row_of_another() -> None:
    staff = make.Staff()
    merged = A_STUDENT.replace("active)", "active, merged_into_id)").replace("true)", "true, %s)")
    assert refused(staff.administrator, merged, staff.school.pk, staff.student.pk)
    assert refused(None, merged, staff.school.pk, staff.student.pk)
    assert not refused(staff.administrator, merged, staff.school.pk, None)
    assert Student.objects.filter(family_name="Lake", merged_into=None).count() == 1


def test_merged_rows_make_no_chain() -> None:
    staff = make.Staff()
    one, two, three = (make.student(staff.school) for _ in range(3))
    make.merged(staff.liaison, two, one)
    for pair in ((one, three), (three, two), (three, one), (two, two)):
        assert not changed(staff.liaison, MERGED, *(row.pk for row in pair))
    assert changed(staff.liaison, MERGED, two.pk, three.pk) == 1


def test_a_row_is_locked_by_those_who_answer_for_its_school_and_is_not_there_to_others() -> None:
    staff = make.Staff()
    for actor in User.objects.order_by("name"):
        with acting_as(actor.pk), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM directory_student WHERE id = %s FOR UPDATE", [staff.student.pk])
            assert cursor.rowcount == int(actor in (staff.administrator, staff.liaison)), actor.name


def test_an_alert_is_looked_for_by_whoever_merged_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    merge = make.merged(staff.administrator, make.student(staff.school), staff.student)
    with acting_as(staff.teacher.pk):
        StudentAbsence(student=merge.kept, missing_since=AT, entered_at=AT, entered_by=staff.teacher).save(
            force_insert=True
        )
    for actor, found in ((staff.liaison, 0), (staff.counselor, 0), (staff.administrator, 1)):
        with acting_as(actor.pk), connection.cursor() as cursor:
            cursor.execute("SELECT raise_alerts_of_merged(%s, %s, %s)", [merge.pk, AT, AT])
        with acting_as(staff.counselor.pk):
            assert Alert.objects.filter(case=case).count() == found, actor.name


def test_a_merge_is_read_and_undone_by_those_who_answer_for_both_and_is_kept() -> None:
    staff = make.Staff()
    make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    merges = [
        make.merged(staff.liaison, make.student(school), make.student(staff.school))
        for school in (staff.school, staff.other_school)
    ]
    undo = "UPDATE directory_studentmerge SET undone_at = now(), undone_by_id = %s WHERE id = %s"
    for actor in User.objects.all():
        for merge in merges:
            may = permissions.can_unmerge_students(actor, merge.kept.school_id, merge.alias.school_id)
            with acting_as(actor.pk):
                assert StudentMerge.objects.filter(pk=merge.pk).exists() == may, actor.name
            assert changed(actor, undo, actor.pk, merge.pk) == may, actor.name
            assert not changed(actor, undo, staff.teacher.pk, merge.pk), actor.name
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(staff.liaison.pk):
        StudentMerge.objects.filter(pk=merges[0].pk).update(at=AT)


def test_a_merge_begins_as_one_that_is_not_undone_and_is_undone_once() -> None:
    staff = make.Staff()
    merge = make.merged(staff.administrator, make.student(staff.school), staff.student)
    undone = A_MERGE.replace("by_id)", "by_id, undone_at)").replace("%s)", "%s, now())")
    row = (make.student(staff.school).pk, staff.student.pk, staff.administrator.pk)
    assert refused(staff.administrator, undone, *row)
    undo = "UPDATE directory_studentmerge SET undone_at = now(), undone_by_id = %s WHERE id = %s"
    with acting_as(staff.administrator.pk), connection.cursor() as cursor:
        for count in (1, 0):
            cursor.execute(undo, [staff.administrator.pk, merge.pk])
            assert cursor.rowcount == count
