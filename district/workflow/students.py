"""The students whom the roster does not have yet, and those of whom it has two rows."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from cases.text import Words
from cases.workflow.alerts import raise_absences_of_merged, take_concerns_apart
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import when
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.directory.likeness import like
from csec.directory.models import School, Student, StudentMerge
from csec.errors import Absent
from district import permissions
from district.reading.people import schools_of
from district.workflow.typed import wrong_texts

FUTURE = _("This day has not come yet.")
TOO_EARLY = _("Enter the year with four digits.")
KNOWN_HERE = _("This local id is on the roster already. Look whether it is this student.")
KNOWN_ELSEWHERE = _("This local id is on the roster of another school. Ask the district liaison.")
IS_IT_ONE_OF_THESE = _(
    "There are students like this one. Look at them first; if it is none of them, say so here."
)
ONE_ROW = _("Choose two different rows of the roster.")
HAS_OTHERS = _(
    "Another row was merged into the one that you do not keep. Keep that one, or take those two apart first."
)
TAKEN_APART = _("These rows were taken apart already. Each is a student of its own.")


@verb("student_added")
def add_student(
    *,
    actor: User,
    school: School,
    given_name: str,
    family_name: str,
    birth_date: date | None,
    local_id: str,
    at: datetime,
    different_from: Collection[UUID] = (),
) -> Student:
    """
    Enter a student who is new at the school, and whom the roster does not have yet.

    Whoever is like them has to be looked at first: `different_from` are those of whom the actor says that it is none
    of them. Raises Invalid.
    """
    require(permissions.can_add_student(actor, school.pk), "add_student", subject=school.pk)
    row = Student(
        school=school,
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        local_id=local_id,
        entered_at=at,
    )
    wrong = wrong_texts(row, required=("given_name", "family_name"), optional=("local_id",))
    if birth_date and birth_date > permissions.day_of(at, school):
        wrong["birth_date"] = FUTURE
    elif birth_date and birth_date.year < 1900:
        wrong["birth_date"] = TOO_EARLY
    if not wrong and {one.pk for one in possible_duplicates(row, schools_of(actor))} - set(different_from):
        wrong["different"] = IS_IT_ONE_OF_THESE
    if wrong:
        raise Invalid(wrong)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid({"local_id": _where_known(row, actor)}) from None
    log("add_student", actor=actor, subject=row.pk)
    return row


def _where_known(row: Student, actor: User) -> Words:
    known = Student.objects.filter(local_id=row.local_id, school__in=schools_of(actor)).exists()
    return KNOWN_HERE if known else KNOWN_ELSEWHERE


def possible_duplicates(row: Student, schools: Iterable[School]) -> list[Student]:
    """The students of these schools who may be the one of `row`, each once; also those who have left."""
    among = Student.objects.filter(school__in=schools).select_related("school", "merged_into__school")
    found = {one.kept_id: one.kept for one in like(row, among)}
    return list(found.values())


@verb("students_merged")
def merge_students(*, actor: User, kept: Student, alias: Student, at: datetime) -> StudentMerge:
    """
    Say that two rows of the roster are one student, who is called as in the row that is kept.

    Whatever names the other row goes on naming it and is read as the kept one, so that this can be taken back; whether
    there is anything, nobody learns by it. Raises Invalid, Conflict.
    """
    first, second = _lock(kept, alias)
    require(
        permissions.can_merge_students(actor, first.school_id, second.school_id),
        "merge_students",
        subject=second.pk,
    )
    if first.pk == second.pk:
        raise Invalid({"keep": ONE_ROW})
    for one in (second, first):
        if one.merged_into_id is not None:
            raise Conflict(_merged_words(one, actor))
    if second.merged.exists():
        raise Invalid({"keep": HAS_OTHERS})
    second.merged_into = first
    second.save(update_fields=["merged_into"])
    merge = StudentMerge(alias=second, kept=first, at=at, by=actor)
    merge.save(force_insert=True)
    raise_absences_of_merged(merge, at=at)
    log("merge_students", actor=actor, subject=merge.pk)
    return merge


def _lock(*students: Student) -> list[Student]:
    """Both rows, locked in one order. Raises Absent."""
    pks = [one.pk for one in students]
    rows = Student.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    found = {one.pk: one for one in rows}
    for pk in pks:
        if pk not in found:
            raise Absent("student", pk)
    return [found[pk] for pk in pks]


def _merged_words(row: Student, actor: User) -> Words:
    """Who was first, as far as PostgreSQL shows it to whoever comes second."""
    merge = StudentMerge.objects.filter(alias=row, undone_at__isnull=True).select_related("by").first()
    if merge is None:
        return _("One of these rows was merged into another one already.")
    return _("%(who)s merged one of these rows on %(when)s. Look at the list once more.") % {
        "who": merge.by.name,
        "when": when(merge.at, row.school.zone),
    }


@verb("students_unmerged")
def unmerge_students(*, actor: User, merge: StudentMerge, at: datetime) -> None:
    """
    Take two rows apart again: each is the student that it was, with all that names it. Raises Conflict.

    Counsel who opened the case of the one for a request about the other has it no longer, and a concern about the one
    that is in a case of the other waits again.
    """
    locked = StudentMerge.objects.filter(pk=merge.pk).first()
    if locked is None:
        raise Absent("merge", merge.pk)
    _kept, alias = _lock(Student(pk=locked.kept_id), Student(pk=locked.alias_id))
    require(
        permissions.can_unmerge_students(actor, _kept.school_id, alias.school_id),
        "unmerge_students",
        subject=locked.pk,
    )
    undone = StudentMerge.objects.filter(pk=locked.pk, undone_at__isnull=True).update(
        undone_at=at, undone_by=actor
    )
    if not undone:
        raise Conflict(TAKEN_APART)
    alias.merged_into = None
    alias.save(update_fields=["merged_into"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT end_access_apart(%s, %s)", [locked.pk, at])
    take_concerns_apart(locked, at=at)
    log("unmerge_students", actor=actor, subject=locked.pk)
