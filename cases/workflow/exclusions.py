"""Who is kept from a case, because they are implicated or related; and who was so by mistake."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.kept import as_kept, ours
from cases.models import Case, CasePerson, Concern, ConcernExclusion, Decision
from cases.workflow.decisions import check_words, decide
from cases.workflow.moves import end_transfers
from cases.workflow.plans import leave_plan
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.sro import withdraw_requests
from cases.workflow.telling import when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent

NO_LONGER_THERE = ours(_("The SRO is no longer on this case."))
NOT_ONESELF = _("Take yourself off the case instead; a colleague can then keep it from you.")


def keep_away(
    case: Case, people: Collection[UUID], *, actor: User, at: datetime, goes_on: bool = True
) -> None:
    """
    From now on a locked case does not exist for them, nor does any concern in it but their own words.

    An officer among them is no longer asked, and nobody of them stands in the schedule. Raises Conflict when nobody
    would carry the case any more, unless it ends by what is done.
    """
    CasePerson.objects.bulk_create(
        [
            CasePerson(case=case, person_id=person, role=Role.REPORTER, since=at, excluded=True)
            for person in people
        ]
    )
    # What is offered to one of them is no more.
    end_transfers(case, actor=actor, at=at, people=people)
    keep_concerns_away(list(Concern.objects.filter(case=case).values_list("pk", flat=True)), people)
    rows = CasePerson.objects.on(at).filter(case=case, person__in=people)
    leaving = list(rows.select_related("person"))
    for person in people:
        # Also of whoever answers for the school without being on the case by name.
        leave_plan(case, person, at=at)
    for row in leaving:
        if row.role == Role.SRO:
            withdraw_requests(case, row.person, actor=actor, at=at, reason=as_kept(NO_LONGER_THERE))
        row.until = at
        row.save(update_fields=["until"])
    if goes_on and leaving and not CasePerson.objects.carrying(at).filter(case=case).exists():
        raise Conflict(
            _("Nobody else carries this case. Add the counselor or social worker who takes over first.")
        )


def keep_concerns_away(concerns: Collection[UUID], people: Collection[UUID]) -> None:
    """These concerns go past these people; also where that was lifted before."""
    ConcernExclusion.objects.bulk_create(
        [ConcernExclusion(concern_id=concern, person_id=person) for concern in concerns for person in people],
        ignore_conflicts=True,
    )
    lifted = ConcernExclusion.objects.filter(concern__in=concerns, person__in=people, lifted_at__isnull=False)
    lifted.update(lifted_at=None)


def kept_from(case: Case, at: datetime) -> list[User]:
    """Whoever is kept from a case, as implicated in it or related to its student."""
    rows = CasePerson.objects.of(at).filter(case=case, excluded=True).select_related("person")
    return [row.person for row in rows]


@verb("person_excluded")
def exclude_person(*, actor: User, case: Case, person: User, reason: str, at: datetime) -> None:
    """
    Keep a case from somebody who is implicated in it or related to the student, whatever their role is.

    They do not learn of it. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_exclude_person(actor, locked), "exclude_person", subject=locked.pk, case=locked.pk
    )
    if person.pk == actor.pk:
        raise Invalid({"person": NOT_ONESELF})
    check_words(required=("reason",), reason=reason)
    before = CasePerson.objects.of(at).filter(case=locked, person=person, excluded=True).first()
    if before:
        raise Conflict(
            _("This case is kept from %(who)s since %(when)s.")
            % {"who": person.name, "when": when(before.since, locked.zone)}
        )
    keep_away(locked, [person.pk], actor=actor, at=at)
    decide(locked, Decision.Kind.PERSON_EXCLUDED, actor=actor, at=at, reason=reason, who=person.name)
    log("exclude_person", actor=actor, role=locked.my_role, subject=person.pk, case=locked.pk)


@verb("person_readmitted")
def readmit_person(*, actor: User, case: Case, person: CasePerson, reason: str, at: datetime) -> None:
    """
    Somebody was kept from a case by mistake: what their role opens to them is open again, with its concerns.

    `person` is the row that keeps them away. Raises Absent, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_readmit_person(actor, locked), "readmit_person", subject=locked.pk, case=locked.pk
    )
    row = (
        CasePerson.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=person.pk, case=locked, excluded=True)
        .first()
    )
    if row is None:
        raise Absent("person", person.pk)
    if row.until is not None:
        raise Conflict(
            _("%(who)s is no longer kept from this case since %(when)s.")
            % {"who": row.person.name, "when": when(row.until, locked.zone)}
        )
    check_words(required=("reason",), reason=reason)
    row.until = at
    row.save(update_fields=["until"])
    ConcernExclusion.objects.filter(concern__case=locked, person=row.person_id).update(lifted_at=at)
    decide(locked, Decision.Kind.PERSON_READMITTED, actor=actor, at=at, reason=reason, who=row.person.name)
    log("readmit_person", actor=actor, role=locked.my_role, subject=row.person_id, case=locked.pk)
