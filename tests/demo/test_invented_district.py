"""What the invented staff find in the invented district, which is made once for all that is read here."""

from datetime import UTC, datetime

from django.test import TestCase

from cases.models import BreakPlan, CheckIn, Concern, StepPart
from cases.reading.work import waiting_for
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.demo.making import make_demo
from csec.directory.models import School, Student
from csec.identity import acting_as

#: A Tuesday afternoon in a week without school days off, in California.
NOW = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)


def person(name: str) -> User:
    return User.objects.get(name=name)


def _age(student: Student) -> int:
    assert student.birth_date is not None
    born = student.birth_date
    return NOW.year - born.year - ((NOW.month, NOW.day) < (born.month, born.day))


class TestTheInventedDistrict(TestCase):
    databases = {"default", "owner", "audit"}

    @classmethod
    def setUpTestData(cls) -> None:
        make_demo(now=NOW)

    def test_staff_cover_every_role_at_every_school_and_nobody_has_a_password(self) -> None:
        for school in School.objects.all():
            held = set(school.memberships.values_list("role", flat=True))
            assert {Role.COUNSELOR, Role.SRO, Role.ADMINISTRATOR, Role.REPORTER} <= held
            assert set(school.memberships.exclude(receives=None).values_list("receives", flat=True)) == {1, 2}
        assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
        assert not any(one.has_usable_password() for one in User.objects.all())
        assert all(12 <= _age(student) <= 18 for student in Student.objects.all())

    def test_the_counselor_finds_a_call_to_make_a_contact_that_is_late_and_a_new_concern(self) -> None:
        elena = person("Elena Ruiz")
        with acting_as(elena.pk):
            parts = StepPart.objects.visible_to(elena).filter(run__ended_at__isnull=True)
            late = waiting_for(elena, NOW).late.shown
            assert [task.part.kind for task in late if task.part.repeats] == ["contact"]
            call = parts.get(kind="report", outcome="", run__track="suspected_victim")
            assert call.due_at is not None
            assert call.due_at > NOW
            assert (
                Concern.objects.visible_to(elena)
                .filter(accepted_at=None, student__family_name="Vance")
                .exists()
            )

    def test_of_the_check_ins_one_is_late_one_covered_and_one_asks_for_a_cover(self) -> None:
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
            names = {
                case.student.given_name for case in waiting_for(peter, NOW).uncovered.shown if case.student
            }
            assert "Finley" in names

    def test_a_break_has_its_plan_and_somebody_is_away_on_the_day_of_a_check_in(self) -> None:
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
                shown = [
                    task.part.case_id for task in waiting_for(marcus, at).next.shown if task.part.repeats
                ]
                assert (check_in.case_id in shown) is his

    def test_the_relative_never_learns_of_the_concern_that_goes_past_her(self) -> None:
        for name, sees in (("Ruth Abrams", False), ("Marcus Bell", True)):
            reader = person(name)
            with acting_as(reader.pk):
                about = Concern.objects.visible_to(reader).filter(student__family_name="Abrams")
                assert about.exists() is sees, name
