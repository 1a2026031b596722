"""A concern, from being logged to being in a case or closed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.evidence import NOT_A_CHOICE, TOO_EARLY
from cases.kept import as_kept
from cases.models import (
    Concern,
    ConcernAddition,
    ConcernAuthor,
    ConcernExclusion,
    Outcome,
)
from cases.receivers import receivers
from cases.schedule import climbs_at, deal_by
from cases.workflow.alerts import note_missing
from cases.workflow.concerns import check_read, check_waiting
from cases.workflow.decisions import check_words, faults
from cases.workflow.duties import UNTRACKED, ask_again, ask_again_where_it_goes_on, carry
from cases.workflow.facts import ask_website_again
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.reports import SOMETHING_ADDED, reopen_reports
from cases.workflow.telling import when
from cases.workflow.verbs import find_case, lock_concern, log, require, stay_on, verb
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import School, Student

NOBODY_RECEIVES = _(
    "Nobody at this school or in the district can receive this. Call Child Welfare Services or the emergency"
    " number yourself, and tell the district’s office."
)
ALREADY_SENT = _(
    "A concern was already sent from this form, and was not sent twice. If what stands here is another one,"
    " send it now."
)
ADDED_ALREADY = _(
    "Something was already added from this form, and was not added twice. If what stands here is something else,"
    " send it now."
)
FUTURE = _("This lies in the future. Enter when you first knew or suspected.")


@verb("concern_logged")
def log_concern(
    *,
    actor: User,
    concern_id: UUID,
    school: School,
    first_known_at: datetime,
    account: str,
    at: datetime,
    student: Student | None = None,
    student_described: str = "",
    words: str = "",
    indicators: Sequence[str] = (),
    observed: str = "",
    source: str = "",
    implicated: Sequence[User] = (),
    name_shown: bool = False,
) -> Concern:
    """
    Send a concern to the school's receiver and backup, past anyone who is implicated or related.

    `concern_id` comes with the form, so that a form sent twice makes one concern: the second raises Conflict.
    `words` are the student's own. Raises Invalid, Conflict.
    """
    require(permissions.can_log_concern(actor), "log_concern", subject=concern_id)
    concern = write_concern(
        actor=actor,
        concern_id=concern_id,
        school=school,
        student=student,
        first_known_at=first_known_at,
        at=at,
        source=source,
        implicated=implicated,
        name_shown=name_shown,
        account=account,
        words=words,
        student_described=student_described,
        indicators=indicators,
        observed=observed,
    )
    note_missing(concern, at=at)
    log("log_concern", actor=actor, subject=concern_id)
    return concern


def write_concern(
    *,
    actor: User,
    concern_id: UUID,
    school: School,
    student: Student | None,
    first_known_at: datetime,
    at: datetime,
    account: str,
    source: str = "",
    implicated: Collection[User] = (),
    name_shown: bool = False,
    words: str = "",
    student_described: str = "",
    indicators: Sequence[str] = (),
    observed: str = "",
    waits: bool = True,
) -> Concern:
    """
    A concern of the actor's that waits for its receiver. Raises Invalid, Conflict.

    One that the actor deals with at once does not wait (`waits`): it is with them alone, and nobody of the school was
    asked who could read it afterwards.
    """
    wrong = faults(
        required=("account",),
        account=account,
        words=words,
        observed=observed,
        student_described=student_described,
    )
    if first_known_at > at:
        wrong["first_known_at"] = FUTURE
    elif first_known_at.year < 2000:
        wrong["first_known_at"] = TOO_EARLY
    if source and source not in Concern.Source.values:
        wrong["source"] = NOT_A_CHOICE
    if wrong:
        raise Invalid(wrong)
    past = {person.pk for person in implicated}
    chosen = receivers(school, past=past, on=at.astimezone(school.zone).date()) if waits else [actor]
    if not chosen:
        raise Conflict(NOBODY_RECEIVES)
    key = DataKey.make(scope=concern_id)
    concern = Concern(
        pk=concern_id,
        school=school,
        student=student,
        receiver=chosen[0],
        backup=chosen[1] if len(chosen) > 1 else None,
        source=source,
        first_known_at=first_known_at,
        logged_at=at,
        asked_at=at,
        climbs_at=climbs_at(school, at),
        key=key,
        sealed=key.seal(
            {
                "account": account,
                "words": words,
                "student_described": student_described,
                "indicators": list(indicators),
                "observed": observed,
            },
            context=f"concern:{concern_id}",
        ),
    )
    key.save(force_insert=True)
    try:
        # The rows that decide who may read come first, and their own savepoint lets a second sending be told.
        with transaction.atomic():
            ConcernAuthor(concern=concern, person=actor, name_shown=name_shown).save(force_insert=True)
            ConcernExclusion.objects.bulk_create(
                [ConcernExclusion(concern=concern, person_id=person) for person in past]
            )
            concern.save(force_insert=True)
    except IntegrityError:
        raise Conflict(ALREADY_SENT) from None
    if actor.roles - UNTRACKED:
        carry(concern, actor, learned_at=first_known_at, at=at)
    return concern


@verb("concern_supplemented")
def supplement_concern(
    *,
    actor: User,
    concern: Concern,
    at: datetime,
    account: str = "",
    words: str = "",
    student_described: str = "",
    indicators: Sequence[str] = (),
    observed: str = "",
    addition_id: UUID | None = None,
) -> ConcernAddition:
    """
    Add what came to mind later; only the author can, also when the concern is in a case or closed.

    `addition_id` comes with the form, so that a form sent twice adds once: the second raises Conflict.
    """
    locked = lock_concern(concern.pk, actor)
    require(permissions.can_supplement_concern(actor, locked), "supplement_concern", subject=locked.pk)
    check_words(account=account, words=words, student_described=student_described, observed=observed)
    given = {
        "account": account,
        "words": words,
        "student_described": student_described,
        "indicators": list(indicators),
        "observed": observed,
    }
    if not any(value.strip() if isinstance(value, str) else value for value in given.values()):
        raise Invalid({"account": text.REQUIRED})
    # Made from both, so that the id of what was added elsewhere is nothing here, and tells nothing.
    addition_id = uuid5(locked.pk, str(addition_id)) if addition_id else uuid4()
    if ConcernAddition.objects.filter(pk=addition_id).exists():
        raise Conflict(ADDED_ALREADY)
    addition = ConcernAddition(pk=addition_id, concern=locked, at=at)
    addition.sealed = locked.key.seal(
        {name: value for name, value in given.items() if value}, context=f"addition:{addition.pk}"
    )
    addition.save(force_insert=True)
    # Something new was seen: its holders, or those who carry its case, are asked again. Why it was closed stays.
    locked.accepted_at = locked.accepted_by = None
    locked.asked_at, locked.climbs_at = at, climbs_at(locked.school, at)
    comes_back = locked.status == Concern.Status.CLOSED
    if comes_back:
        locked.status, locked.ended_at, locked.ended_by = Concern.Status.RECEIVED, None, None
    locked.save(
        update_fields=[
            "status",
            "ended_at",
            "ended_by",
            "asked_at",
            "climbs_at",
            "accepted_at",
            "accepted_by",
        ]
    )
    if comes_back:
        # Meanwhile nobody was told of it that the student is missing.
        note_missing(locked, at=at)
    if actor.roles - UNTRACKED:
        carry(locked, actor, learned_at=at, at=at, again=True)
    log("supplement_concern", actor=actor, subject=locked.pk, case=locked.case_id)
    return addition


@verb("concern_accepted")
def accept_concern(*, actor: User, concern: Concern, at: datetime, additions: int | None = None) -> None:
    """
    Say that one has read it and deals with it; or, of one in a case, what was added to it.

    There a report that was called not applicable is asked again: whoever said so did not know of this. `additions`
    is how many the page showed. Raises Conflict when somebody else has said so, and is not late.
    """
    # The case is locked before its concern, as everywhere.
    in_case = Concern.objects.filter(pk=concern.pk).values_list("case", flat=True).first()
    case = find_case(in_case, actor) if in_case else None
    locked = lock_concern(concern.pk, actor)
    acts = permissions.can_accept_concern(actor, locked)
    if permissions.can_match_concern(actor, locked) and (locked.case_id != in_case or not acts):
        # Somebody put it into a case meanwhile; whoever held it may not see that one.
        check_waiting(locked)
    require(acts, "accept_concern", subject=locked.pk)
    if case:
        stay_on(case, actor, at=at)
    if locked.status == Concern.Status.CLOSED:
        check_waiting(locked)
    if locked.accepted_by_id and locked.accepted_at and not _may_go_on(locked, actor, at):
        if locked.ended_at and locked.accepted_at <= locked.ended_at:
            # Nothing was added since it went into a case.
            check_waiting(locked)
        raise Conflict(
            _("%(who)s took this concern on %(when)s.")
            % {"who": locked.accepted_by.name, "when": when(locked.accepted_at, locked.zone)}  # type: ignore[union-attr]
        )
    check_read(locked, additions)
    locked.accepted_at, locked.accepted_by, locked.climbs_at = at, actor, deal_by(locked.school, at)
    locked.save(update_fields=["accepted_at", "accepted_by", "climbs_at"])
    if case:
        ask_again(case, at=at)
        ask_again_where_it_goes_on(case, at=at)
    elif actor.has_role(*permissions.DUTY_BEARERS, school_id=locked.school_id):
        carry(locked, actor, learned_at=at, at=at)
    if case and case.is_open:
        reopen_reports(case, Outcome.NOT_APPLICABLE, actor=actor, at=at, reason=as_kept(SOMETHING_ADDED))
        ask_website_again(case, actor=actor, at=at)
    log("accept_concern", actor=actor, subject=locked.pk, case=locked.case_id)


def _may_go_on(concern: Concern, actor: User, at: datetime) -> bool:
    """Whether somebody else may take it from whoever took it and has not dealt with it in time, or has left."""
    if concern.status != Concern.Status.RECEIVED:
        return False
    late = concern.climbs_at is not None and concern.climbs_at <= at
    return (late or not concern.taken) and concern.accepted_by_id != actor.pk
