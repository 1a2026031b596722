"""A report in a case is each person's own: what somebody entered there says nothing of another's duty."""

from django.db.models import Q

from cases import kinds
from cases.kinds import report
from cases.models import Case, Concern, Entry, Outcome, ReportDuty, ReportMade, StepPart
from cases.workflow.entries import Written
from csec.accounts.models import User


def own_duty(part: StepPart, person: User) -> ReportDuty | None:
    """The acting person's own duty in the case of a report that is open, and due first."""
    duties = ReportDuty.objects.filter(person=person, case=part.case_id, ended_at__isnull=True)
    return duties.order_by("due_at", "id").first()


def asks_alone(part: StepPart, actor: User, *, version: int) -> bool:
    """
    Whether a report asks the actor although it has ended for others, or others have entered something meanwhile.

    What they entered themselves after they opened the page is theirs to read first.
    """
    if part.kind not in kinds.DUTIES or part.run.ended_at is not None:
        return False
    if part.is_open and part.version == version:
        return False
    since = part.entries.filter(number__gt=version, evidence__author=actor)
    return not since.exists() and own_duty(part, actor) is not None


def asks_anew(part: StepPart, actor: User) -> bool:
    """Whether a report is asked of the actor again on the same track, so that it stands beside an earlier one."""
    if part.kind not in kinds.DUTIES or part.outcome != Outcome.DONE:
        return False
    return ReportDuty.objects.filter(person=actor, case=part.case_id, number__gt=1).exists()


def beside_earlier(part: StepPart, actor: User | None) -> bool:
    """Whether it stands beside an earlier one: of the track before, or of this one where it asks the actor anew."""
    before = part.corresponds_to
    follows = before is not None and before.outcome == Outcome.DONE
    return follows or (actor is not None and asks_anew(part, actor))


def knows_of_earlier(duty: ReportDuty, person: User) -> bool:
    """
    Whether a person's own duty stands beside a report: in a case that they may open as in the case itself.

    Elsewhere where they have answered for one before, or hold the concern, and so read that one was made. To have been
    asked before is not enough: then there may be none.
    """
    parts = StepPart.objects.filter(case=duty.case_id, run__ended_at__isnull=True, kind=report.KIND)
    if part := parts.select_related("corresponds_to").first():
        return beside_earlier(part, person)
    if duty.number == 1:
        return False
    about = Q(concern=duty.concern_id) if duty.concern_id else Q(case=duty.case_id)
    answered = ReportDuty.objects.filter(
        about, person=person, how__in=[ReportDuty.How.OWN, ReportDuty.How.JOINT]
    )
    # Whoever only wrote it is not told that somebody else has reported.
    held = Concern.objects.visible_to(person).held_by(person)
    read = ReportMade.objects.filter(concern=duty.concern_id, concern__in=held.values("pk"))
    return answered.exists() or read.exists()


def may_opt_out(duty: ReportDuty, person: User) -> bool:
    """
    Whether a person can say of their own duty, with a reason, that no report applies.

    In a case that they may open that goes by its track; for everybody else by what they were asked on, as the form of
    their duty is not to tell on which track a case is.
    """
    if duty.case_id is None:
        return duty.may_opt_out
    cases = Case.objects.visible_to(person).filter(pk=duty.case_id)
    parts = StepPart.objects.filter(case__in=cases.values("pk"), run__ended_at__isnull=True, kind=report.KIND)
    by_track = parts.values_list("may_opt_out", flat=True).first()
    return duty.may_opt_out if by_track is None else by_track


def latest_own(part: StepPart, entry: Entry, actor: User) -> Entry | None:
    """Of a report the actor's own latest entry, if `entry` is theirs: what others enter changes nothing of it."""
    evidence = getattr(entry, "evidence", None)
    if part.kind not in kinds.DUTIES or evidence is None or evidence.author_id != actor.pk:
        return None
    return part.entries.filter(evidence__author=actor).order_by("number").last()


def note_call(part: StepPart, written: Written, *, actor: User) -> None:
    """A call of which the written half follows stands in the actor's own duty."""
    if part.kind not in kinds.DUTIES or written.outcome != Outcome.UNABLE:
        return
    called = report.is_called(written.outcome, written.values)
    if called or written.corrects:
        own = ReportDuty.objects.filter(person=actor, case=part.case_id, ended_at__isnull=True)
        own.update(called_at=written.values["phoned_at"] if called else None)


def has_called(part: StepPart, person: User | None) -> bool:
    """Whether the acting person has made their own report of a case on the telephone, wherever they recorded it."""
    if part.kind not in kinds.DUTIES or person is None:
        return False
    own = ReportDuty.objects.filter(person=person, case=part.case_id, ended_at__isnull=True)
    return own.filter(called_at__isnull=False).exists()


def is_called(case: Case, part: StepPart) -> bool:
    """Whether somebody has made the report on the telephone since it was asked for last, and has not sent it yet."""
    if part.kind not in kinds.DUTIES:
        return False
    corrected = set()
    for entry in part.entries.select_related("evidence").order_by("-number"):
        anothers = entry.outcome == Outcome.DONE and not hasattr(entry, "evidence")
        if entry.outcome != Outcome.UNABLE and not anothers:
            return False
        if entry.pk not in corrected and report.is_called(entry.outcome, entry.shared_facts(case.key)):
            return True
        corrected.add(entry.corrects_id)
    return False
