"""Once a report was made, nothing that is late, nor the order of a list, tells who has not reported."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import district.workflow
from cases import workflow
from cases.models import Case, StepPart
from cases.reading.asked import Asked
from cases.reading.district import list_district
from cases.reading.lists import list_cases, narrowed
from cases.reading.search import Query, search_for
from csec.accounts.models import User
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.lateness import wrongly_kept
from tests.cases.reminders.worker import swept
from tests.cases.test_asked_of_district import sees

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WHOLE = {"agency": "Child Welfare Services", "person_spoken_to": "Ms. Lee", "reference": "R-1"}


def learned_after_another(staff: make.Staff, student: Any, now: datetime) -> Case:
    """A teacher's concern of 30 hours ago, of which the counselor learned 10 hours ago; nothing else has a day."""
    about = make.concern(staff, student=student, at=now - 30 * HOUR)
    case = make.case(staff, about=about, at=now - 10 * HOUR)
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).exclude(part="report").update(due_at=None, next_on=None)
    return case


def teacher_reports(staff: make.Staff, case: Case, at: datetime) -> None:
    (duty,) = make.duties(staff.teacher, case=case, ended_at=None)
    values = WHOLE | {"phoned_at": at, "written_at": at}
    workflow.record_report(actor=staff.teacher, duty=duty, outcome="done", values=values, at=at)


def told(case: Case, reader: User, at: datetime) -> dict[str, Any]:
    """What the lists, the first screen and search tell a reader of how late a case is."""
    with acting_as(reader.pk):
        cases = Case.objects.visible_to(reader)
        late = narrowed(cases, reader, {"late": True}, at)
        row = next(
            one
            for one in list_cases(cases, reader, sort="late", after=None, at=at).rows
            if one.case.pk == case.pk
        )
        asked = Asked(reader, at)
        reports = [one for one in asked.parts if one.case_id == case.pk and one.kind == "report"]
        found = search_for(reader, Query(words=case.number), at)
        return {
            "order": Case.objects.get(pk=case.pk).late_from,
            "late": late.filter(pk=case.pk).exists(),
            "count": row.late_parts,
            "next": row.next_part.part if row.next_part else "",
            "when": str(row.when),
            "home": [asked.late(one) for one in reports],
            "search": [one.late for one in found.cases if one.case.pk == case.pk],
        }


def test_which_of_two_has_reported_changes_nothing_that_others_read() -> None:
    staff = make.Staff()
    now = database_now()
    first, second = (
        learned_after_another(staff, who, now)
        for who in (staff.student, make.student(staff.school, "Robin", "Reed"))
    )
    (teachers,), (counselors,) = (
        {duty.due_at for duty in make.duties(person)} for person in (staff.teacher, staff.counselor)
    )
    assert teachers == now + 6 * HOUR
    assert counselors == now + 26 * HOUR
    teacher_reports(staff, first, now)
    make.own_report(second, staff.counselor, at=now)
    # Of the first the counselor's own duty is open, of the second the teacher's, which is due long before.
    assert [duty.case_id for duty in make.duties(staff.teacher)] == [second.pk]
    for at, late in ((now, False), (now + 7 * HOUR, False), (now + 27 * HOUR, True)):
        known = [told(case, staff.administrator, at) for case in (first, second)]
        assert known[0] == known[1]
        assert (known[0]["order"], known[0]["late"], known[0]["count"]) == (counselors, late, int(late))
        assert known[0]["search"] == [late]
    with acting_as(staff.liaison.pk):
        rows = {row.pk: row for row in list_district(None, now).rows}
    assert rows[first.pk].placed == rows[second.pk].placed
    assert rows[first.pk].waits_for == rows[second.pk].waits_for
    assert [rows[one.pk].late for one in (first, second)] == [0, 0]
    assert wrongly_kept() == []


def test_late_by_role_does_not_tell_it_either() -> None:
    staff = make.Staff()
    now = database_now()
    case = learned_after_another(staff, staff.student, now - 10 * HOUR)
    make.own_report(case, staff.counselor, at=now)
    (teachers,) = make.duties(staff.teacher)
    assert teachers.due_at < now
    assert late_reports(staff) == 0
    other = learned_after_another(staff, make.student(staff.school, "Robin", "Reed"), now - 40 * HOUR)
    make.own_report(other, staff.counselor, at=now)
    assert late_reports(staff) == 1


@pytest.mark.parametrize(("passed", "opens"), [(7 * HOUR, False), (27 * HOUR, True)])
def test_nor_does_the_hour_at_which_the_case_opens_to_the_liaison(passed: timedelta, opens: bool) -> None:
    staff = make.Staff()
    then = database_now() - passed
    first, second = (
        learned_after_another(staff, who, then)
        for who in (staff.student, make.student(staff.school, "Robin", "Reed"))
    )
    teacher_reports(staff, first, then)
    make.own_report(second, staff.counselor, at=then)
    assert [sees(staff.liaison, case) for case in (first, second)] == [opens, opens]
    with acting_as(staff.liaison.pk):
        rows = {row.pk: row for row in list_district(None, database_now()).rows}
    assert [(rows[case.pk].opens, rows[case.pk].waits_for) for case in (first, second)] == (
        [(opens, rows[first.pk].waits_for)] * 2
    )


@pytest.mark.django_db(transaction=True)
def test_those_who_answer_for_the_case_are_told_when_its_lists_say_so() -> None:
    staff = make.Staff()
    now = database_now()
    cases = [
        learned_after_another(staff, who, now)
        for who in (staff.student, make.student(staff.school, "Robin", "Reed"))
    ]
    teacher_reports(staff, cases[0], now)
    make.own_report(cases[1], staff.counselor, at=now)
    for at, told_of in ((now + 7 * HOUR, set()), (now + 27 * HOUR, {case.pk for case in cases})):
        swept(at)
        messages = Message.objects.using("owner").filter(kind="report_late", recipient=staff.administrator)
        assert {one.case_id for one in messages} == told_of
    due = {one.due for one in Message.objects.using("owner").filter(kind="report_late")}
    assert due == {now + 26 * HOUR}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["in a case", "in none"])
def test_nor_does_it_when_an_account_is_closed_once_a_report_was_made(where: str) -> None:
    """Whoever closed it would read who had not reported. At the latest it is told when all their hours are over."""
    staff = make.Staff()
    now = database_now()
    report = {"outcome": "done", "values": WHOLE | {"phoned_at": now, "written_at": now}, "at": now}
    concern = make.concern(staff, at=now - 30 * HOUR)
    if where == "in a case":
        make.case(staff, about=concern, at=now - 10 * HOUR)
    else:
        workflow.accept_concern(actor=staff.counselor, concern=concern, at=now - 10 * HOUR)
    [counselors] = make.duties(staff.counselor)
    workflow.record_report(actor=staff.counselor, duty=counselors, **report)
    district.workflow.close_account(actor=staff.liaison, person=staff.teacher, at=now)
    hours = (0, 7, 25, 26)
    said = [told_late(staff, now + hour * HOUR) for hour in hours]
    assert said == [set(), set(), set(), {("Ada", 1), ("Lee", 1)}]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["in a case", "in none"])
def test_while_none_was_made_somebody_is_told_at_once_that_nobody_is_there_any_more(where: str) -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now - HOUR)
    if where == "in a case":
        case = make.case(staff, about=concern, at=now - HOUR)
        workflow.record_report(
            actor=staff.counselor,
            duty=make.duties(staff.counselor, case=case)[0],
            outcome="not_applicable",
            reason="So.",
            at=now,
        )
    district.workflow.close_account(actor=staff.liaison, person=staff.teacher, at=now)
    assert told_late(staff, now) == {("Ada", 0), ("Lee", 0)}
    assert told_late(staff, now + 35 * HOUR) == {("Ada", 1), ("Lee", 1)}


def told_late(staff: make.Staff, at: datetime) -> set[tuple[str, int]]:
    """To whom a sweep says that a report is late, or that nobody is there, and at which level."""
    return {(who, level) for _kind, who, level in swept(at, kind="report_late")}


def late_reports(staff: make.Staff) -> int:
    """How much is late in the figures that the administrator reads."""
    client = Client()
    client.force_login(staff.administrator)
    figures = client.get(reverse("cases:figures")).context["figures"].all
    (waiting,) = (one for one in figures if one.slug == "waiting")
    return sum(int(str(line.cells[0])) for line in waiting.lines)


def test_ones_own_report_is_late_by_ones_own_clock_and_for_oneself_alone() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - 40 * HOUR)
    (duty,) = make.duties(staff.teacher)
    workflow.confirm_joint_report(
        actor=staff.teacher, duty=duty, agency="Child Welfare Services", made_at=now, at=now
    )
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=now - 10 * HOUR)
    make.own_report(case, staff.social_worker, at=now)
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).exclude(part="report").update(due_at=None, next_on=None)
    own, others = told(case, staff.counselor, now), told(case, staff.administrator, now)
    assert (own["late"], own["count"], own["home"], own["search"]) == (True, 1, [True], [True])
    assert own["next"] == "report"
    assert "was due" in own["when"]
    assert (others["late"], others["count"], others["search"]) == (False, 0, [False])
    assert others["home"] in ([], [False])
    assert others["when"] == ""


def test_while_none_was_made_it_is_late_when_the_first_of_them_is() -> None:
    staff = make.Staff()
    now = database_now()
    case = learned_after_another(staff, staff.student, now)
    for at, late in ((now, False), (now + 7 * HOUR, True)):
        known = told(case, staff.administrator, at)
        assert (known["order"], known["late"], known["count"]) == (now + 6 * HOUR, late, int(late))
