"""The invented district: made whole by the verbs, once, and looking alive on whatever day it is made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.models import (
    BreakPlan,
    Case,
    CheckIn,
    Concern,
    Decision,
    Entry,
    SroRequest,
    StepPart,
    TrackRun,
)
from cases.reading.work import waiting_for
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.audit.models import Event
from csec.demo.calendar import SchoolClock
from csec.demo.making import ZONE, make_demo
from csec.demo.stories import STORIES
from csec.directory.models import Agency, District, School, Student
from csec.identity import acting_as

#: A Tuesday afternoon in a week without school days off, in California.
NOW = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)


def person(name: str) -> User:
    return User.objects.get(name=name)


def say_again(capsys: Any) -> str:
    call_command("make_demo")
    return str(capsys.readouterr().out)


@pytest.mark.django_db(transaction=True)
def test_every_case_and_concern_was_made_by_a_verb_and_a_second_run_changes_nothing(capsys: Any) -> None:
    assert "stories were told" in say_again(capsys)
    cases = set(Case.objects.using("owner").values_list("pk", flat=True))
    opened = Event.objects.using("owner").filter(verb="case_opened", result="done")
    assert cases == set(opened.values_list("case", flat=True))
    concerns = set(Concern.objects.using("owner").values_list("pk", flat=True))
    logged = Event.objects.using("owner").filter(verb="concern_logged", result="done")
    assert concerns == set(logged.values_list("subject", flat=True))

    def count() -> list[int]:
        rows = (User, Membership, School, Student, Agency, District, Case, Concern, Entry, Event)
        return [model.objects.using("owner").count() for model in rows]

    before = count()
    assert "nothing changed" in say_again(capsys)
    assert count() == before


@pytest.mark.django_db(transaction=True)
def test_there_are_all_three_tracks_a_closed_case_and_a_reclassified_one() -> None:
    assert make_demo(now=NOW).left_out == []
    owner = "owner"
    runs = TrackRun.objects.using(owner)
    assert set(runs.filter(ended_at__isnull=True).values_list("track", flat=True)) == {
        "suspected_recruiter",
        "suspected_victim",
        "confirmed_victim",
    }
    assert runs.filter(after__track="suspected_victim", track="confirmed_victim").count() == 1
    assert Case.objects.using(owner).filter(status="closed").count() == 1
    assert Decision.objects.using(owner).filter(kind="reclassified").count() == 1
    assert set(SroRequest.objects.using(owner).values_list("answer", flat=True)) == {
        "",
        "accepted",
        "declined",
    }
    entries = Entry.objects.using(owner)
    assert entries.filter(corrects__isnull=False, outcome="done", part__kind="impact").count() == 1
    assert entries.filter(outcome="declined", part__kind="referral").exists()
    concerns = Concern.objects.using(owner)
    assert concerns.filter(status="received", accepted_at__isnull=True, student__isnull=False).exists()
    assert concerns.filter(status="received", accepted_at__isnull=False).exists()
    assert concerns.filter(student__isnull=True).count() == 1
    assert concerns.filter(status="closed").count() == 1
    assert concerns.filter(exclusions__isnull=False).count() == 1
    assert [case.concerns.count() for case in Case.objects.using(owner) if case.concerns.count() > 1] == [2]


@pytest.mark.django_db
def test_staff_cover_every_role_at_every_school_and_nobody_has_a_password() -> None:
    make_demo(now=NOW)
    for school in School.objects.all():
        held = set(school.memberships.values_list("role", flat=True))
        assert {Role.COUNSELOR, Role.SRO, Role.ADMINISTRATOR, Role.REPORTER} <= held
        assert set(school.memberships.exclude(receives=None).values_list("receives", flat=True)) == {1, 2}
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    assert not any(one.has_usable_password() for one in User.objects.all())
    assert all(12 <= _age(student) <= 18 for student in Student.objects.all())


def _age(student: Student) -> int:
    assert student.birth_date is not None
    born = student.birth_date
    return NOW.year - born.year - ((NOW.month, NOW.day) < (born.month, born.day))


@pytest.mark.django_db
def test_the_counselor_finds_a_call_to_make_a_contact_that_is_late_and_a_new_concern() -> None:
    make_demo(now=NOW)
    elena = person("Elena Ruiz")
    with acting_as(elena.pk):
        parts = StepPart.objects.visible_to(elena).filter(run__ended_at__isnull=True)
        late = waiting_for(elena, NOW).late.shown
        assert [task.part.kind for task in late if task.part.repeats] == ["contact"]
        call = parts.get(kind="report", outcome="", run__track="suspected_victim")
        assert call.due_at is not None
        assert call.due_at > NOW
        assert (
            Concern.objects.visible_to(elena).filter(accepted_at=None, student__family_name="Vance").exists()
        )


@pytest.mark.django_db
def test_of_the_check_ins_one_is_late_one_covered_and_one_asks_for_a_cover() -> None:
    make_demo(now=NOW)
    elena, peter, diane = person("Elena Ruiz"), person("Peter Hall"), person("Diane Okafor")
    with acting_as(elena.pk):
        late = [task.part for task in waiting_for(elena, NOW).late.shown if task.part.kind == "contact"]
        check_ins = CheckIn.objects.select_related("plan__cover").filter(state="waiting")
        [check_in] = check_ins.filter(case__in=[part.case_id for part in late])
        assert check_in.due_at < NOW
        assert check_in.plan.cover == person("Marcus Bell")
    with acting_as(diane.pk):
        overseen = waiting_for(diane, NOW)
        assert check_in.case_id in {task.part.case_id for task in overseen.late_with_others.shown}
        assert check_in.case_id not in {case.pk for case in overseen.uncovered.shown}
    with acting_as(peter.pk):
        names = {case.student.given_name for case in waiting_for(peter, NOW).uncovered.shown if case.student}
        assert "Finley" in names


@pytest.mark.django_db
def test_a_break_has_its_plan_and_somebody_is_away_on_the_day_of_a_check_in() -> None:
    make_demo(now=NOW)
    elena, ruth, marcus = person("Elena Ruiz"), person("Ruth Abrams"), person("Marcus Bell")
    with acting_as(elena.pk):
        [plan] = BreakPlan.objects.all()
        assert plan.who == "child_welfare"
        assert plan.first_day > NOW.date()
    [days] = Away.objects.all()
    assert days.person == ruth
    with acting_as(marcus.pk):
        check_in = CheckIn.objects.get(case__student__given_name="Camila", state="waiting")
        assert days.first_day <= check_in.due_on <= days.last_day
        for at, his in ((NOW, False), (check_in.day_at, True)):
            shown = [task.part.case_id for task in waiting_for(marcus, at).next.shown if task.part.repeats]
            assert (check_in.case_id in shown) is his


@pytest.mark.parametrize("hour", range(24))
def test_what_is_fresh_happened_by_day_and_leaves_time_for_the_report(hour: int) -> None:
    now = NOW.replace(hour=hour)
    fresh = SchoolClock.around(now, ZONE).lately(minutes=185)
    assert now - timedelta(hours=24) < fresh < now
    assert 7 < fresh.astimezone(ZONE).hour < 17


@pytest.mark.django_db
def test_the_relative_never_learns_of_the_concern_that_goes_past_her() -> None:
    make_demo(now=NOW)
    for name, sees in (("Ruth Abrams", False), ("Marcus Bell", True)):
        reader = person(name)
        with acting_as(reader.pk):
            about = Concern.objects.visible_to(reader).filter(student__family_name="Abrams")
            assert about.exists() is sees, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 8, 10, 30, tzinfo=UTC),  # the night in which the clocks go forward
        datetime(2026, 1, 1, 8, 30, tzinfo=UTC),  # New Year's night
        datetime(2024, 2, 29, 15, 0, tzinfo=UTC),  # a leap day, before school begins
        datetime(2025, 7, 26, 20, 0, tzinfo=UTC),  # a Saturday in summer
        datetime(2025, 11, 27, 18, 0, tzinfo=UTC),  # Thanksgiving
    ],
)
def test_every_story_can_be_told_on_any_day(now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr("csec.demo.people.IN_ROLE_FOR", timedelta(days=1000))
    made = make_demo(now=now)
    assert made.left_out == []
    assert made.told == len(STORIES)


def test_production_refuses_the_command(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production refuses"):
        call_command("make_demo")
