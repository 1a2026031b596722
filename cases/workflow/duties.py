"""Who carries a duty to report, and since when: begun, and asked again, by the verbs by which somebody learns."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cases.deadlines import closed_days, due_at
from cases.kinds import report
from cases.models import Case, Concern, ReportDuty
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.models import School
from protocols.models import ProtocolVersion
from protocols.schema import Due, Part, Protocol

#: By Penal Code 11166(a), where a protocol names no time for it.
BY_LAW = Due(hours=36, after="known")
#: The track whose report a concern asks for while it is in no case, or in one that asks for none.
SUSPECTED = "suspected_victim"
#: Whose duty is kept elsewhere: an officer's with their agency, counsel's with none.
UNTRACKED = frozenset({Role.SRO, Role.COUNSEL})


def report_part(protocol: Protocol, track: str = SUSPECTED) -> Part | None:
    """What a protocol asks of a report on a track; of one that asks for none, as on a suspicion."""
    for name in (track, SUSPECTED):
        for _step, part in protocol.track(name).parts():
            if part.kind == report.KIND:
                return part
    return None


def may_opt_out(part: Part | None) -> bool:
    """Whether somebody can say for themselves, with a reason, that none applies."""
    return part is None or "not_applicable" in part.outcomes


def protocol_of(school: School, at: datetime) -> Protocol | None:
    """The protocol in force at a school; None where none is: a duty begins all the same."""
    try:
        return ProtocolVersion.objects.in_force(at.astimezone(school.zone).date()).definition
    except ProtocolVersion.DoesNotExist:
        return None


def due_after(part: Part | None, learned_at: datetime, school: School) -> datetime:
    """By when whoever learned of it at that moment has sent the written report."""
    due = (part.due if part else None) or BY_LAW
    closed = set() if due.hours else closed_days(school, since=learned_at.astimezone(school.zone).date())
    return due_at(due, opened_at=learned_at, known_at=learned_at, zone=school.zone, closed=closed)


def carry(concern: Concern, person: User, *, learned_at: datetime, at: datetime, again: bool = False) -> None:
    """
    The acting person has learned of a concern: from now on they carry a duty of their own.

    Once, unless what they learned is new (`again`) and theirs has ended.
    """
    if again:
        before = ReportDuty.objects.filter(concern=concern, person=person)
        if before.filter(ended_at__isnull=True).exists():
            return
        number = max([row.number for row in before], default=0) + 1
    else:
        number = 1
    protocol = protocol_of(concern.school, at)
    part = report_part(protocol) if protocol else None
    duty = ReportDuty(
        concern=concern,
        case_id=concern.case_id,
        school=concern.school,
        person=person,
        number=number,
        asked_at=at,
        learned_at=learned_at,
        due_at=due_after(part, learned_at, concern.school),
        may_opt_out=may_opt_out(part),
    )
    ReportDuty.objects.bulk_create([duty], ignore_conflicts=True)


def carry_in_case(case: Case, person: UUID, *, at: datetime) -> None:
    """Whoever is put on a locked case in a role that carries one, or acts on it, carries a duty for what is in it."""
    _call("carry_report", case, person, at=at)


def ask_again(case: Case, *, at: datetime) -> None:
    """Something new is known in a locked case: whoever's duty there has ended is asked again, with a new clock."""
    _call("ask_reports_again", case, at=at)


def ask_again_where_it_goes_on(case: Case, *, at: datetime) -> None:
    """The same where a locked case goes on that was handed over, at another school: whether it does, nobody is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ask_again_where_it_goes_on(%s, %s)", [case.pk, at])


def ask_opted_out_again(case: Case, *, at: datetime) -> None:
    """The concerns of a locked case go back: whoever said of one that no report applies is asked again."""
    _call("ask_opted_out_again", case, track=SUSPECTED, at=at)


def _call(function: str, case: Case, *who: UUID, at: datetime, track: str = "") -> None:
    """PostgreSQL writes them: nobody sees who carries one, or whose has ended."""
    part = report_part(case.protocol.definition, track or case.track)
    within: timedelta = due_after(part, at, case.school) - at
    values: list[Any] = [case.pk, *who, at, within, may_opt_out(part)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(values))})", values)
