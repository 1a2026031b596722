"""Asking a School Resource Officer in, the officer's answer, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.kinds import DONE_BY
from cases.models import Case, CasePerson, Entry, Outcome, SroRequest, StepPart
from cases.oncall import OnCall
from cases.schedule import on_duty_until, request_climbs
from cases.workflow.decisions import check_words
from cases.workflow.entries import Written, write_entry
from cases.workflow.facts import facts_came_in
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.steps import check_entry, lock_part
from cases.workflow.telling import check_open, check_part_open, check_version, latest_entry, when
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.errors import Absent

NOT_AN_OFFICER = _("This person is not an SRO who can be asked for this school.")


@verb("sro_requested")
def request_sro(
    *,
    actor: User,
    part: StepPart,
    version: int,
    officer: User,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> SroRequest:
    """
    Ask an officer in: ends the part that asks, puts the officer on the case, waits for the answer.

    The officer sees the officer's steps and the shared facts, nothing of the counselor's. Raises Invalid, Conflict.
    """
    case, locked = lock_part(part, actor, at=at)
    require(permissions.can_request_sro(actor, case, locked), "request_sro", subject=locked.pk, case=case.pk)
    check_open(case)
    check_part_open(case, locked)
    check_version(case, locked, version)
    if DONE_BY.get(locked.kind) != "request_sro":
        raise Invalid({"officer": _("This step does not ask an SRO in.")})
    if officer.pk not in {user.pk for user in officers_for(case, at=at)}:
        raise Invalid({"officer": NOT_AN_OFFICER})
    written = check_entry(case, locked, Written(Outcome.DONE, at, values or {}), at=at)
    write_entry(case, locked, written, actor=actor, at=at)
    to_the_cover, to_the_overseers = request_climbs(case.school, at)
    request = SroRequest(
        case=case,
        part=locked,
        officer=officer,
        asked_by=actor,
        asked_at=at,
        climbs_at=to_the_cover,
        overseers_at=to_the_overseers,
    )
    request.save(force_insert=True)
    if not CasePerson.objects.on(at).filter(case=case, person=officer, role=Role.SRO).exists():
        CasePerson(case=case, person=officer, role=Role.SRO, since=at).save(force_insert=True)
    log("request_sro", actor=actor, role=case.my_role, subject=request.pk, case=case.pk)
    return request


def officers_for(case: Case, *, at: datetime) -> list[User]:
    """
    The SROs who can be asked: this school's first, then the other schools'.

    Never one who is excluded, nor who is on the case in another role, which would go on deciding what they see.
    """
    there = CasePerson.objects.of(at).filter(case=case)
    not_these = there.exclude(role=Role.SRO, excluded=False).values("person")
    memberships = (
        Membership.objects.current(at.astimezone(case.zone).date())
        .filter(role=Role.SRO)
        .exclude(person__in=not_these)
        .select_related("person")
    )
    ordered = sorted(memberships, key=lambda m: (m.school_id != case.school_id, m.person.name))
    return list({membership.person_id: membership.person for membership in ordered}.values())


def off_duty(officers: Sequence[User], case: Case, at: datetime) -> dict[UUID, str]:
    """
    Of the officers those who are not on duty, with who covers them (or nobody): they are asked last.

    That is whoever is not there today; outside the hours of school nobody is.
    """
    day = at.astimezone(case.zone).date()
    at_schools = Membership.objects.current(day).filter(person__in=officers, role=Role.SRO)
    schools = dict(at_schools.values_list("person", "school"))
    on_call = OnCall([officer.pk for officer in officers], at, roles={Role.SRO})
    in_hours = on_duty_until(case.school, at) is not None
    away = [
        officer
        for officer in officers
        if not in_hours or not on_call.is_there(officer.pk, schools.get(officer.pk), day)
    ]
    covers = Membership.objects.current(day).filter(person__in=away, role=Role.SRO, cover__isnull=False)
    names = {row.person_id: row.cover.name for row in covers.select_related("cover") if row.cover}
    return {officer.pk: names.get(officer.pk, "") for officer in away}


@verb("request_accepted")
def accept_request(*, actor: User, request: SroRequest, at: datetime) -> None:
    """The officer takes it on. Accepting is not investigating: what came of it is reported back."""
    case, locked = _lock_request(request, actor, "accept_request", at=at)
    _check_unanswered(case, locked)
    locked.answer, locked.answered_at = SroRequest.Answer.ACCEPTED, at
    locked.save(update_fields=["answer", "answered_at"])
    log("accept_request", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)


@verb("request_declined")
def decline_request(*, actor: User, request: SroRequest, reason: str, at: datetime) -> None:
    """The officer cannot take it on: the part that asked is open again, and the officer is off the case."""
    case, locked = _lock_request(request, actor, "decline_request", at=at)
    _check_unanswered(case, locked)
    check_words(required=("reason",), reason=reason)
    locked.answer, locked.answered_at = SroRequest.Answer.DECLINED, at
    locked.save(update_fields=["answer", "answered_at"])
    _case, part = lock_part(locked.part, actor, at=at)
    write_entry(
        case,
        part,
        Written(Outcome.REOPENED, at, reason=reason, corrects=latest_entry(part)),
        actor=actor,
        at=at,
    )
    gone = [SroRequest.Answer.DECLINED, SroRequest.Answer.WITHDRAWN]
    others = SroRequest.objects.filter(case=case, officer=actor).exclude(answer__in=gone)
    if not others.exists():
        CasePerson.objects.on(at).filter(case=case, person=actor, role=Role.SRO).update(until=at)
    log("decline_request", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)


@verb("sro_reported_back")
def report_back(
    *, actor: User, request: SroRequest, version: int, at: datetime, values: Mapping[str, Any]
) -> Entry:
    """
    What came of it, in one of four words: investigating, referred, closed, cannot share.

    May be told again when it changes; a later word stands beside the earlier one. Raises Invalid, Conflict.
    """
    case, locked = _lock_request(request, actor, "report_back", at=at)
    if locked.answer != SroRequest.Answer.ACCEPTED:
        raise Conflict(_("Accept the request first; then report back."))
    _case, part = lock_part(answering_part(locked), actor, at=at)
    if part.run.ended_at is not None:
        check_part_open(case, part)
    check_version(case, part, version)
    before = latest_entry(part)
    written = check_entry(case, part, Written(Outcome.DONE, at, values, corrects=before), at=at)
    entry = write_entry(case, part, written, actor=actor, at=at)
    facts_came_in(case, part, Outcome.DONE, values, actor=actor, at=at, before=before)
    log("report_back", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return entry


def answering_part(request: SroRequest) -> StepPart:
    """The part of the same step that the officer's answer ends: a protocol in which a step has none is refused."""
    answered_by = [kind for kind, name in DONE_BY.items() if name == "report_back"]
    return StepPart.objects.select_related("run", "corresponds_to").get(
        run=request.part.run, step_number=request.part.step_number, kind__in=answered_by
    )


def _lock_request(
    request: SroRequest, actor: User, verb_name: str, *, at: datetime
) -> tuple[Case, SroRequest]:
    case, _part = lock_part(request.part, actor, at=at)
    locked = (
        SroRequest.objects.select_for_update(of=("self",))
        .select_related("part__run")
        .filter(pk=request.pk, case=case)
        .first()
    )
    if locked is None:
        raise Absent("request", request.pk)
    allowed = {
        "accept_request": permissions.can_accept_request,
        "decline_request": permissions.can_decline_request,
        "report_back": permissions.can_report_back,
    }[verb_name]
    require(allowed(actor, case, locked), verb_name, subject=locked.pk, case=case.pk)
    check_open(case)
    return case, locked


def _check_unanswered(case: Case, request: SroRequest) -> None:
    if request.part.run.ended_at is not None:
        check_part_open(case, request.part)
    if request.answer and request.answered_at:
        raise Conflict(
            _("This was answered on %(when)s: %(answer)s.")
            % {"when": when(request.answered_at, case.zone), "answer": request.get_answer_display()}
        )


def withdraw_requests(case: Case, officer: User, *, actor: User, at: datetime, reason: str) -> None:
    """
    Take back what an officer was asked, when they leave the case: the part that asked is open for another one.

    Not where the officer has reported back and nothing else waits for an officer.
    """
    waiting = SroRequest.objects.select_for_update(of=("self",)).select_related("part__run")
    for request in waiting.filter(
        case=case,
        officer=officer,
        part__run__ended_at__isnull=True,
        answer__in=[SroRequest.Answer.WAITING, SroRequest.Answer.ACCEPTED],
    ):
        officers_parts = StepPart.objects.open().filter(run=request.part.run, actors__contains=[Role.SRO])
        if not officers_parts.exists():
            continue
        request.answer, request.answered_at = SroRequest.Answer.WITHDRAWN, at
        request.save(update_fields=["answer", "answered_at"])
        _case, part = lock_part(request.part, actor, at=at)
        written = Written(Outcome.REOPENED, at, reason=reason, corrects=latest_entry(part))
        write_entry(case, part, written, actor=actor, at=at)
