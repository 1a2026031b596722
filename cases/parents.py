"""
What stands between the school and a student's parents, as the rows have it.

`frozen` is the one question that everything asks before it goes to a parent: contact, a copy of the record, a letter.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from cases import ages, kinds
from cases.kinds import parent_contact
from cases.models import Case, Custody, Outcome, ParentHold, StepPart, TrackRun

ENDED = (Outcome.DONE, Outcome.NOT_APPLICABLE, Outcome.DECLINED)


def frozen(case: Case) -> bool:
    """
    Whether a parent or somebody in the home may be involved and legal counsel has not ended the freeze.

    Of the student, whichever case it was entered in; under a custody of another case as well. Asked of PostgreSQL, so
    that it is the same for everybody who may open the case, and none is told that there is another. Immediate danger
    beats it: what is told then to those who can protect is never asked about here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT parents_frozen(%s)", [case.pk])
        return bool(cursor.fetchone()[0])


def frozen_elsewhere(case: Case) -> bool:
    """
    Whether that is so by what another case of the same student holds, or was said of them before a correction.

    Nothing that is answered in this one ends it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT parents_frozen_elsewhere(%s)", [case.pk])
        return bool(cursor.fetchone()[0])


def open_hold(case: Case) -> ParentHold | None:
    """The hold that stands for the student of the case, as far as the reader may know what it rests on."""
    rows = ParentHold.objects.filter(case=case, about__isnull=True, ended_at__isnull=True)
    return rows.select_related("begun_by").first()


def open_custody(case: Case) -> Custody | None:
    """That an officer has the student, until somebody writes down that the student is back."""
    return Custody.objects.filter(case=case, ended_at__isnull=True).select_related("recorded_by").first()


def is_asked(kind: str, *, in_custody: bool, of_age: bool) -> bool:
    """Whether anybody is asked for a part of that kind as things stand."""
    if in_custody and kind in kinds.OF_PARENTS:
        return False
    return not (of_age and kind in kinds.OF_MINORS)


def not_asked(case: Case, at: datetime) -> list[str]:
    """The kinds for which nobody is asked in a case: an officer notifies the parent, or the student is 18."""
    stands = {"in_custody": open_custody(case) is not None, "of_age": ages.is_of_age(case, at)}
    return sorted(kind for kind in kinds.OF_PARENTS if not is_asked(kind, **stands))


def consulted(run: TrackRun) -> bool:
    """Whether the student was asked: every part of that kind on the track has ended."""
    asking = StepPart.objects.filter(run=run, kind=parent_contact.CONSULTATION)
    return not asking.exclude(outcome__in=ENDED).exists()


def decision_part(run: TrackRun) -> StepPart | None:
    """The part in which it is decided whether to contact a parent; None where the protocol has none."""
    return StepPart.objects.filter(run=run, kind=parent_contact.DECISION).first()


def decided(case: Case, run: TrackRun) -> dict[str, Any] | None:
    """The facts of the decision as it stands: none before it is made; None where the protocol asks for none."""
    part = decision_part(run)
    if part is None:
        return None
    if part.outcome != Outcome.DONE:
        return {}
    entry = part.entries.select_related("evidence").latest("number")
    return entry.evidence.facts(case.key) if hasattr(entry, "evidence") else {}


def missing(case: Case, run: TrackRun, at: datetime) -> list[parent_contact.Missing]:
    """What is still to be answered before a parent is contacted; at 18 that is the student's own view alone."""
    if ages.is_of_age(case, at):
        return [] if consulted(run) else [parent_contact.VIEW]
    return parent_contact.missing(consulted=consulted(run), facts=decided(case, run))
