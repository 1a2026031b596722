"""Reviewing a case: how it stands with the county's team, questions to the people on it, and their answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.evidence import NOT_A_CHOICE, TOO_EARLY
from cases.models import Case, CasePerson, CaseReview, ReviewQuestion
from cases.text import Words
from cases.workflow.decisions import check_words, faults
from cases.workflow.refusals import Conflict, DoneAlready, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from csec.errors import Absent

REVIEWED = _(
    "%(who)s reviewed this case on %(when)s. Read that review first, then send this again if it adds to it."
)
NOT_MET_YET = _("This day is still to come. Choose “It has not met yet”, with this day.")
OVER = _("This day is over. Choose “It met”, or leave the day out.")
NOT_NEEDED_ON_A_DAY = _("Leave the day out where the team is not needed.")
NOBODY_CARRIES = _("Nobody carries this case. Put somebody on it first.")
NO_OFFICER = _("No SRO is on this case.")
ANSWERED = _("%(who)s answered on %(when)s.")


def latest_review(case: Case) -> CaseReview | None:
    return CaseReview.objects.filter(case=case).select_related("by").order_by("at", "id").last()


def whom_to_ask(case: Case, at: datetime) -> dict[str, list[str]]:
    """The names of those who would answer, by whom a question is put to."""
    there: Any = CasePerson.objects.on(at).filter(case=case).select_related("person").order_by("person__name")
    rows = [row for row in there if row.works_here]
    return {
        ReviewQuestion.To.CARRIER: [row.person.name for row in rows if row.role in CARE_ROLES],
        ReviewQuestion.To.SRO: [row.person.name for row in rows if row.role == Role.SRO],
    }


@verb("case_reviewed")
def review_case(
    *,
    actor: User,
    case: Case,
    team: str,
    at: datetime,
    team_on: date | None = None,
    team_words: str = "",
    ask_carrier: str = "",
    ask_sro: str = "",
    last: UUID | None = None,
) -> CaseReview:
    """
    Say that one looked an open case through: how it stands with the county's team, and what one asks of whom.

    `last` is the review that the page showed as the latest one. Raises Invalid, Conflict; DoneAlready where the actor
    sent the same before.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_review_case(actor, locked), "review_case", subject=locked.pk, case=locked.pk)
    check_open(locked)
    latest = latest_review(locked)
    asked = {ReviewQuestion.To.CARRIER: ask_carrier.strip(), ReviewQuestion.To.SRO: ask_sro.strip()}
    if latest and latest.pk != last:
        told = REVIEWED % {"who": latest.by.name, "when": when(latest.at, locked.zone)}
        again = latest.by == actor and latest.at.astimezone(locked.zone).date() == _today(locked, at)
        if again and _said(locked, latest) == (team, team_on, team_words.strip(), _only(asked)):
            raise DoneAlready(told)
        raise Conflict(told)
    wrong = _wrong_team(team, team_on, team_words, today=_today(locked, at))
    wrong |= faults(ask_carrier=ask_carrier, ask_sro=ask_sro)
    there = whom_to_ask(locked, at)
    for to, words in ((ReviewQuestion.To.CARRIER, NOBODY_CARRIES), (ReviewQuestion.To.SRO, NO_OFFICER)):
        if asked[to] and not there[to]:
            wrong[f"ask_{to}"] = words
    if wrong:
        raise Invalid(wrong)
    row = CaseReview(case=locked, at=at, by=actor, team=team, team_on=team_on)
    row.sealed = locked.key.seal(team_words.strip(), context=f"case_review:{row.pk}")
    row.save(force_insert=True)
    for to, question in asked.items():
        if question:
            _ask(row, to, question)
    log("review_case", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


def _today(case: Case, at: datetime) -> date:
    return at.astimezone(case.zone).date()


def _said(case: Case, review: CaseReview) -> tuple[str, date | None, str, dict[str, str]]:
    """All that a review said and asked."""
    asked = ReviewQuestion.objects.filter(review=review)
    questions = {row.put_to: row.words(case.key) for row in asked}
    return review.team, review.team_on, review.team_words(case.key), questions


def _only(asked: Mapping[Any, str]) -> dict[str, str]:
    return {str(to): words for to, words in asked.items() if words}


def _wrong_team(team: str, team_on: date | None, words: str, *, today: date) -> dict[str, Words]:
    if team not in CaseReview.Team.values:
        return {"team": NOT_A_CHOICE}
    needs_words = team != CaseReview.Team.NOT_YET
    wrong = faults(required=("team_words",) if needs_words else (), team_words=words)
    day = _wrong_day(team, team_on, today)
    return wrong | ({"team_on": day} if day else {})


def _wrong_day(team: str, day: date | None, today: date) -> Words | None:
    if day is None:
        return text.REQUIRED if team == CaseReview.Team.MET else None
    if team == CaseReview.Team.NOT_NEEDED:
        return NOT_NEEDED_ON_A_DAY
    if day.year < 2000:
        return TOO_EARLY
    if team == CaseReview.Team.MET:
        return NOT_MET_YET if day > today else None
    return OVER if day < today else None


def _ask(review: CaseReview, to: str, words: str) -> None:
    row = ReviewQuestion(case=review.case, review=review, put_to=to, asked_at=review.at, asked_by=review.by)
    row.sealed = review.case.key.seal(words, context=f"review_question:{row.pk}")
    row.save(force_insert=True)


@verb("question_answered")
def answer_question(
    *, actor: User, case: Case, question: ReviewQuestion, answer: str, at: datetime, words: str = ""
) -> None:
    """
    Answer what a review asked, in one's own words; or say that one cannot. Raises Invalid, Conflict.

    While the case is open: whoever closes it ends what was asked, and reopening it asks again.
    """
    locked = lock_case(case.pk, actor, at=at)
    row = (
        ReviewQuestion.objects.select_for_update(of=("self",))
        .select_related("answered_by")
        .filter(pk=question.pk, case=locked)
        .first()
    )
    if row is None:
        raise Absent("question", question.pk)
    allowed = permissions.can_answer_question(actor, locked, row)
    require(allowed, "answer_question", subject=row.pk, case=locked.pk)
    check_open(locked)
    if row.answered_by and row.answered_at:
        raise Conflict(ANSWERED % {"who": row.answered_by.name, "when": when(row.answered_at, locked.zone)})
    if answer not in ReviewQuestion.Answer.values:
        raise Invalid({"answer": text.REQUIRED})
    needs_words = answer == ReviewQuestion.Answer.ANSWERED
    check_words(required=("words",) if needs_words else (), words=words)
    row.answer, row.answered_by, row.answered_at = answer, actor, at
    row.answer_sealed = locked.key.seal(words.strip(), context=f"review_answer:{row.pk}")
    row.save(update_fields=["answer", "answered_by", "answered_at", "answer_sealed"])
    log("answer_question", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
