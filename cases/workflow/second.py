"""Two open cases of one student on the same track, at one school or two: both are kept, or one joins the other."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import parents, permissions
from cases.kept import as_kept, ours
from cases.models import Case, CaseLink, Concern
from cases.schedule import climbs_at
from cases.workflow import moves
from cases.workflow.cases import check_seen_to, make_void
from cases.workflow.checkins import late_check_in
from cases.workflow.custody import carry_custody
from cases.workflow.decisions import faults
from cases.workflow.disposition import put_into_case
from cases.workflow.exclusions import keep_away, kept_from
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open
from cases.workflow.verbs import lock_case, lock_cases_of_student, log, require, verb
from csec.accounts.models import User
from csec.errors import Absent

#: What becomes of the two.
KEEP, THIS, BESIDE = "keep", "this", "beside"
CONFIRMED = "confirmed_victim"

CHOOSE = _("Choose what becomes of the two cases.")
NOTHING_TO_SETTLE = _(
    "Nothing is asked of these two cases any more: they are not of one student on the same track, or somebody has"
    " settled it already."
)
CONFIRMED_GOES_ON = _(
    "The student is a confirmed victim in the case that would end, and suspected in the other one. Let the confirmed"
    " one go on, or have the other one confirmed first."
)
CONTACT_MISSED = _(
    "A check-in is late in the case that would end. Let that one go on, or have the student seen and that written down"
    " there first."
)
# What each side reads of it: nothing of the other case, nor at which school it is.
JOINED = ours(_("Another case of this student goes on: the district liaison joined this one to it."))
GIVEN = ours(_("The district liaison put into this case what was recorded about its student elsewhere."))
IN_CUSTODY = ours(_("Taken over with another case of this student."))


@verb("second_case_settled")
def settle_second_case(
    *, actor: User, case: Case, beside: Case, goes_on: str, reason: str, at: datetime
) -> CaseLink:
    """
    Say of two open cases of one student on the same track that both are kept, or that one of them goes on (`goes_on`).

    The one that does not is void, with what was recorded in it; its concerns are in the other one, whose people read
    them, and carry the duties to report. Nobody on either side is told of the other case more than that. Nobody's duty
    ends by it, nor does what freezes contact with parents. Neither is a student less looked after by it: none who is
    confirmed, missed or about to change schools in the case that would end alone. Raises Invalid, Conflict.
    """
    seen = Case.objects.visible_to(actor).filter(pk=case.pk).first()
    if seen is None:
        raise Absent("case", case.pk)
    # Before the other one is looked for: whoever may not do this learns nothing of that.
    allowed = permissions.can_settle_second_case(actor, seen)
    require(allowed, "settle_second_case", subject=case.pk, case=case.pk)
    # In one order, whichever of them the page names first.
    lock_cases_of_student(case.pk)
    locked = {pk: lock_case(pk, actor, at=at) for pk in sorted({case.pk, beside.pk})}
    one, other = locked[case.pk], locked[beside.pk]
    for each in (one, other):
        allowed = permissions.can_settle_second_case(actor, each)
        require(allowed, "settle_second_case", subject=each.pk, case=each.pk)
    wrong = faults(required=("reason",), reason=reason)
    if goes_on not in (KEEP, THIS, BESIDE):
        wrong["goes_on"] = CHOOSE
    if wrong:
        raise Invalid(wrong)
    for each in (one, other):
        check_open(each)
    if not asks_to_settle(one, other):
        raise Conflict(NOTHING_TO_SETTLE)
    ends, stays = (other, one) if goes_on == THIS else (one, other)
    if goes_on != KEEP:
        check_seen_to(ends)
        moves.check_not_taken_over(ends)
        moves.check_no_transfer_waits(ends)
        check_goes_on_as_before(ends, stays, at=at)
    link = CaseLink(from_case=ends, to_case=stays, made_at=at)
    link.kind = CaseLink.Kind.KEPT if goes_on == KEEP else CaseLink.Kind.JOINED
    link.sealed = ends.key.seal(reason, context=f"case_link:{link.pk}")
    link.save(force_insert=True)
    if goes_on != KEEP:
        _join(ends, stays, actor=actor, at=at)
    log("settle_second_case", actor=actor, role=one.my_role, subject=other.pk, case=one.pk)
    return link


def asks_to_settle(case: Case, beside: Case) -> bool:
    """Whether the liaison is asked about these two: PostgreSQL finds them, and tells nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT asks_to_settle(%s, %s)", [case.pk, beside.pk])
        return bool(cursor.fetchone()[0])


def check_goes_on_as_before(ends: Case, stays: Case, *, at: datetime) -> None:
    """Raise Conflict where by the other case less would be done for the student than by the one that ends."""
    if ends.track == CONFIRMED and stays.track != CONFIRMED:
        raise Conflict(CONFIRMED_GOES_ON)
    if late_check_in(ends, at):
        raise Conflict(CONTACT_MISSED)


def _join(ends: Case, stays: Case, *, actor: User, at: datetime) -> None:
    concerns = Concern.objects.select_for_update(of=("self",)).select_related(
        "key", "school", "student", "ended_by"
    )
    for concern in concerns.filter(case=ends).order_by("logged_at", "id"):
        ended_at, ended_by = concern.ended_at, concern.ended_by
        put_into_case(concern, stays, actor=actor, at=at, reason=as_kept(GIVEN))
        # Whoever carries the case that goes on has not read it: they are asked, as of what is added to a concern. For
        # those who received it nothing has changed; its holders they have been, and nobody else of their school.
        concern.ended_at, concern.ended_by = ended_at, ended_by
        concern.accepted_at = concern.accepted_by = None
        concern.asked_at, concern.climbs_at = at, climbs_at(stays.school, at)
        concern.save(
            update_fields=["ended_at", "ended_by", "accepted_at", "accepted_by", "asked_at", "climbs_at"]
        )
    taken = parents.open_custody(ends)
    if taken and not parents.open_custody(stays):
        carry_custody(stays, taken.taken_at, actor=actor, at=at, where=as_kept(IN_CUSTODY))
    # Whoever is kept from the one that goes on is not to read in the other why that is over.
    past, known = ({person.pk for person in kept_from(case, at)} for case in (stays, ends))
    keep_away(ends, past - known, actor=actor, at=at, goes_on=False)
    make_void(ends, actor=actor, at=at, reason=as_kept(JOINED))
