"""The people around a student: who they are, and what each of them may."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.models import Answer, Case, Contact, ContactNote
from cases.models.around import PERMISSIONS
from cases.text import Words
from cases.workflow.decisions import check_words, faults
from cases.workflow.parents import suspect_contact
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, lock_cases_of_student, log, require, verb
from csec.accounts.models import User
from csec.errors import Absent

#: Not a relation that is kept: what is suspected about a student's own child is a report of its own.
OWN_CHILD = "own_child"
OWN_CHILD_APART = _(
    "Nothing is entered here about the student’s own child. If you suspect that the child is harmed, telephone Child"
    " Welfare Services, and record a new concern."
)
CHOOSE_RELATION = _("Choose who this is to the student.")
NOT_AN_ANSWER = _("Choose yes, no, or not known yet.")
INVOLVED = _(
    "Somebody who may be involved is not contacted and is told nothing. Choose no, or not known yet: only legal"
    " counsel releases this."
)
#: What somebody who may be involved gets no yes to; to whom a student is given at dismissal is not refused here.
_TOLD = ("may_be_contacted", "gets_schedule", "gets_education", "gets_case")


@verb("contact_added")
def add_contact(
    *,
    actor: User,
    case: Case,
    relation: str,
    name: str,
    answers: Mapping[str, str],
    at: datetime,
    telephone: str = "",
    language: str = "",
    rests_on: str = "",
    note: str = "",
) -> Contact:
    """
    Enter somebody around the student, in one relation, with what they may. Raises Invalid, Conflict.

    `rests_on` says on what the answers rest. `note` goes into the counselor's section, whoever writes it. Somebody
    of the home who may be involved freezes contact with parents.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_add_contact(actor, locked), "add_contact", subject=locked.pk, case=locked.pk)
    check_open(locked)
    words = {"name": name, "telephone": telephone, "language": language, "rests_on": rests_on}
    _check(relation, answers, note=note, **words)
    row = _write(locked, Contact(relation=relation, **answers), words, note, actor=actor, at=at)
    suspect_contact(locked, row, actor=actor, at=at)
    log("add_contact", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("contact_changed")
def change_contact(
    *,
    actor: User,
    case: Case,
    contact: Contact,
    relation: str,
    name: str,
    answers: Mapping[str, str],
    at: datetime,
    telephone: str = "",
    language: str = "",
    rests_on: str = "",
    note: str = "",
) -> Contact:
    """Enter somebody anew; the former version is kept. Raises Invalid; Conflict when another changed them first."""
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_change_contact(actor, locked), "change_contact", subject=contact.pk, case=locked.pk
    )
    former = _lock(locked, contact)
    check_open(locked)
    _check_in_force(locked, former)
    words = {"name": name, "telephone": telephone, "language": language, "rests_on": rests_on}
    _check(relation, answers, note=note, **words)
    former.replaced_at = at
    former.save(update_fields=["replaced_at"])
    row = _write(
        locked, Contact(who=former.who, relation=relation, **answers), words, note, actor=actor, at=at
    )
    suspect_contact(locked, row, actor=actor, at=at)
    log("change_contact", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("contact_ended")
def end_contact(*, actor: User, case: Case, contact: Contact, reason: str, at: datetime) -> None:
    """Say why somebody is no longer a contact; what they were is kept. Raises Invalid, Conflict."""
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_end_contact(actor, locked), "end_contact", subject=contact.pk, case=locked.pk)
    row = _lock(locked, contact)
    check_open(locked)
    _check_in_force(locked, row)
    check_words(required=("reason",), reason=reason)
    row.ended_at, row.ended_by = at, actor
    row.end_sealed = locked.key.seal(reason, context=f"contact_end:{row.pk}")
    row.save(update_fields=["ended_at", "ended_by", "end_sealed"])
    log("end_contact", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)


def _lock(case: Case, contact: Contact) -> Contact:
    row = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("ended_by")
        .filter(pk=contact.pk, case=case)
        .first()
    )
    if row is None:
        raise Absent("contact", contact.pk)
    return row


def _check_in_force(case: Case, row: Contact) -> None:
    if row.ended_at and row.ended_by:
        words = _("%(who)s took this person off the list on %(when)s.")
        raise Conflict(words % {"who": row.ended_by.name, "when": when(row.ended_at, case.zone)})
    if row.replaced_at:
        later = Contact.objects.select_related("set_by").get(case=case, who=row.who, replaced_at__isnull=True)
        words = _(
            "%(who)s changed this on %(when)s. Open it again from the page of the people around the student."
        )
        raise Conflict(words % {"who": later.set_by.name, "when": when(later.set_at, case.zone)})


def _check(relation: str, answers: Mapping[str, str], *, note: str, **words: str) -> None:
    wrong: dict[str, Words] = faults(note=note, rests_on=words["rests_on"])
    for name in ("name", "telephone", "language"):
        if fault := text.fault(words[name], limit=text.TEXT):
            wrong[name] = fault
    if not words["name"].strip():
        wrong["name"] = text.REQUIRED
    if relation == OWN_CHILD:
        wrong["relation"] = OWN_CHILD_APART
    elif relation not in Contact.Relation.values:
        wrong["relation"] = CHOOSE_RELATION
    for name in answers.keys() | PERMISSIONS.keys():
        if name not in PERMISSIONS or answers.get(name) not in Answer.values:
            wrong[name] = NOT_AN_ANSWER
        elif name in _TOLD and answers.get("may_be_involved") == Answer.YES == answers[name]:
            wrong[name] = INVOLVED
    if wrong:
        raise Invalid(wrong)


def _write(
    case: Case, row: Contact, words: Mapping[str, str], note: str, *, actor: User, at: datetime
) -> Contact:
    row.case, row.set_at, row.set_by = case, at, actor
    row.sealed = case.key.seal(dict(words), context=f"contact:{row.pk}")
    row.save(force_insert=True)
    if note.strip():
        more = ContactNote(case=case, who=row.who, at=at, by=actor)
        more.sealed = case.key.seal(note, context=f"contact_note:{more.pk}")
        more.save(force_insert=True)
    return row
