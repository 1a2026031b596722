"""The cases in which something may be asked, as the first screen has to know them before it asks for their parts."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Now

from cases.models import Case, Custody, EmergencyAccess, ParentHold, Release, RosterNote, SafetyPlan, Transfer
from cases.querysets import REPORT_OWED
from cases.reading.asked_in_review import NAMES as OF_REVIEWS
from cases.reading.asked_in_review import with_reviews
from cases.reading.district import LATE_IN_DISTRICT
from cases.reading.numbers import CHILD_WELFARE
from cases.reading.transfers import AllWaiting
from csec.accounts.models import User
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import Student

#: For so long the roster may still have a student at the school that handed them over (a proposal of this project; the
#: view cases_moved holds it as well).
ROSTER_MAY_LAG = timedelta(days=30)

#: Of a case: the roster has its student elsewhere, and nobody on the case has answered that.
ELSEWHERE = ExpressionWrapper(
    Q(student__isnull=False)
    & (Q(student__active=False) | ~Q(student__school=F("school")))
    # Nor is another row there that was put together with this one.
    & ~Exists(
        Student.objects.filter(
            Q(pk=OuterRef("student__merged_into"))
            | Q(merged_into=OuterRef("student"))
            | Q(merged_into=OuterRef("student__merged_into")),
            active=True,
            school=OuterRef("school"),
        )
    )
    & ~Exists(
        RosterNote.objects.filter(
            case=OuterRef("pk"),
            student=OuterRef("student"),
            school=OuterRef("student__school"),
            active=OuterRef("student__active"),
        )
    )
    & ~(
        Q(student__active=True)
        & Exists(
            Transfer.objects.filter(
                new_case=OuterRef("pk"),
                state=Transfer.State.ACCEPTED,
                from_school=OuterRef("student__school"),
                answered_at__gt=Now() - ROSTER_MAY_LAG,
            )
        )
    ),
    output_field=BooleanField(),
)


class _LeftAlone(Func):
    """Whether a case is among those that were left with nobody who goes on, which PostgreSQL finds at once."""

    template = "(%(expressions)s = ANY(ARRAY(SELECT cases_left_alone())))"
    output_field = BooleanField()


_NO = Value(value=False, output_field=BooleanField())
# A statement of its own within the statement, so that PostgreSQL asks it once and not for each case.
_WAITING = Func(template="(SELECT waiting_about(NULL))", output_field=JSONField())
_SECOND = Func(
    template="(SELECT jsonb_agg(jsonb_build_array(v.case_id, v.beside_id)) FROM second_cases() v)",
    output_field=JSONField(),
)


class AskingCase(NamedTuple):
    """One of them, and the role in which the reader sees it."""

    pk: UUID
    role: str
    school: UUID
    time_zone: str
    status: str
    #: Somebody opened it in an emergency, and nobody has looked at that yet.
    to_review: bool
    #: On which day the safety plan in force is looked at again.
    safety_on: date | None
    #: The student left, or is at another school by the roster, and nobody on the case has said who goes on.
    elsewhere: bool
    #: Whoever carried it has left, or is away with nobody in their place; for those who answer for it.
    left: bool
    #: Contact with parents is frozen, as far as the reader may know why; an officer has the student; date of birth.
    parents_frozen: bool
    in_custody: bool
    born: date | None
    #: Something is in the list of what left the school that counsel, who reads this, has not read and did not write.
    unread: bool
    #: The concerns that wait about the students of any of them: the same on each row, and asked once.
    waiting_about: list[dict[str, Any]] | None
    #: Each open case with the first of the same student on the same track, for the liaison; the same with each case.
    second: list[list[str]] | None
    #: How many cases are late in all schools, for the liaison; the same with each case.
    late_in_schools: int | None
    #: By when the first of the duties to report that are open there is due, whoever carries it.
    owed: datetime | None
    #: The transfers that wait for the reader; the same with each case.
    moving: Any
    #: The numbers of Child Welfare Services; the same with each case.
    agencies: Any
    #: What its reviews asked that waits, or was answered to the reader; whether a review of it waits for them; and how
    #: long ago a case was reviewed of which one does.
    questions: list[dict[str, Any]]
    unreviewed: bool
    review_before: datetime

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


def asking_cases(reader: User, at: datetime) -> list[AskingCase]:
    """
    The open cases, the void ones (voiding ends nobody's duty to report), what is to be looked at, and counsel's.
    """
    to_review = Exists(
        EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).exclude(person=reader)
    )
    in_force = SafetyPlan.objects.filter(case=OuterRef("pk"), replaced_at__isnull=True)
    safety_on = Subquery(in_force.values("review_on")[:1])
    left = _LeftAlone("pk") if reader.roles & OVERSEERS else _NO
    open_rows = {"case": OuterRef("pk"), "ended_at__isnull": True}
    counsel = Q(my_role=Role.COUNSEL)
    entries = Release.objects.filter(case=OuterRef("pk")).exclude(by=reader).unread()
    rows = Case.objects.visible_to(reader).annotate(
        to_review=to_review,
        safety_on=safety_on,
        elsewhere=ELSEWHERE,
        left=left,
        all_waiting=_WAITING,
        all_second=_SECOND if Role.LIAISON in reader.roles else Value(None, output_field=JSONField()),
        all_late=LATE_IN_DISTRICT
        if Role.LIAISON in reader.roles
        else Value(None, output_field=IntegerField()),
        held=Exists(ParentHold.objects.filter(**open_rows)),
        # Nobody but counsel is asked, and nothing is looked for.
        unread=Exists(entries) if Role.COUNSEL in reader.roles else _NO,
        taken=Exists(Custody.objects.filter(**open_rows)),
    )
    asking = Q(to_review=True) | counsel & (Q(held=True) | Q(unread=True))
    rows = rows.filter(Q(status__in=[Case.Status.OPEN, Case.Status.VOIDED]) | asking)
    values = (
        with_reviews(rows, reader, at)
        .order_by()
        .values_list(
            "pk",
            F("my_role"),
            "school",
            "school__time_zone",
            "status",
            "to_review",
            "safety_on",
            "elsewhere",
            "left",
            "held",
            "taken",
            Coalesce("student__merged_into__birth_date", "student__birth_date"),
            "unread",
            "all_waiting",
            "all_second",
            "all_late",
            REPORT_OWED,
            AllWaiting(Value(at)),
            CHILD_WELFARE,
            *OF_REVIEWS,
        )
    )
    return [AskingCase(*row) for row in values]
