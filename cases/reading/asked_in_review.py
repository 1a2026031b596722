"""What reviews ask of somebody, what was answered to them, and which cases wait for a review: for the first screen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from cases.models import CaseReview, ReviewQuestion
from cases.permissions.reviews import ANSWERED_BY, administered
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, OVERSEERS, Role

#: For so long an answer stands on the first screen of whoever asked (a proposal of this project).
ANSWER_SHOWN_FOR = timedelta(days=14)
_NO, _YES = (Value(value=value, output_field=BooleanField()) for value in (False, True))
#: What the query over the reader's cases finds of reviews.
NAMES = ("questions", "unreviewed", "review_before")


class Question(NamedTuple):
    """A question that waits for the reader; or one of theirs that `who` answered, or could not."""

    pk: UUID
    case: UUID
    who: str
    at: datetime
    answer: str


def with_reviews(rows: Any, reader: User, at: datetime) -> Any:
    """The cases, each with what NAMES says: so that it is no query of its own."""
    answered = Q(asked_by=reader, answered_at__gt=at - ANSWER_SHOWN_FOR)
    asked = ReviewQuestion.objects.filter(Q(answered_at__isnull=True) | answered, case=OuterRef("pk"))
    row = JSONObject(
        **{name: name for name in ("id", "put_to", "answer", "asked_at", "answered_at")},
        asked_by="asked_by__name",
        answered_by="answered_by__name",
    )
    # A statement of its own within the statement, so that PostgreSQL asks it once and not for each case.
    once = "(SELECT review_due_before(%(expressions)s))"
    before = Func(Value(at), template=once, output_field=DateTimeField())
    last = CaseReview.objects.filter(case=OuterRef("pk")).order_by("-at").values("at")[:1]
    return rows.alias(reviewed_since=Coalesce(Subquery(last), F("opened_at"))).annotate(
        questions=ArraySubquery(asked.values(row=row)),
        review_before=before,
        unreviewed=_unreviewed(reader, before),
    )


def _unreviewed(reader: User, before: Any) -> Any:
    """Whether an open case waits for a review that is the reader's to do."""
    if not reader.roles & OVERSEERS:
        return _NO
    theirs: Any = _YES
    if Role.LIAISON in reader.roles:
        theirs = Func("pk", function="may_review_case", output_field=BooleanField())
    schools = [one.school_id for one in administered(reader)]
    seen_so = Q(my_role__in=OVERSEERS) | Q(my_role__in=CARE_ROLES, school__in=schools)
    due = Q(seen_so, status="open", reviewed_since__lte=before)
    return Case(When(due, then=theirs), default=_NO, output_field=BooleanField())


def questions_in(found: Iterable[Any], *, answered: bool) -> list[Question]:
    """Those in the cases that were found: what waits for the reader, or what was answered to them; the oldest first."""
    questions = []
    for case in found:
        for row in case.questions:
            who, at = ("answered_by", "answered_at") if row["answer"] else ("asked_by", "asked_at")
            theirs = row["answer"] or (case.is_open and case.role in ANSWERED_BY[row["put_to"]])
            if theirs and bool(row["answer"]) == answered:
                moment = datetime.fromisoformat(row[at])
                questions.append(Question(UUID(row["id"]), case.pk, row[who], moment, row["answer"]))
    return sorted(questions, key=lambda one: (one.at, one.pk))
