"""From when each case is late, computed from its rows: what PostgreSQL keeps with the case is to be the same."""

from datetime import datetime
from uuid import UUID

from cases.ages import is_of_age
from cases.kinds import OF_PARENTS, parent_contact
from cases.models import (
    Case,
    Compartment,
    Custody,
    Entry,
    Outcome,
    ParentHold,
    ReportDuty,
    StepPart,
    Transfer,
)
from cases.models.cases import NEVER
from cases.reading.lists import late_from
from csec.delivery.ticks import database_now
from csec.directory.models import Student


def wrongly_kept() -> list[tuple[str, datetime, datetime]]:
    """The cases that are kept as late from another moment, for those who see all of them or for an officer."""
    wrong = []
    for case in Case.objects.using("owner").select_related("school"):
        parts = list(StepPart.objects.using("owner").filter(case=case).select_related("run"))
        owed = reports_late_from(case, parts)
        parts = [part for part in parts if part.progress or part.run.ended_at is None]
        parts = [part for part in parts if not is_held(part, parts)]
        officers = [part for part in parts if part.compartment != Compartment.COUNSELING]
        for kept, rows in ((case.late_from, parts), (case.late_from_officer, officers)):
            moments = [late_from(part, case.zone) for part in rows]
            computed = min([*(one for one in moments if one), *owed], default=NEVER)
            if kept != computed:
                wrong.append((case.number, kept, computed))
    return wrong


def reports_late_from(case: Case, parts: list[StepPart]) -> list[datetime]:
    """From when the report counts as late by a duty: by none that can be told from another, once a report was made."""
    duties = list(ReportDuty.objects.using("owner").filter(case=case))
    reports = [part for part in parts if part.kind == "report" and part.run.ended_at is None]
    waiting = [duty.due_at for duty in duties if duty.is_open]
    if not waiting or not reports:
        return []
    return waiting if any(part.is_open for part in reports) else [max(duty.due_at for duty in duties)]


def is_held(part: StepPart, parts: list[StepPart]) -> bool:
    """Whether nobody may contact a parent, or it is still to be decided, as far as PostgreSQL knows it."""
    own = Custody.objects.using("owner").filter(case=part.case_id, ended_at=None)
    case = Case.objects.using("owner").select_related("school", "student__merged_into").get(pk=part.case_id)
    if part.kind in OF_PARENTS and (own.exists() or is_of_age(case, database_now())):
        return True
    if part.kind != parent_contact.KIND:
        return False
    of_run = [one for one in parts if one.run_id == part.run_id]
    asking = any(one.kind == parent_contact.CONSULTATION and one.is_open for one in of_run)
    undecided = any(
        one.kind == parent_contact.DECISION and (one.outcome != Outcome.DONE or withholds(one))
        for one in of_run
    )
    return asking or undecided or is_frozen(case)


def withholds(decision: StepPart) -> bool:
    """Whether what is sealed in a decision as it stands lets nobody be contacted."""
    entry = (
        Entry.objects.using("owner")
        .filter(part=decision)
        .select_related("evidence", "case__key")
        .latest("number")
    )
    facts = entry.evidence.facts(entry.case.key)
    return facts.get(parent_contact.STEP) != parent_contact.CONTACT


def is_frozen(case: Case) -> bool:
    """Whether something stands between the school and the parents of the student of a case, in whichever case."""
    rows = [*ParentHold.objects.using("owner").filter(ended_at=None).select_related("case")]
    held = [row for row in rows if row.about_id is None]
    if any(row.case_id == case.pk for row in held):
        return True
    if case.student_id is None:
        return False
    same = {row.pk for row in Student.objects.using("owner").all() if row.kept_id == whose(case.student_id)}
    if any(row.about_id in same for row in rows):
        return True
    taken = Custody.objects.using("owner").filter(ended_at=None).select_related("case")
    stands = [(row.case, row.begun_at) for row in held]
    stands += [(row.case, row.recorded_at) for row in taken if row.case.status != Case.Status.VOIDED]
    return any(
        one.student_id in same and one.pk != case.pk and not went_along(one, since) for one, since in stands
    )


def whose(student: UUID) -> UUID:
    return Student.objects.using("owner").get(pk=student).kept_id


def went_along(case: Case, since: datetime) -> bool:
    """Whether that case was handed over later than this, to one that goes on."""
    over = Transfer.objects.using("owner").filter(case=case, state="accepted", answered_at__gte=since)
    return any(one.new_case and one.new_case.status != Case.Status.VOIDED for one in over)
