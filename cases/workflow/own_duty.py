"""What somebody records of their own duty to report, on a page of their own: no case is needed, and none is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import evidence, permissions, text
from cases.kinds import report
from cases.models import Case, Concern, LearnedCorrection, ReportDuty
from cases.text import Words
from cases.workflow.duties import due_after, protocol_of, report_part
from cases.workflow.own_reports import knows_of_earlier, may_opt_out
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import when
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.errors import Absent
from protocols.schema import Field

NOT_OFFERED = _("This duty does not end that way. Choose one of the answers.")
LATER_THAN_SAID = _(
    "This lies after the moment at which you were asked. Enter when you first knew or suspected."
)
THE_SAME = _("This is the time that stands there already.")
NOTHING_SAID = _("Say which agency took the report.")


@verb("report_recorded")
def record_report(
    *,
    actor: User,
    duty: ReportDuty,
    outcome: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
) -> ReportDuty:
    """
    Record one's own report: `called` (the written half follows), `done`, or `not_applicable` with its reason.

    Nobody approves it, and it can be recorded whatever became of the concern, of a case, or of one's place in it; late
    as well. Others learn that a report was made, to which agency and when. Raises Invalid, Conflict.
    """
    locked = lock_duty(duty, actor)
    require(permissions.can_record_report(actor, locked), "record_report", subject=locked.pk)
    check_duty_open(locked)
    given, asked = values or {}, fields_of(locked, actor, at)
    wrong: dict[str, Words] = {}
    allowed = {report.CALLED, "done"} | ({"not_applicable"} if may_opt_out(locked, actor) else set())
    if outcome not in allowed:
        raise Invalid({"outcome": NOT_OFFERED})
    opts_out = outcome == "not_applicable"
    if opts_out and locked.called_at:
        wrong["outcome"] = report.CALLED_ALREADY
    if opts_out and not reason.strip():
        wrong["reason"] = text.REQUIRED
    elif fault := text.fault(reason, limit=text.NOTE):
        wrong["reason"] = fault
    # A call is as much of the report as the whole, but for its written half.
    wrong |= evidence.check(
        asked,
        "not_applicable" if opts_out else "done",
        given,
        at=at,
        today=at.astimezone(locked.zone).date(),
    )
    nothing = dict.fromkeys(field.name for field in asked)
    as_kept = "unable" if outcome == report.CALLED else outcome
    wrong |= report.check(as_kept, {**nothing, **given})
    if wrong:
        raise Invalid(wrong)
    facts = evidence.to_json(asked, given)
    _seal(locked, facts | ({"reason": reason.strip()} if reason.strip() else {}))
    if outcome == report.CALLED:
        locked.called_at = given["phoned_at"]
    else:
        locked.ended_at = at
        locked.how = ReportDuty.How.NOT_APPLICABLE if opts_out else ReportDuty.How.OWN
    locked.save(update_fields=["called_at", "ended_at", "how", "key", "sealed"])
    if outcome != report.CALLED:
        shared = {field.name: facts[field.name] for field in asked if field.shared and field.name in facts}
        made_at = None if opts_out else given["phoned_at"]
        again = not opts_out and report.says_nothing_new(given)
        _note(locked, actor, made_at=made_at, shared=shared, at=at, again=again)
    log("record_report", actor=actor, subject=locked.pk)
    return locked


@verb("joint_report_confirmed")
def confirm_joint_report(
    *,
    actor: User,
    duty: ReportDuty,
    agency: str,
    made_at: datetime,
    at: datetime,
    made_by: str = "",
    reference: str = "",
) -> ReportDuty:
    """
    Say that a joint report was made, having made sure of it (Penal Code 11166(h)): it ends one's own duty alone.

    By whom stays with whoever says so. Raises Invalid, Conflict.
    """
    locked = lock_duty(duty, actor)
    require(permissions.can_confirm_joint_report(actor, locked), "confirm_joint_report", subject=locked.pk)
    check_duty_open(locked)
    wrong: dict[str, Words] = {}
    if not agency.strip():
        wrong["agency"] = NOTHING_SAID
    for name, given in (("agency", agency), ("made_by", made_by), ("reference", reference)):
        if fault := text.fault(given, limit=text.TEXT):
            wrong[name] = fault
    if made_at > at:
        wrong["made_at"] = evidence.IN_THE_FUTURE
    elif made_at.year < 2000:
        wrong["made_at"] = evidence.TOO_EARLY
    if wrong:
        raise Invalid(wrong)
    said = {"agency": agency, "phoned_at": made_at.isoformat(), "made_by": made_by, "reference": reference}
    _seal(locked, {name: value for name, value in said.items() if value})
    locked.ended_at, locked.how = at, ReportDuty.How.JOINT
    locked.save(update_fields=["ended_at", "how", "key", "sealed"])
    shared = {"agency": agency, "phoned_at": made_at.isoformat()}
    _note(locked, actor, made_at=made_at, shared=shared, at=at)
    log("confirm_joint_report", actor=actor, subject=locked.pk)
    return locked


@verb("learned_at_corrected")
def correct_learned_at(
    *, actor: User, duty: ReportDuty, learned_at: datetime, reason: str, at: datetime
) -> LearnedCorrection:
    """
    Say that one first knew at another time than was written. Both stay, and so does what was late by either.

    Raises Invalid.
    """
    locked = lock_duty(duty, actor)
    require(permissions.can_correct_learned_at(actor, locked), "correct_learned_at", subject=locked.pk)
    last = locked.corrections.order_by("at", "id").last()
    wrong: dict[str, Words] = {}
    if learned_at > locked.asked_at:
        wrong["learned_at"] = LATER_THAN_SAID
    elif learned_at.year < 2000:
        wrong["learned_at"] = evidence.TOO_EARLY
    elif learned_at == (last.learned_at if last else locked.learned_at):
        wrong["learned_at"] = THE_SAME
    if not reason.strip():
        wrong["reason"] = text.REQUIRED
    elif fault := text.fault(reason, limit=text.NOTE):
        wrong["reason"] = fault
    if wrong:
        raise Invalid(wrong)
    if locked.key is None:
        _make_key(locked)
        locked.save(update_fields=["key"])
    assert locked.key is not None  # noqa: S101 - just made
    protocol = protocol_of(locked.school, locked.asked_at)
    part = report_part(protocol) if protocol else None
    correction = LearnedCorrection(duty=locked, at=at, learned_at=learned_at)
    correction.due_at = due_after(part, learned_at, locked.school)
    correction.sealed = locked.key.seal(reason.strip(), context=f"learned:{correction.pk}")
    correction.save(force_insert=True)
    locked.due_at = correction.due_at
    locked.save(update_fields=["due_at"])
    log("correct_learned_at", actor=actor, subject=locked.pk)
    return correction


def lock_duty(duty: ReportDuty, actor: User) -> ReportDuty:
    """One's own duty, locked until the transaction ends. Raises Absent."""
    with connection.cursor() as cursor:
        # The case is locked before what is in it, as everywhere; its person may not see it.
        cursor.execute("SELECT lock_case_of_duty(%s)", [duty.pk])
    rows = ReportDuty.objects.select_related("school", "key").select_for_update(of=("self",))
    locked = rows.filter(pk=duty.pk, person=actor).first()
    if locked is None:
        raise Absent("duty", duty.pk)
    return locked


def check_duty_open(duty: ReportDuty) -> None:
    """Raise Conflict when its person has recorded how it ended, as from another window."""
    if duty.ended_at is not None:
        raise Conflict(
            _("You recorded this already, on %(when)s.") % {"when": when(duty.ended_at, duty.zone)}
        )


def fields_of(duty: ReportDuty, person: User, at: datetime) -> tuple[Field, ...]:
    """What the protocol in force asks of their person's report; beside an earlier one where they know of one."""
    return _fields(duty, at, after_earlier=knows_of_earlier(duty, person))


def kept_fields(duty: ReportDuty, at: datetime) -> tuple[Field, ...]:
    """Whatever it may have asked when it was recorded."""
    return _fields(duty, at, after_earlier=True)


def _fields(duty: ReportDuty, at: datetime, *, after_earlier: bool) -> tuple[Field, ...]:
    protocol = protocol_of(duty.school, at)
    part = report_part(protocol) if protocol else None
    if protocol is None or part is None:
        return ()
    return evidence.fields(protocol, part, after_earlier=after_earlier)


def _make_key(duty: ReportDuty) -> None:
    duty.key = DataKey.make(scope=duty.pk)
    duty.key.save(force_insert=True)


def _seal(duty: ReportDuty, facts: Mapping[str, Any]) -> None:
    """Under a key of the duty's own, which its person opens whatever becomes of the concern for them."""
    if duty.key is None:
        _make_key(duty)
    assert duty.key is not None  # noqa: S101 - just made
    duty.sealed = duty.key.seal(facts, context=f"duty:{duty.pk}")


def _note(
    duty: ReportDuty,
    actor: User,
    *,
    made_at: datetime | None,
    shared: Mapping[str, Any],
    at: datetime,
    again: bool = False,
) -> None:
    """
    What others may know of it: that a report was made, to which agency and when.

    `again` of the earlier one, where nothing new was reported: that is said where the track asks for one still.
    """
    made = uuid4()
    about: Concern | Case | None = None
    if duty.concern_id:
        about = Concern.objects.visible_to(actor).select_related("key").filter(pk=duty.concern_id).first()
    elif duty.case_id:
        about = Case.objects.visible_to(actor).select_related("key").filter(pk=duty.case_id).first()
    context = f"report:{made}" if duty.concern_id else f"entry:{made}"
    # Whoever no longer sees it cannot seal anything for its readers: they learn when, and no more.
    sealed = about.key.seal(dict(shared), context=context) if about and made_at else None
    values: list[Any] = [duty.pk, made, made_at, sealed]
    with connection.cursor() as cursor:
        if again:
            cursor.execute("SELECT note_same_report(%s, %s, %s, %s, %s)", [*values, at])
        else:
            joint = duty.how == ReportDuty.How.JOINT
            cursor.execute("SELECT note_report(%s, %s, %s, %s, %s, %s)", [*values, joint, at])
