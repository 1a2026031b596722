"""Breaks, and two weeks of school life day by day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Entry
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.directory.models import Closure
from csec.identity import acting_as
from tests import make
from tests.cases.contacts import CONTACT, asked, away, covered, late, team, work
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def test_a_break_asks_two_weeks_ahead_until_there_is_a_plan() -> None:
    staff = make.Staff()
    make.winter_break()
    case = covered(staff)
    ahead = datetime.combine(make.WINTER.first_day - 14 * DAY, AT.timetz())

    def asking(at: datetime) -> set[str]:
        return {
            person.name.split()[0]
            for person in team(staff)
            if [one.pk for one in work(person, at).breaks.shown] == [case.pk]
        }

    assert asking(ahead - DAY) == set()
    assert asking(ahead) == {"Casey", "Sam", "Ada", "Lee"}
    assert asking(ahead + 20 * DAY) == {"Casey", "Sam", "Ada", "Lee"}
    make.break_planned(case, staff.counselor, at=ahead)
    assert asking(ahead) == asking(ahead + 20 * DAY) == set()


def test_when_child_welfare_goes_on_the_contact_is_the_first_one_after_the_break() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.per_week([0, 4]))
    make.break_planned(case, staff.counselor, first_contact_on=date(2027, 1, 5))
    make.record(case, staff.counselor, CONTACT, at=AT + 24 * DAY)
    before = make.check_in(case, staff.counselor)
    assert before.due_on == date(2026, 12, 18)
    make.record(case, staff.counselor, CONTACT, at=before.due_at - timedelta(hours=2))
    assert make.check_in(case, staff.counselor).due_on == date(2027, 1, 5)


def test_two_weeks_of_school_life_day_by_day() -> None:
    """Mondays and Thursdays, Thanksgiving in between: nothing is asked twice, and nothing is forgotten."""
    staff = make.Staff()
    Closure.objects.create(name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    case = covered(staff, rhythm=Rhythm.per_week([0, 3]), first_on=date(2026, 11, 23))
    away(staff.counselor, date(2026, 11, 30), days=2)

    def morning(day: int) -> datetime:
        return datetime(2026, 11, 1, 17, 0, tzinfo=AT.tzinfo) + (day - 1) * DAY

    def due() -> str:
        return make.check_in(case, staff.social_worker).due_on.strftime("%a %d")

    def says(person: User, outcome: str, day: int, **given: Any) -> None:
        reason = "Absent." if outcome == "unable" else ""
        make.record(case, person, CONTACT, outcome, reason=reason, at=morning(day), **given)

    people = team(staff)
    # Monday 23: seen. Thursday is Thanksgiving, so the next one is on Wednesday.
    assert (due(), asked(people, morning(23))) == ("Mon 23", {"Casey"})
    says(staff.counselor, "done", 23, values={"student_safe": "yes", "safe_way": "In the library"})
    assert due() == "Wed 25"
    # Tuesday: it is coming, and late for nobody.
    assert not any(late(person, morning(24)) for person in people)
    # Wednesday: not reached. It stays due over the holidays, and late from Wednesday afternoon on.
    says(staff.counselor, "unable", 25)
    for day in (26, 27, 28, 29):
        assert (due(), late(staff.counselor, morning(day))) == ("Wed 25", True)
        assert any(t.part.kind == "contact" for t in work(staff.liaison, morning(day)).late_with_others.shown)
    # Monday 30: the counselor is away, the cover finds it and sees the student, who is not sure to be safe.
    assert asked(people, morning(30)) == {"Sam"}
    says(staff.social_worker, "done", 30, values={"student_safe": "unsure"})
    assert due() == "Thu 03"
    assert [work(person, morning(30)).alerts for person in people] == [[]] * 5
    # Tuesday: the counselor is still away, and comes back on Wednesday.
    assert asked(people, morning(31)) == {"Sam"}
    assert asked(people, morning(32)) == {"Casey"}
    # Thursday: seen, and not safe. The administrator takes it over.
    says(staff.counselor, "done", 33, values={"student_safe": "no"})
    [alert] = work(staff.administrator, morning(33)).alerts
    workflow.take_over(actor=staff.administrator, case=case, subject=alert.pk, at=morning(33))
    # Friday: confirmed. The schedule goes on where it was.
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="law_enforcement",
        decided_by="Both",
        reason="The police confirmed it.",
        at=morning(34),
    )
    assert (due(), asked(people, morning(34))) == ("Mon 07", {"Casey"})
    assert make.check_ins(case, staff.counselor) == [
        (date(2026, 11, 23), "seen"),
        (date(2026, 11, 25), "seen"),
        (date(2026, 12, 3), "seen"),
        (date(2026, 12, 7), "waiting"),
    ]
    with acting_as(staff.counselor.pk):
        entries = Entry.objects.filter(case=case, part__kind="contact").exclude(outcome="superseded")
        assert list(entries.order_by("recorded_at").values_list("outcome", flat=True)) == [
            "done",
            "unable",
            "done",
            "done",
        ]
