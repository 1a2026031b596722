"""A summary on paper for a chosen audience: looked at, made once, kept nowhere, known again by its digest."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import permissions
from cases.evidence import NOT_A_CHOICE
from cases.models import Case, Paper, Release
from cases.parents import frozen
from cases.text import REQUIRED, Words
from cases.workflow.decisions import faults
from cases.workflow.paper_rules import RULES, TITLES, Sheet, may_tell, tell
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.releases import keep_release
from cases.workflow.sending import COUNSEL_ALONE
from cases.workflow.summary import NOT_OFFERED, Chosen, Told, check_read
from cases.workflow.verbs import lock_case, log, require, verb
from csec import languages
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.typeset import CannotTypeset, NoSuchLetters, typeset

#: How long a form that is sent once more gives the same paper once more: for two clicks, or a lost download.
SAME_PAPER_WITHIN = timedelta(hours=1)
MADE_BEFORE = gettext_lazy("This paper was made already. Look at it once more to make another.")
BY_MISTAKE = gettext_lazy("This case was opened by mistake. Nothing of it goes on paper.")
NO_LETTERS = gettext_lazy(
    "The paper has no letters for “%(letters)s”. Write that in Latin letters; or print this page instead, and record"
    " what leaves the district as a release."
)
NOT_NOW = gettext_lazy(
    "No PDF can be made on this server just now. Print this page instead, and record what leaves the district as a"
    " release."
)


@dataclass(frozen=True)
class Made:
    """A paper and its bytes, which nobody keeps."""

    row: Paper
    content: bytes


@dataclass(frozen=True)
class Wanted:
    """What was asked for: for whom, which sections, and what was typed for it."""

    paper_id: UUID
    audience: str
    sections: Collection[str] = ()
    safety: str = ""
    needs: str = ""
    recipient: str = ""
    basis: str = ""
    interest: str = ""

    @property
    def chosen(self) -> Chosen:
        return Chosen(tuple(self.sections), self.safety, self.needs)


@verb("paper_made")
def make_paper(
    *,
    actor: User,
    case: Case,
    paper_id: UUID,
    audience: str,
    at: datetime,
    sections: Collection[str] = (),
    safety: str = "",
    needs: str = "",
    recipient: str = "",
    basis: str = "",
    interest: str = "",
    read: str | None = None,
) -> Made:
    """
    Make a summary on paper for an audience.

    What goes out of the district is a release of information, under the same freeze as a letter. `paper_id` comes with
    the form, so that a form sent twice makes one. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_make_paper(actor, locked), "make_paper", subject=locked.pk, case=locked.pk)
    if Paper.objects.filter(pk=paper_id).exists():
        raise Conflict(MADE_BEFORE)
    if audience not in RULES:
        raise Invalid({"audience": NOT_A_CHOICE})
    check_may_leave(locked, audience)
    wanted = Wanted(paper_id, audience, sections, safety, needs, recipient, basis, interest)
    wrong = check_wanted(locked, wanted)
    if wrong:
        raise Invalid(wrong)
    sheet = sheet_of(locked, actor, wanted, at=at)
    check_read(sheet.told, to_whom(wanted), read)
    content = _set(locked, actor, wanted, sheet, at=at)
    row = Paper(pk=paper_id, case=locked, by=actor, at=at, audience=audience)
    row.digest = hashlib.sha256(content).digest()
    row.release = _released(locked, actor, wanted, sheet.told, row.reference, at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Of another case, or of somebody else: not to be seen from here.
        raise Conflict(MADE_BEFORE) from None
    log("make_paper", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk, digest=row.digest)
    return Made(row, content)


def made_before(case: Case, maker: User, wanted: Wanted, *, at: datetime) -> Made | None:
    """The same paper for a form that came twice: to its maker, shortly after, and only where nothing changed."""
    row = Paper.objects.filter(pk=wanted.paper_id, case=case, by=maker, audience=wanted.audience).first()
    if row is None or at >= row.at + SAME_PAPER_WITHIN:
        return None
    try:
        check_may_leave(case, wanted.audience)
        content = _set(case, maker, wanted, sheet_of(case, maker, wanted, at=row.at), at=row.at)
    except Conflict:
        return None
    return Made(row, content) if hashlib.sha256(content).digest() == bytes(row.digest) else None


def check_may_leave(case: Case, audience: str) -> None:
    """Raise Conflict for what nobody prints, or for what counsel alone sends while letters are frozen."""
    if case.status == Case.Status.VOIDED:
        raise Conflict(BY_MISTAKE)
    if RULES[audience].leaves and case.my_role != Role.COUNSEL and frozen(case):
        raise Conflict(COUNSEL_ALONE)


def check_wanted(case: Case, wanted: Wanted) -> dict[str, Words]:
    """What is wrong with what was chosen and typed, by field."""
    rule = RULES[wanted.audience]
    if not set(wanted.sections) <= set(may_tell(case, wanted.audience)):
        return {"sections": NOT_OFFERED}
    wrong = faults(safety=wanted.safety, needs=wanted.needs)
    for name in ("safety", "needs"):
        if name in wanted.sections and not getattr(wanted, name).strip():
            wrong[name] = REQUIRED
    if rule.leaves:
        wrong |= faults(
            required=("recipient", "interest"), recipient=wanted.recipient, interest=wanted.interest
        )
        if wanted.basis not in rule.bases:
            wrong["basis"] = NOT_A_CHOICE
    return wrong


def to_whom(wanted: Wanted) -> str:
    """For whom it is, as its cover says."""
    return wanted.recipient.strip() or str(Paper.Audience(wanted.audience).label)


def sheet_of(case: Case, maker: User, wanted: Wanted, *, at: datetime) -> Sheet:
    """Every word of the paper, but for its reference and its pages."""
    cover = [
        [_("For"), to_whom(wanted)],
        [_("From"), f"{maker.name}, {Role(case.my_role).label}, {case.school.name}"],
        [_("Made"), _moment(case, at)],
    ]
    if wanted.basis:
        cover.append([_("Given under"), str(Release.Basis(wanted.basis).label)])
    told = tell(case, maker, wanted.audience, wanted.chosen, at=at)
    return Sheet(cover, _notices(case, maker, wanted), told)


def _notices(case: Case, maker: User, wanted: Wanted) -> list[str]:
    """What whoever holds the paper is asked to do, on its cover."""
    sender = {"who": maker.name, "school": case.school.name}
    yours = _(
        "It is about a student and is confidential. It is for whoever is named above, and for nobody else."
    )
    astray = _(
        "If it came to you by mistake, do not read on and do not copy it: call %(who)s, %(school)s, today, and hand it"
        " back."
    )
    if not RULES[wanted.audience].leaves:
        return [
            yours,
            _("Do not copy it, leave it where others see it, or put it into the student’s cumulative file."),
            _("When you no longer need it, hand it back to %(who)s, or shred it.") % sender,
            astray % sender,
        ]
    return [
        yours,
        _(
            "Use it only for what it was given for, and do not pass it on without the written consent of a parent, or"
            " of a student of 18, unless the law allows it (34 CFR 99.33)."
        ),
        _("Before you speak with anybody in the student’s home about it, call %(who)s.") % sender,
        _("When you no longer need it, send it back to %(who)s, %(school)s, or destroy it and say so.")
        % sender,
        astray % sender,
    ]


def _moment(case: Case, at: datetime) -> str:
    return formats.date_format(at.astimezone(case.zone), "PLAIN_MOMENT_AND_YEAR")


def _released(
    case: Case, maker: User, wanted: Wanted, told: list[Told], reference: str, *, at: datetime
) -> Release | None:
    """That it left, where it leaves the district (34 CFR 99.32; Education Code 49064)."""
    rule = RULES[wanted.audience]
    if not rule.leaves:
        return None
    with languages.of_the_record():
        titles = "; ".join(str(TITLES[one.section]) for one in told)
        what = _("Summary on paper, %(reference)s: %(titles)s") % {"reference": reference, "titles": titles}
    return keep_release(
        case,
        actor=maker,
        at=at,
        left_at=at,
        recipient_kind=rule.recipient_kind,
        recipient=wanted.recipient,
        what=what,
        basis=wanted.basis,
        interest=wanted.interest,
    )


def _set(case: Case, maker: User, wanted: Wanted, sheet: Sheet, *, at: datetime) -> bytes:
    """The PDF. Raises Conflict where none can be made."""
    reference = str(wanted.paper_id)[:8]
    made = f"{maker.name}, {_moment(case, at)}"
    drill = maker.drill_id is not None
    values = {
        "language": (translation.get_language() or "en")[:2],
        # Without a name: a title stands in windows, and in lists of what was opened last.
        "title": _("Drill: case summary") if drill else _("Case summary"),
        "confidential": _("Drill: nothing here is real") if drill else _("Confidential"),
        "reference": _("Paper %(reference)s") % {"reference": reference},
        "watermark": _("Drill, not real: %(made)s") % {"made": made} if drill else made,
        "page": _("Page {page} of {total}"),
        "pages_label": _("Pages"),
        "pages_words": _("{total}, with this one"),
        "cover": [*sheet.cover, [_("Reference"), reference]],
        "notices": [{"title": _("To whoever holds this paper"), "words": sheet.notices}],
        "sections": [{"title": one.title, "lines": one.lines} for one in sheet.told],
    }
    try:
        return typeset("summary.typ", values, at=at)
    except NoSuchLetters as lacking:
        raise Conflict(NO_LETTERS % {"letters": lacking.letters}) from None
    except CannotTypeset:
        raise Conflict(NOT_NOW) from None
