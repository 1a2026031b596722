"""What froze contact with parents outlasts a correction, for the student of whom it was said and for the right one."""

import random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, ParentHold
from csec.accounts.models import User
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.cases.parents import ADVISED, consulted, contacted, decided, holds, later, taken_along
from tests.expect import conflict, invalid

pytestmark = pytest.mark.django_db


def frozen(case: Case, person: User) -> bool:
    with acting_as(person.pk):
        return parents.frozen(case)


def robin(staff: make.Staff) -> Student:
    return make.student(staff.school, "Robin", "Reed")


def case_of(staff: make.Staff, student: Student) -> Case:
    return make.case(staff, about=make.concern(staff, student=student))


def suspected(case: Case, by: User) -> ParentHold:
    return workflow.suspect_parent(actor=by, case=case, reason="Planted: the stepfather.", at=later(5))


def correct(case: Case, by: User, student: Student, held_for: str = "both", minutes: int = 10) -> None:
    workflow.correct_student(
        actor=by, case=case, student=student, reason="The twin.", held_for=held_for, at=later(minutes)
    )


def held(staff: make.Staff) -> tuple[Case, Case]:
    """A case in which it was said, and the other one of the same student, in which contact was decided."""
    case, other = make.case(staff, "suspected_recruiter"), make.case(staff)
    consulted(other, staff.counselor)
    decided(other, staff.counselor)
    suspected(case, staff.counselor)
    return case, other


def test_it_stays_in_force_for_both_and_counsel_releases_it_for_each() -> None:
    staff = make.Staff()
    case, other = held(staff)
    right = case_of(staff, robin(staff))
    with acting_as(staff.counselor.pk):
        student = Student.objects.get(pk=right.student_id)
    correct(case, staff.counselor, student)
    for one in (case, other, right):
        assert frozen(one, staff.counselor)
    with conflict("Contact with parents is frozen"):
        contacted(other, staff.counselor, at=later(11))
    own, former = sorted(holds(case, staff.counsel), key=lambda row: row.cause == "former")
    assert (own.about_id, former.about_id) == (None, staff.student.pk)
    assert former.reason(case.key) == "Planted: the stepfather."
    release: dict[str, Any] = {"actor": staff.counsel, "case": case, "reason": "Looked into it."}
    workflow.release_parent_hold(hold=own, at=later(12), **release)
    assert [frozen(one, staff.counselor) for one in (case, other, right)] == [False, True, False]
    # Counsel has the case until the last of them is released.
    workflow.release_parent_hold(hold=former, at=later(13), **release)
    assert not frozen(other, staff.counselor)
    with pytest.raises(Case.DoesNotExist):
        make.as_seen(case, staff.counsel)
    contacted(other, staff.counselor, at=later(14))


def test_released_for_the_one_named_before_it_stands_for_the_right_one_with_counsel_on_the_case() -> None:
    staff = make.Staff()
    case, other = held(staff)
    correct(case, staff.counselor, robin(staff))
    former = next(row for row in holds(case, staff.counsel) if row.about_id)
    workflow.release_parent_hold(
        actor=staff.counsel, case=case, hold=former, reason="Not her home.", at=later(12)
    )
    assert [frozen(one, staff.counselor) for one in (case, other)] == [True, False]
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_whoever_corrects_can_say_that_it_was_never_about_the_one_named_so_far() -> None:
    staff = make.Staff()
    case, other = held(staff)
    right = case_of(staff, robin(staff))
    with acting_as(staff.counselor.pk):
        student = Student.objects.get(pk=right.student_id)
    correct(case, staff.counselor, student, "right_one")
    assert [frozen(one, staff.counselor) for one in (case, other, right)] == [True, False, True]
    _row, words = make.decided(case, staff.counselor, "student_corrected")
    assert words == {"reason": "The twin.", "held_for": "right_one"}
    assert "It was never about the student named so far" in page(staff.counselor, "cases:case", case)


def page(person: User, name: str, case: Case) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=[case.pk])).content.decode()


def test_it_has_to_be_said_where_something_stands_and_is_not_asked_anywhere_else() -> None:
    staff = make.Staff()
    student = robin(staff)
    for freeze in (suspected, taken_along):
        case = make.case(staff)
        freeze(case, staff.counselor)
        for answer in ("", "neither"):
            with invalid("held_for"):
                correct(case, staff.counselor, student, answer)
        assert make.as_seen(case, staff.counselor).student_id == staff.student.pk
    plain = make.case(staff)
    unknown = make.case(staff, about=make.concern(staff, student=None, student_described="Red jacket."))
    suspected(unknown, staff.counselor)
    for one in (plain, unknown):
        assert "held_for" not in page(staff.counselor, "cases:correct_student", one)
        correct(one, staff.counselor, student, "both")
        assert [row.about_id for row in holds(one, staff.counselor) if row.about_id] == []
    _row, words = make.decided(plain, staff.counselor, "student_corrected")
    assert words == {"reason": "The twin."}


def test_an_officers_custody_of_whoever_was_named_waits_for_counsel_as_nobody_says_here_that_they_are_back() -> (
    None
):
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff, "suspected_recruiter")
    custody = taken_along(case, staff.counselor)
    correct(case, staff.counselor, robin(staff))
    workflow.end_custody(
        actor=staff.counselor, case=case, custody=custody, back_at=later(12), reason="Home.", at=later(12)
    )
    assert [frozen(one, staff.counselor) for one in (case, other)] == [False, True]
    [former] = holds(case, staff.counsel)
    assert former.reason(case.key) == "An officer took the student into custody"
    workflow.release_parent_hold(
        actor=staff.counsel, case=case, hold=former, reason="It was Robin.", at=later(13)
    )
    assert not frozen(other, staff.counselor)


def test_the_advice_that_is_given_about_the_right_one_releases_nothing_of_the_one_named_before() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff, "suspected_recruiter")
    consulted(case, staff.counselor, parent_suspected="unsure")
    correct(case, staff.counselor, robin(staff))
    consulted(case, staff.counselor, at=later(11))
    decided(case, staff.counselor, at=later(12), **(ADVISED | {"advised_at": later(12)}))
    assert [frozen(one, staff.counselor) for one in (case, other)] == [False, True]
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_it_is_not_lost_by_a_correction_at_the_school_that_took_the_case_over() -> None:
    staff = make.Staff()
    case, other = held(staff)
    new = workflow.accept_transfer(
        actor=staff.elsewhere,
        transfer=make.offered(case, staff.counselor, staff.elsewhere, at=later(6)),
        at=later(7),
    )
    correct(new, staff.elsewhere, robin(staff))
    assert frozen(other, staff.counselor)
    assert frozen(new, staff.elsewhere)


def test_what_stands_for_the_one_named_before_does_not_go_along_to_another_school_and_stays_in_force() -> (
    None
):
    staff = make.Staff()
    case, other = held(staff)
    correct(case, staff.counselor, robin(staff))
    own = next(row for row in holds(case, staff.counsel) if not row.about_id)
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=own, reason="Not so.", at=later(11))
    new = workflow.accept_transfer(
        actor=staff.elsewhere,
        transfer=make.offered(case, staff.counselor, staff.elsewhere, at=later(12)),
        at=later(13),
    )
    assert (holds(new, staff.elsewhere), frozen(new, staff.elsewhere)) == ([], False)
    assert frozen(other, staff.counselor)
    former = next(row for row in holds(case, staff.counsel) if row.about_id)
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=former, reason="Not so.", at=later(14))
    assert not frozen(other, staff.counselor)


def test_it_stands_when_the_case_is_void_afterwards_and_when_it_is_the_first_students_again() -> None:
    staff = make.Staff()
    case, other = held(staff)
    correct(case, staff.counselor, robin(staff))
    correct(case, staff.counselor, staff.student, "right_one", minutes=11)
    own = next(row for row in holds(case, staff.counsel) if not row.about_id)
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=own, reason="Not so.", at=later(12))
    # What was said of this student before another was named is not released with it.
    assert [frozen(one, staff.counselor) for one in (case, other)] == [True, True]
    workflow.void_case(
        actor=staff.liaison, case=make.with_liaison(case, staff), reason="By mistake.", at=later(13)
    )
    assert frozen(other, staff.counselor)


@pytest.mark.parametrize("merged", [False, True], ids=["one-row", "merged-rows"])
def test_the_page_asks_and_keeps_what_was_typed_and_counsel_reads_for_whom_it_stands(*, merged: bool) -> None:
    staff = make.Staff()
    case, other = held(staff)
    student = robin(staff)
    if merged:
        twin = make.student(staff.school, "Averie", "Brooke")
        make.merged(staff.administrator, twin, staff.student)
    address = reverse("cases:correct_student", args=[case.pk])
    client = Client()
    client.force_login(staff.counselor)
    assert "about whom was it said?" in client.get(address).content.decode()
    typed = {"student_query": "Robin", "student": str(student.pk), "reason": "The twin.", "corrections": "0"}
    refused = client.post(address, typed).content.decode()
    assert "The twin." in refused
    assert "This field is required" in refused
    assert frozen(other, staff.counselor)
    assert client.post(address, typed | {"held_for": "both"}).status_code == 302
    assert frozen(other, staff.counselor)
    room = page(staff.counsel, "cases:parents_of_case", case)
    assert "End the freeze for the student named before" in room
    assert staff.student.full_name not in room
    shown = page(staff.counselor, "cases:parents_of_case", other)
    assert "Contact with parents is frozen" in shown
    for word in ("Planted", case.number, "Robin", "named before"):
        assert word not in shown


class Walk:
    """One case whose student is corrected again and again, and a case of each student's that nobody touches."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.staff = staff = make.Staff()
        names = (("Robin", "Reed"), ("Sky", "Stone"))
        self.students = [staff.student, *(make.student(staff.school, *name) for name in names)]
        self.others = {student.pk: case_of(staff, student) for student in self.students}
        self.case = make.case(staff, "suspected_recruiter")
        self.minute = 0
        #: What was said, as told here: of the student of the case, and of those who were named before.
        self.named, self.own, self.former = staff.student, False, set[Any]()

    def step(self) -> None:
        self.minute += 1
        getattr(self, self.dice.choice(["suspect", "correct", "correct", "release"]))()

    def suspect(self) -> None:
        if not self.own:
            given = {"actor": self.staff.counselor, "case": self.case, "at": later(self.minute)}
            workflow.suspect_parent(reason="The stepfather.", **given)
            self.own = True

    def correct(self) -> None:
        student = self.dice.choice([one for one in self.students if one != self.named])
        held_for = self.dice.choice(["both", "right_one"])
        correct(self.case, self.staff.counselor, student, held_for, self.minute)
        if self.own and held_for == "both":
            self.former.add(self.named.pk)
        self.named = student

    def release(self) -> None:
        standing = [row for row in holds(self.case, self.staff.counselor) if row.ended_at is None]
        if not standing:
            return
        hold = self.dice.choice(standing)
        given = {"actor": self.staff.counsel, "case": self.case, "at": later(self.minute)}
        workflow.release_parent_hold(hold=hold, reason="Looked into it.", **given)
        if hold.about_id:
            self.former.discard(hold.about_id)
        else:
            self.own = False

    @property
    def frozen(self) -> set[Any]:
        return {pk for pk, case in self.others.items() if frozen(case, self.staff.counselor)}

    @property
    def said(self) -> set[Any]:
        return self.former | ({self.named.pk} if self.own else set())


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_corrections_lifts_or_freezes_anything_that_nobody_said(seed: int) -> None:
    walk = Walk(seed)
    seen = set()
    for _n in range(14):
        walk.step()
        assert walk.frozen == walk.said, (seed, walk.minute)
        assert frozen(walk.case, walk.staff.counselor) == (walk.named.pk in walk.said)
        seen.add(len(walk.said))
    assert len(seen) > 1
