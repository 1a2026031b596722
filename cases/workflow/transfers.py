"""Handing a student over to another school: offered there to a named person, or out of the district, or withdrawn."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import permissions
from cases.deadlines import closed_days, due_at
from cases.models import Case, CasePerson, Transfer, TransferSection
from cases.models.transfers import TAKES_OVER
from cases.workflow.decisions import check_words, faults
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.summary import Chosen, Told, check_chosen, check_read, summary
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import Membership, User
from csec.accounts.roles import CARE_ROLES
from csec.crypto.models import DataKey
from csec.directory.models import District, School
from csec.errors import Absent
from protocols.schema import Due

State, Kind = Transfer.State, Transfer.Kind

#: Where there is no school for long an offer climbs within a week (a proposal of this project).
ANSWERED_AT_MOST = timedelta(days=7)
CANNOT_TAKE_OVER = gettext_lazy("This person cannot take a case over at that school. Choose somebody else.")
WAITS = gettext_lazy(
    "A transfer of this student is not over yet: it waits for its offer, or for an answer. Withdraw it, or wait until"
    " the student is taken over."
)
NOT_THE_DISTRICTS = gettext_lazy("This offer is answered by the person to whom it was made, or withdrawn.")
IN_THE_FUTURE = gettext_lazy("This lies in the future. Enter when it was.")


def receivers(case: Case) -> list[Membership]:
    """Who can take the case over: who carries cases or answers for a school, at each other one. Nobody excluded."""
    kept = CasePerson.objects.filter(case=case, excluded=True, until__isnull=True).values("person")
    rows = Membership.objects.current().filter(role__in=TAKES_OVER, school__isnull=False)
    rows = rows.exclude(school=case.school_id).exclude(person__in=kept)
    return list(rows.select_related("person", "school").order_by("school__name", "person__name", "role"))


@verb("transfer_offered")
def offer_transfer(
    *,
    actor: User,
    case: Case,
    to_school: School,
    receiver: User,
    at: datetime,
    sections: Collection[str] = (),
    safety: str = "",
    needs: str = "",
    counseling_reason: str = "",
    read: str | None = None,
) -> Transfer:
    """
    Offer the case to a named person at another school of the district, who reads the chosen sections and no more.

    The case stays with its school until they accept. `read` is the digest of what the page showed of what they will
    read. Raises Invalid, Conflict.
    """
    locked = lock_open(actor, case, "offer_transfer", permissions.can_offer_transfer, at=at)
    chosen = Chosen(tuple(sections), safety, needs, counseling_reason)
    wrong = check_chosen(locked, chosen, inside=True, to_carrier=carries(receiver, to_school))
    if not any(m.person_id == receiver.pk and m.school_id == to_school.pk for m in receivers(locked)):
        wrong["receiver"] = CANNOT_TAKE_OVER
    if wrong:
        raise Invalid(wrong)
    transfer = next_transfer(locked, actor, at=at)
    told = summary(locked, actor, chosen)
    check_read(told, to_whom(to_school, receiver), read)
    transfer.kind, transfer.to_school, transfer.receiver = Kind.SCHOOL, to_school, receiver
    transfer.climbs_at = _climbs_at(to_school, at)
    # Whoever accepts does not see this case: the words by which it closes then are sealed now.
    transfer.closing = uuid4()
    reason = _("Handed over: %(who)s, %(school)s.") % {"who": receiver.name, "school": to_school.name}
    transfer.closing_sealed = locked.key.seal({"reason": reason}, context=f"decision:{transfer.closing}")
    words = {"counseling_reason": counseling_reason.strip()} if "counseling" in chosen.sections else {}
    offer(locked, transfer, told, words, actor=actor, at=at)
    log("offer_transfer", actor=actor, role=locked.my_role, subject=transfer.pk, case=locked.pk)
    return transfer


@verb("departure_noted")
def note_departure(*, actor: User, case: Case, reason: str, at: datetime) -> Transfer:
    """
    The student has left, and nobody knows where to.

    The case stays open, with the district's liaison beside its people, until somebody acknowledges the student.
    Raises Invalid, Conflict.
    """
    locked = lock_open(actor, case, "note_departure", permissions.can_note_departure, at=at)
    check_words(required=("reason",), reason=reason)
    transfer = next_transfer(locked, actor, at=at)
    transfer.kind = Kind.UNKNOWN
    offer(locked, transfer, [], {"reason": reason.strip()}, actor=actor, at=at)
    log("note_departure", actor=actor, role=locked.my_role, subject=transfer.pk, case=locked.pk)
    return transfer


@verb("transfer_withdrawn")
def withdraw_transfer(*, actor: User, case: Case, transfer: Transfer, reason: str, at: datetime) -> None:
    """Take back a transfer that was decided, offered or noted and is not over: the student stays, or is back."""
    locked = lock_case(case.pk, actor, at=at)
    row = lock_transfer_of(locked, transfer.pk)
    require(
        permissions.can_withdraw_transfer(actor, locked), "withdraw_transfer", subject=row.pk, case=locked.pk
    )
    check_waits(row)
    check_words(required=("reason",), reason=reason)
    answer(row, State.WITHDRAWN, actor=actor, at=at, key=locked.key, reason=reason.strip())
    log("withdraw_transfer", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)


@verb("transfer_acknowledged")
def acknowledge_transfer(
    *,
    actor: User,
    case: Case,
    transfer: Transfer,
    acknowledged_by: str,
    acknowledged_at: datetime,
    at: datetime,
) -> None:
    """
    Write down who at the new school or at Child Welfare Services has taken note of a student who left, and when.

    From then on the case can be closed. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    row = lock_transfer_of(locked, transfer.pk)
    require(
        permissions.can_acknowledge_transfer(actor, locked),
        "acknowledge_transfer",
        subject=row.pk,
        case=locked.pk,
    )
    check_waits(row)
    if row.kind not in (Kind.OUTSIDE, Kind.UNKNOWN):
        raise Conflict(NOT_THE_DISTRICTS)
    wrong = faults(required=("acknowledged_by",), acknowledged_by=acknowledged_by)
    if acknowledged_at > at:
        wrong["acknowledged_at"] = IN_THE_FUTURE
    if wrong:
        raise Invalid(wrong)
    told = {"acknowledged_by": acknowledged_by.strip(), "acknowledged_at": acknowledged_at.isoformat()}
    answer(row, State.ACKNOWLEDGED, actor=actor, at=at, key=locked.key, **told)
    log("acknowledge_transfer", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)


def to_whom(school: School, receiver: User) -> str:
    """The receiver of an offer, for its digest."""
    return f"{school.pk}:{receiver.pk}"


def carries(receiver: User, school: School) -> bool:
    """Whether somebody carries cases at a school, and so reads the counselor's section there."""
    return receiver.has_role(*CARE_ROLES, school_id=school.pk)


def lock_transfer_of(case: Case, pk: UUID) -> Transfer:
    """A transfer of a locked case, locked. Raises Absent."""
    row = Transfer.objects.select_for_update(of=("self",)).filter(pk=pk, case=case).first()
    if row is None:
        raise Absent("transfer", pk)
    return row


def check_waits(transfer: Transfer) -> None:
    """Raise Conflict for one that is over, with who ended it and when."""
    if transfer.waits:
        return
    assert transfer.answered_by and transfer.answered_at  # noqa: S101, PT018 - a constraint
    raise Conflict(
        _("This transfer is over. %(what)s: %(who)s, %(when)s.")
        % {
            "what": transfer.get_state_display(),
            "who": transfer.answered_by.name,
            "when": when(transfer.answered_at, transfer.from_school.zone),
        }
    )


def answer(
    transfer: Transfer, state: str, *, actor: User, at: datetime, key: DataKey | None, **words: Any
) -> None:
    """End a transfer in a state, with the words of the answer where there are any."""
    transfer.state, transfer.answered_at, transfer.answered_by = state, at, actor
    if words and key:
        transfer.answer_sealed = key.seal(words, context=f"transfer_answer:{transfer.pk}")
    transfer.save(update_fields=["state", "answered_at", "answered_by", "answer_sealed"])


def lock_open(actor: User, case: Case, name: str, allowed: Any, *, at: datetime) -> Case:
    """An open case, locked, in which the actor may do this. Raises Conflict."""
    locked = lock_case(case.pk, actor, at=at)
    require(allowed(actor, locked), name, subject=locked.pk, case=locked.pk)
    check_open(locked)
    return locked


def waiting_transfer(case: Case) -> Transfer | None:
    """The transfer of a locked case that is not over, locked."""
    return Transfer.objects.select_for_update(of=("self",)).filter(case=case).waiting().first()


def begun(case: Case, actor: User, *, at: datetime) -> Transfer:
    """A transfer of which nothing is chosen yet, not saved."""
    return Transfer(case=case, from_school=case.school, began_at=at, began_by=actor)


def next_transfer(case: Case, actor: User, *, at: datetime) -> Transfer:
    """The transfer that was asked for, or a new one. Raises Conflict while another one is open."""
    waiting = waiting_transfer(case)
    if waiting is None:
        return begun(case, actor, at=at)
    if waiting.state != State.ASKED:
        raise Conflict(WAITS)
    return waiting


_OFFERED = (
    "kind", "state", "to_school", "receiver", "key", "offered_at", "offered_by", "climbs_at", "sealed", "closing",
    "closing_sealed",
)  # fmt: skip


def offer(
    case: Case, transfer: Transfer, told: list[Told], words: dict[str, Any], *, actor: User, at: datetime
) -> None:
    """Open a transfer under a key of its own, with its sections."""
    key = DataKey.make(scope=transfer.pk)
    key.save(force_insert=True)
    transfer.state, transfer.key = State.OPEN, key
    transfer.offered_at, transfer.offered_by = at, actor
    if words:
        transfer.sealed = case.key.seal(words, context=f"transfer:{transfer.pk}")
    if transfer._state.adding:
        transfer.save(force_insert=True)
    else:
        transfer.save(update_fields=_OFFERED)
    for position, one in enumerate(told):
        row = TransferSection(
            transfer=transfer, section=one.section, compartment=one.compartment, position=position
        )
        row.sealed = key.seal(one.lines, context=f"transfer_section:{row.pk}")
        row.save(force_insert=True)


def _climbs_at(school: School, at: datetime) -> datetime:
    """By when whoever it is offered to has answered: the district's number of school days of their school."""
    days = (District.objects.first() or District()).transfer_answered_in_days
    closed = closed_days(school, since=at.astimezone(school.zone).date())
    moment = due_at(Due(school_days=days), opened_at=at, known_at=at, zone=school.zone, closed=closed)
    return min(moment, at + ANSWERED_AT_MOST)
