"""
Records requests: logged at the office, which learns nothing of any case; matched, looked into, answered by counsel.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.deadlines import business_day_after
from cases.evidence import IN_THE_FUTURE, NOT_A_CHOICE
from cases.models import Case, CasePerson, RecordsAnswer, RecordsRequest, Release, ReleaseReview
from cases.text import Words
from cases.workflow.decisions import faults
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.releases import keep_release
from cases.workflow.requested import (
    check_named_by_another,
    check_unanswered,
    end_access,
    lock_request,
    opened_cases,
    requested_cases,
)
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.models import DataKey
from csec.directory.models import School, Student

#: A parent's right to see records ends in no case later than this many business days (Education Code 49069.7).
BUSINESS_DAYS = 5
#: A request that came so long ago was logged before, or is another one.
LOOK_BACK = timedelta(days=366)
#: How long a case is open to counsel for one request at most; then they open it again.
OPEN_FOR = timedelta(days=30)

LONG_AGO = _("Enter a day within the last year.")
WHO = _("Find the student by name and choose one, or write who it is: name and date of birth.")
ANOTHER_SCHOOL = _("This student is at another school than the request.")
LOGGED_ALREADY = _(
    "A request was already logged from this form, and was not logged twice. If what stands here is another one,"
    " send it now."
)
CHANGED = _("Somebody named the student since you opened the page. Look again, then send it.")
OPEN_ALREADY = _("You have this case open already.")
NO_SUCH_CASE = _("Choose one of the records of this student.")
NOT_REVIEWED = _(
    "The list of releases is not reviewed up to its latest entry. Review it first, or write why you answer without"
    " that."
)
ONLY_RELEASED = _("Nothing was released: then nothing left these records.")

#: In whose hands the records come, and on which basis, by who asked.
RECIPIENTS = {
    RecordsRequest.Asker.PARENT: Release.Recipient.PARENT,
    RecordsRequest.Asker.STUDENT: Release.Recipient.STUDENT,
    RecordsRequest.Asker.SUBPOENA: Release.Recipient.COURT,
    RecordsRequest.Asker.OTHER: Release.Recipient.OTHER,
}
BASES = {
    RecordsRequest.Asker.PARENT: Release.Basis.ACCESS,
    RecordsRequest.Asker.STUDENT: Release.Basis.ACCESS,
    RecordsRequest.Asker.SUBPOENA: Release.Basis.COURT_ORDER,
}
RELEASING = frozenset({RecordsAnswer.Outcome.RELEASED, RecordsAnswer.Outcome.PART})


@verb("records_request_logged")
def log_records_request(
    *,
    actor: User,
    request_id: UUID,
    school: School,
    asker: str,
    way: str,
    received_on: date,
    asked_by: str,
    wants: str,
    at: datetime,
    student: Student | None = None,
    student_described: str = "",
) -> RecordsRequest:
    """
    Log that somebody asked for a student's records: for counsel, whose time to answer runs from the day it came.

    It is logged against the roster and looks for no case: whoever logs it is told, and told later, the same whether
    there is one or not. `request_id` comes with the form, so that a form sent twice makes one request.
    Raises Invalid, Conflict.
    """
    require(permissions.can_log_records_request(actor), "log_records_request", subject=request_id)
    words = {"asked_by": asked_by, "wants": wants, "student_described": student_described}
    wrong = faults(required=("asked_by", "wants"), **words)
    if student is None and not student_described.strip():
        wrong["student"] = WHO
    if student and student.school_id != school.pk:
        wrong["student"] = ANOTHER_SCHOOL
    if school.pk not in {one.pk for one in actor.schools}:
        wrong["school"] = NOT_A_CHOICE
    if asker not in RecordsRequest.Asker.values:
        wrong["asker"] = NOT_A_CHOICE
    if way not in RecordsRequest.Way.values:
        wrong["way"] = NOT_A_CHOICE
    today = at.astimezone(school.zone).date()
    if received_on > today:
        wrong["received_on"] = IN_THE_FUTURE
    elif received_on < today - LOOK_BACK:
        wrong["received_on"] = LONG_AGO
    if wrong:
        raise Invalid(wrong)
    key = DataKey.make(scope=request_id)
    row = RecordsRequest(
        pk=request_id,
        school=school,
        student=student,
        student_by=actor if student else None,
        asker=asker,
        way=way,
        received_on=received_on,
        due_on=business_day_after(received_on, BUSINESS_DAYS),
        logged_at=at,
        logged_by=actor,
        key=key,
    )
    given = {name: value for name, value in words.items() if value.strip()}
    row.sealed = key.seal(given, context=f"records_request:{row.pk}")
    key.save(force_insert=True)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(LOGGED_ALREADY) from None
    log("log_records_request", actor=actor, subject=row.pk)
    return row


@verb("records_request_matched")
def match_records_request(
    *,
    actor: User,
    request: RecordsRequest,
    student: Student,
    at: datetime,
    before: UUID | None = None,
) -> None:
    """
    Name the student whom the office did not find on its roster, or another one than it chose, of any school.

    Or the same one once more: whoever named a student first opens no case about them by that alone.

    `before` is the student whom the page showed. Raises Conflict.
    """
    locked = lock_request(request.pk, actor)
    require(permissions.can_match_records_request(actor), "match_records_request", subject=locked.pk)
    check_unanswered(locked)
    if locked.student_id != before:
        raise Conflict(CHANGED)
    end_access(locked, at=at)
    locked.student, locked.student_by = student, actor
    locked.save(update_fields=["student", "student_by"])
    log("match_records_request", actor=actor, subject=locked.pk)


@verb("requested_case_opened")
def open_requested_case(*, actor: User, request: RecordsRequest, case: UUID, at: datetime) -> CasePerson:
    """
    Open one restricted record about the student of a request to counsel, for as long as the request is open.

    PostgreSQL finds it: counsel sees no case before. One that is kept from them does not exist. Raises Invalid,
    Conflict.
    """
    locked = lock_request(request.pk, actor)
    require(permissions.can_open_requested_case(actor), "open_requested_case", subject=locked.pk)
    check_unanswered(locked)
    check_named_by_another(locked, actor)
    if case not in {one.pk for one in requested_cases(locked)}:
        raise Invalid({"case": NO_SUCH_CASE})
    if Case.objects.visible_to(actor).filter(Q(my_role=Role.COUNSEL), pk=case).exists():
        raise Conflict(OPEN_ALREADY)
    row = CasePerson(
        case_id=case,
        person=actor,
        role=Role.COUNSEL,
        since=at,
        until=at + OPEN_FOR,
        opened_for=locked.pk,
    )
    row.save(force_insert=True)
    log("open_requested_case", actor=actor, subject=locked.pk, case=case)
    return row


@verb("records_request_answered")
def answer_records_request(
    *,
    actor: User,
    request: RecordsRequest,
    outcome: str,
    at: datetime,
    recipient: str = "",
    what: str = "",
    basis: str = "",
    interest: str = "",
    reason: str = "",
    unreviewed: str = "",
    cases: Collection[UUID] = (),
) -> RecordsAnswer:
    """
    Counsel's answer: what was released to whom, and why anything was withheld. No freeze decides instead of counsel.

    `cases` are the restricted records of which something was released: each keeps it as a release of its own. Its list
    of releases is reviewed up to its latest entry, or counsel says why not (`unreviewed`). The cases that were opened
    for the request close to counsel again. Raises Invalid, Conflict.
    """
    locked = lock_request(request.pk, actor)
    require(permissions.can_answer_records_request(actor), "answer_records_request", subject=locked.pk)
    check_unanswered(locked)
    check_named_by_another(locked, actor)
    releasing = outcome in RELEASING
    required = ("recipient", "what") if releasing else ()
    if outcome != RecordsAnswer.Outcome.RELEASED:
        required = (*required, "reason")
    words = {
        "recipient": recipient,
        "what": what,
        "interest": interest,
        "reason": reason,
        "unreviewed": unreviewed,
    }
    wrong: dict[str, Words] = faults(required=required, **words)
    if outcome not in RecordsAnswer.Outcome.values:
        wrong["outcome"] = NOT_A_CHOICE
    if cases and not releasing:
        wrong["cases"] = ONLY_RELEASED
    if releasing and not basis:
        wrong["basis"] = text.REQUIRED
    if set(cases) - {one.pk for one in opened_cases(locked, actor)}:
        wrong["cases"] = NO_SUCH_CASE
    elif not unreviewed.strip() and Release.objects.filter(case__in=list(cases)).unread().exists():
        wrong["unreviewed"] = NOT_REVIEWED
    if wrong:
        raise Invalid(wrong)
    for pk in sorted(cases):
        read_so_far = not Release.objects.filter(case=pk).unread().exists()
        released = keep_release(
            lock_case(pk, actor, at=at),
            actor=actor,
            at=at,
            left_at=at,
            recipient_kind=RECIPIENTS[RecordsRequest.Asker(locked.asker)],
            recipient=recipient,
            what=what,
            basis=basis,
            interest=interest,
        )
        if read_so_far:
            # Counsel wrote it: it is read by counsel, who is on the case no more after this.
            ReleaseReview(case=released.case, by=actor, at=at, last=released).save(force_insert=True)
    row = RecordsAnswer(request=locked, by=actor, at=at, outcome=outcome)
    given = {name: value for name, value in words.items() if value.strip()}
    row.sealed = locked.key.seal(given | {"basis": basis}, context=f"records_answer:{locked.pk}")
    row.save(force_insert=True)
    end_access(locked, at=at)
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    log("answer_records_request", actor=actor, subject=locked.pk)
    return row
