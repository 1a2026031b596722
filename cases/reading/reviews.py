"""The reviews of a case with what they asked and what was answered, and which cases wait for one."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.functional import cached_property

from cases import permissions
from cases.models import Case, CaseReview, ReviewQuestion
from cases.reading.keyset import Slice, address_of, key_of
from cases.workflow.reviews import whom_to_ask
from csec.accounts.models import User
from csec.accounts.roles import Role

SIZE = 50


class QuestionView(NamedTuple):
    """One question, opened: what was asked, and what was answered."""

    row: ReviewQuestion
    words: str
    answer: str
    #: Whether the reader is one of those who answer it, and it waits.
    mine: bool
    #: Whether it waits, and nobody is on the case any more who would answer it.
    nobodys: bool = False


class ReviewView(NamedTuple):
    """One review, opened: what came of the county's team, and the questions."""

    row: CaseReview
    team: str
    questions: list[QuestionView]


class ReviewsPage:
    """What the reader may see of them: whoever is asked as an officer their own questions alone."""

    def __init__(self, case: Case, reader: User, at: datetime) -> None:
        self.case, self.reader, self.at = case, reader, at

    @cached_property
    def questions(self) -> list[QuestionView]:
        rows = ReviewQuestion.objects.filter(case=self.case).select_related("asked_by", "answered_by")
        return [self.opened(row) for row in rows]

    def opened(self, row: ReviewQuestion) -> QuestionView:
        key = self.case.key
        waits = not row.answer and self.case.is_open
        mine = waits and permissions.can_answer_question(self.reader, self.case, row)
        nobodys = waits and not mine and not self.whom_to_ask[row.put_to]
        return QuestionView(row, row.words(key), row.answer_words(key), mine, nobodys)

    @property
    def to_answer(self) -> list[QuestionView]:
        return [one for one in self.questions if one.mine]

    @cached_property
    def reviews(self) -> list[ReviewView]:
        """The latest first."""
        asked: dict[UUID, list[QuestionView]] = defaultdict(list)
        for one in self.questions:
            asked[one.row.review_id].append(one)
        rows = CaseReview.objects.filter(case=self.case).select_related("by").order_by("-at", "-id")
        return [ReviewView(row, row.team_words(self.case.key), asked[row.pk]) for row in rows]

    @property
    def reads_reviews(self) -> bool:
        return self.case.my_role != Role.SRO

    @property
    def last(self) -> ReviewView | None:
        return self.reviews[0] if self.reviews else None

    @property
    def since(self) -> datetime:
        """From when on the next review is counted."""
        return self.last.row.at if self.last else self.case.opened_at

    @cached_property
    def due_before(self) -> datetime:
        """Whatever was reviewed, or opened, no later than that is due."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT review_due_before(%s)", [self.at])
            moment: datetime = cursor.fetchone()[0]
        return moment

    @property
    def days(self) -> int:
        return (self.at - self.due_before).days

    @property
    def due_on(self) -> date:
        return (self.since + (self.at - self.due_before)).astimezone(self.case.zone).date()

    @property
    def is_due(self) -> bool:
        return self.case.is_open and self.since <= self.due_before

    @cached_property
    def may_review(self) -> bool:
        return self.case.is_open and permissions.can_review_case(self.reader, self.case)

    @cached_property
    def whom_to_ask(self) -> dict[str, list[str]]:
        return whom_to_ask(self.case, self.at)


class Listed(NamedTuple):
    """When one open case was reviewed last, and by whom. `case` is there for whoever may open it."""

    pk: UUID
    number: str
    school: str
    zone: ZoneInfo
    opened_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str | None
    due: bool
    waiting: int
    case: Case | None = None

    @property
    def since(self) -> datetime:
        """From when on the next review is counted."""
        return self.reviewed_at or self.opened_at


class ToReview(NamedTuple):
    """One page of them, and every how many days a case is reviewed."""

    page: Slice[Listed]
    days: int


def list_to_review(
    reader: User, at: datetime, *, everything: bool, after: str | None, size: int = SIZE
) -> ToReview:
    """
    The open cases of the reader's school, of all schools for the liaison; those that are due, or every one.

    In two queries. PostgreSQL lists them, and says nothing of what a case is about; the rest is what one may open. A
    page goes on behind the moment of the last row: what is reviewed meanwhile moves none of the others.
    """
    past = key_of(after)
    with connection.cursor() as cursor:
        # The days come along, also where nothing is listed.
        cursor.execute(
            "SELECT review_due_before(%s), l.* FROM (SELECT) AS one"
            " LEFT JOIN cases_to_review(%s, %s, %s, %s, %s) l ON true",
            (at, at, everything, *(past or (None, None)), size + 1),
        )
        rows = cursor.fetchall()
    found = [Listed(*row[1:]) for row in rows if row[1]]
    seen = Case.objects.visible_to(reader).select_related("student__merged_into", "protocol")
    cases = seen.defer("protocol__text").in_bulk([row.pk for row in found[:size]])
    listed = [row._replace(case=cases.get(row.pk), zone=ZoneInfo(str(row.zone))) for row in found[:size]]
    following = address_of((listed[-1].since, listed[-1].pk)) if len(found) > size else ""
    return ToReview(Slice(listed, past is not None, following), (at - rows[0][0]).days)
