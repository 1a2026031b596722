"""Cases that were reviewed, and what was asked of the people on them."""

from datetime import datetime
from typing import Any

from cases import workflow
from cases.models import Case, CaseReview, ReviewQuestion
from csec.accounts.models import User
from csec.identity import acting_as
from tests.make import AT

NOT_YET = {"team": "not_yet"}


def reviewed(case: Case, person: User, *, at: datetime = AT, **given: Any) -> CaseReview:
    """A review by that person; without more the county's team has not met yet, and nothing is asked."""
    return workflow.review_case(actor=person, case=case, at=at, **(NOT_YET | given))


def questions(review: CaseReview, person: User) -> list[ReviewQuestion]:
    with acting_as(person.pk):
        return list(ReviewQuestion.objects.filter(review=review))


def question(
    case: Case, person: User, *, at: datetime = AT, to: str = "carrier", **given: Any
) -> ReviewQuestion:
    """What that person asks in a review, as they see it."""
    review = reviewed(case, person, at=at, **{f"ask_{to}": "Is she in school?"}, **given)
    with acting_as(person.pk):
        return ReviewQuestion.objects.get(review=review, put_to=to)


def answered(case: Case, person: User, row: ReviewQuestion, *, at: datetime = AT, **given: Any) -> None:
    values = {"answer": "answered", "words": "Every day since Monday."}
    workflow.answer_question(actor=person, case=case, question=row, at=at, **(values | given))


def seen(row: ReviewQuestion, person: User) -> ReviewQuestion:
    """The question as it is now, as that person sees it."""
    with acting_as(person.pk):
        return ReviewQuestion.objects.get(pk=row.pk)
