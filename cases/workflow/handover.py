"""The other side of a transfer: whoever it is offered to takes the student over, or says why not."""

import json
import secrets
from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy

from cases import kinds, permissions
from cases.kept import as_kept, ours
from cases.kinds import parent_contact
from cases.models import (
    Case,
    CasePerson,
    CheckInPlan,
    Compartment,
    Decision,
    Outcome,
    StepPart,
    TrackRun,
    Transfer,
    TransferSection,
)
from cases.schedule import calendar_of, check_in_on
from cases.workflow.alerts import raise_absences
from cases.workflow.custody import carry_custody
from cases.workflow.decisions import check_words, decide
from cases.workflow.duties import carry_in_case
from cases.workflow.entries import Written, write_entry
from cases.workflow.opening import new_number
from cases.workflow.parents import carry_hold
from cases.workflow.plans import show_on_part
from cases.workflow.refusals import Conflict
from cases.workflow.tracks import open_part, open_track
from cases.workflow.transfers import answer, check_waits
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from csec.crypto.models import DataKey
from csec.errors import Absent
from protocols.models import ProtocolVersion
from protocols.schema import Part

NOT_ANY_MORE = gettext_lazy("This cannot be taken over any more: the case was closed meanwhile.")
SEEN_TO_FIRST = gettext_lazy(
    "The previous school has something to see to that cannot wait. Call them; it can be taken over when that"
    " is done."
)
FROM_SCHOOL = ours(gettext_lazy("Carried over from %(school)s."))
CARRIED_OVER = ours(gettext_lazy("Carried over from the school before: ended there."))


@verb("transfer_accepted")
def accept_transfer(*, actor: User, transfer: Transfer, at: datetime) -> Case:
    """
    Take the student over: a case at one's own school goes on where the other one stood, and that one closes.

    What was done is done, what was open is open, and the next check-in keeps its day, with the actor as its person.
    The duty of whoever has not reported yet stays with them, in the old case; the actor, who learned of it, carries
    one of their own in the new one, whoever has reported before. Raises Conflict.
    """
    locked = _lock(transfer.pk, actor)
    require(permissions.can_accept_transfer(actor, locked), "accept_transfer", subject=locked.pk)
    check_waits(locked)
    counseling = TransferSection.objects.filter(transfer=locked, section=TransferSection.Section.COUNSELING)
    told_view = counseling.exists()
    case_id = UUID(bytes=secrets.token_bytes(16), version=4)
    with connection.cursor() as cursor:
        # PostgreSQL closes the old case and tells what goes on: the actor does not see that case, now or later.
        cursor.execute("SELECT hand_over(%s, %s, %s)", [locked.pk, case_id, at])
        [found] = cursor.fetchone()
    told = json.loads(found) if isinstance(found, str) else found
    if told is None:
        raise Conflict(NOT_ANY_MORE)
    if told.get("unsafe"):
        raise Conflict(SEEN_TO_FIRST)
    case = _open(case_id, locked, told, actor=actor, at=at)
    _go_on(case, told, _asked_anew(told, told_view=told_view), actor=actor, at=at)
    _follow(case, told, actor=actor, at=at)
    carry_in_case(case, actor.pk, at=at)
    where = as_kept(FROM_SCHOOL, school=locked.from_school.name)
    decide(case, Decision.Kind.OPENED, actor=actor, at=at, code=told["basis"], reason=where)
    if told["frozen"]:
        carry_hold(case, actor=actor, at=at, reason=where)
    if taken_at := _moment(told["in_custody_since"]):
        carry_custody(case, taken_at, actor=actor, at=at, where=where)
    raise_absences(case, at=at)
    log("accept_transfer", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return case


@verb("transfer_refused")
def refuse_transfer(*, actor: User, transfer: Transfer, reason: str, at: datetime) -> None:
    """Say why one cannot take the student over: the case stays where it is, and its people choose anew."""
    locked = _lock(transfer.pk, actor)
    require(permissions.can_refuse_transfer(actor, locked), "refuse_transfer", subject=locked.pk)
    check_waits(locked)
    check_words(required=("reason",), reason=reason)
    answer(locked, Transfer.State.REFUSED, actor=actor, at=at, key=locked.key, reason=reason.strip())
    log("refuse_transfer", actor=actor, subject=locked.pk)


def _lock(pk: UUID, actor: User) -> Transfer:
    """The transfer and its case, locked, as the actor may see the transfer. Raises Absent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock_for_transfer(%s)", [pk])
    rows = Transfer.objects.visible_to(actor).select_related("from_school", "to_school", "key", "answered_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Absent("transfer", pk)
    return found


def _open(case_id: UUID, transfer: Transfer, told: dict[str, Any], *, actor: User, at: datetime) -> Case:
    """The new case, with a key of its own, under the same version of the protocol; kept from the same people."""
    key = DataKey.make(scope=case_id)
    key.save(force_insert=True)
    case = Case(
        pk=case_id,
        number=new_number(actor),
        school=transfer.to_school,
        student_id=told["student"],
        protocol=ProtocolVersion.objects.get(pk=told["protocol"]),
        key=key,
        track=told["track"],
        opened_at=at,
    )
    case.my_role = next(
        role
        for role in (Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR)
        if actor.has_role(role, school_id=transfer.to_school_id)
    )
    # Being on the case is what lets the rest be written; the case itself follows in the same transaction.
    CasePerson(case=case, person=actor, role=case.my_role, since=at).save(force_insert=True)
    CasePerson.objects.bulk_create(
        CasePerson(case=case, person_id=person, role=Role.REPORTER, since=at, excluded=True)
        for person in told["kept_from"]
    )
    case.save(force_insert=True)
    return case


def _asked_anew(told: dict[str, Any], *, told_view: bool) -> set[str]:
    """
    The parts that have ended and are asked once more: what they say is not handed over, and something waits for it.

    An officer who was asked in and has not reported back is the other school's: the new one asks its own. While a
    parent is not contacted, whether to is decided by the new school; and the student is asked there, unless the
    counselor's section tells what they said (`told_view`).
    """
    waits = {row["kind"] for row in told["parts"] if _is_open(row)}
    ended: set[str] = set()
    if parent_contact.KIND in waits:
        ended |= (
            {parent_contact.DECISION} if told_view else {parent_contact.DECISION, parent_contact.CONSULTATION}
        )
    officers = kinds.ASKS_OFFICER if "sro_response" in waits else frozenset()
    return {
        row["part"]
        for row in told["parts"]
        if row["kind"] in officers or (row["kind"] in ended and not _is_open(row))
    }


def _go_on(case: Case, told: dict[str, Any], anew: set[str], *, actor: User, at: datetime) -> None:
    """The track as it stood, and the schedule without a gap."""
    earlier = {row["part"]: row for row in told["parts"]}
    waiting = _schedule(case, told, actor=actor, at=at)

    def carry_over(row: StepPart, part: Part) -> None:
        before = earlier.get(part.id)
        if before is None or part.id in anew:
            return
        row.due_at = _moment(before["due_at"])
        row.next_on = date.fromisoformat(before["next_on"]) if before["next_on"] else None
        if (
            part.kind not in kinds.SCHEDULED
            and not _is_open(before)
            and row.compartment == Compartment.REPORTER
        ):
            # Who reported is told to nobody, and nobody else is shown as having done so.
            row.outcome, row.outcome_at = before["outcome"], _moment(before["outcome_at"])

    run = open_track(case, case.track, actor=actor, at=at, known_at=at, adjust=carry_over)
    for part in StepPart.objects.filter(run=run):
        before = earlier.get(part.part)
        if before is None or _is_open(before) or part.outcome or part.compartment == Compartment.REPORTER:
            continue
        if part.kind in kinds.SCHEDULED or part.part in anew:
            continue
        ended_at = _moment(before["outcome_at"]) or at
        _write(case, part, before, ended_at, actor=actor, at=at)
    if waiting:
        show_on_part(case, waiting)


def _follow(case: Case, told: dict[str, Any], *, actor: User, at: datetime) -> None:
    """
    What goes on of a track that was reclassified at the school before is looked at here on its day.

    As there it stands on a track that has ended, of which there is nothing else: what the open track offers anew is
    asked all the same.
    """
    # A case may have been on one track more than once, and a run has a part once.
    runs: dict[tuple[str, int], TrackRun] = {}
    times: Counter[tuple[str, str]] = Counter()
    for before in told["followed"]:
        name = before["track"]
        which = (name, times[name, before["part"]])
        times[name, before["part"]] += 1
        if which not in runs:
            runs[which] = TrackRun(case=case, track=name, started_at=at, ended_at=at)
            runs[which].save(force_insert=True)
        for position, (step, part) in enumerate(case.protocol.definition.track(name).parts()):
            if part.id == before["part"]:
                row = open_part(runs[which], position, step, part, at=at)
                row.next_on = date.fromisoformat(before["next_on"]) if before["next_on"] else None
                row.save(force_insert=True)
                _write(case, row, before, _moment(before["outcome_at"]) or at, actor=actor, at=at)


def _write(
    case: Case, part: StepPart, before: dict[str, Any], ended_at: datetime, *, actor: User, at: datetime
) -> None:
    """How a part ended at the school before; when it is looked at, or asked again, stays, and how it went so far."""
    written = Written(
        before["outcome"],
        min(ended_at, at),
        reason=as_kept(CARRIED_OVER),
        review_on=part.next_on,
        handed_over=True,
    )
    write_entry(case, part, written, actor=actor, at=at)
    if part.progress != before["progress"]:
        part.progress = before["progress"]
        part.save(update_fields=["progress"])


def _schedule(case: Case, told: dict[str, Any], *, actor: User, at: datetime) -> Any:
    """The check-in that waits keeps its day, at the same rhythm; the actor makes it where they carry cases."""
    if not told["rhythm"] or not told["check_in"]:
        return None
    due_on = date.fromisoformat(told["check_in"]["due_on"])
    own = told["check_in"]["moved_from"]
    plan = CheckInPlan(
        case=case,
        rhythm=told["rhythm"],
        start=due_on,
        person=actor if case.my_role in CARE_ROLES else None,
        set_at=at,
        set_by=actor,
    )
    plan.save(force_insert=True)
    waiting = check_in_on(
        case,
        plan,
        due_on,
        at=at,
        calendar=calendar_of(case, at),
        moved_from=date.fromisoformat(own) if own else None,
    )
    waiting.save(force_insert=True)
    return waiting


def _is_open(row: dict[str, Any]) -> bool:
    return row["outcome"] in ("", Outcome.UNABLE) or (row["repeats"] and row["outcome"] == Outcome.DONE)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
