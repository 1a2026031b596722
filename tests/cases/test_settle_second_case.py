"""A student with two open cases on one track: the liaison alone is told of both, and joins them or keeps them."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cases import parents, workflow
from cases.models import Case, CaseLink, CheckIn, Concern, Custody, Decision, ParentHold
from cases.reading.work import waiting_for
from cases.workflow.parents import TAKEN
from cases.workflow.second import IN_CUSTODY, JOINED
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.parents import later, taken_along
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

UUID_OR_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|Kim Kerr|Kai King")


class Two:
    """A student of the other school with a case there, and one that was opened at this school without knowing of it."""

    def __init__(self, track: str = "suspected_victim", *, merged: bool = False) -> None:
        self.staff = staff = make.Staff()
        self.student = make.student(staff.other_school, "Kim", "Kerr")
        there = make.concern(
            staff,
            author=staff.elsewhere,
            school=staff.other_school,
            student=self.student,
            account="PLANTED B",
        )
        opened = workflow.open_case(
            actor=staff.elsewhere, concern=there, track="suspected_victim", reason="It fits.", at=AT
        )
        self.first = make.as_seen(opened, staff.elsewhere)
        self.colleague = make.user("Bo Beside", Role.COUNSELOR, staff.other_school)
        self.overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
        student = self.student
        if merged:
            student = make.student(staff.school, "Kimberly", "Kerr")
            with acting_as(staff.liaison.pk):
                make.merged(staff.liaison, self.student, student)
        self.concern = make.concern(staff, student=student, account="PLANTED A", at=later(1))
        self.second = make.case(staff, track, about=self.concern, at=later(2))

    def settle(
        self,
        goes_on: str,
        *,
        actor: User | None = None,
        reason: str = "PLANTED WHY",
        at: datetime = later(30),  # noqa: B008 - a fixed day
    ) -> CaseLink:
        return workflow.settle_second_case(
            actor=actor or self.staff.liaison,
            case=self.second,
            beside=self.first,
            goes_on=goes_on,
            reason=reason,
            at=at,
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the liaison's first screen names: the second case, and the first."""
        with acting_as(self.staff.liaison.pk):
            rows = waiting_for(self.staff.liaison, later(10)).second
        return [(one.number, other.number) for one, other in rows]


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def main(person: User, path: str) -> str:
    """What a page says, without the ids and names in which one differs from the next."""
    text = UUID_OR_NAME.sub("…", page(person, path))
    return text[text.index("<main") : text.index("</main")]


@pytest.mark.parametrize("merged", [False, True], ids=["one-row", "merged-rows"])
def test_the_liaisons_list_names_both_and_neither_school_is_told_of_the_other(*, merged: bool) -> None:
    two = Two(merged=merged)
    assert two.asked == [(two.second.number, two.first.number)]
    staff = two.staff
    home = page(staff.liaison, reverse("home"))
    settle = reverse("cases:settle_second_case", args=[two.second.pk, two.first.pk])
    assert settle in home
    shown = page(staff.liaison, settle)
    for words in (
        two.first.number,
        two.second.number,
        "Birch Middle",
        "Alder High",
        "Ellis Elsewhere",
        "Casey",
    ):
        assert words in shown
    for person, own, other in (
        (staff.counselor, two.second, two.first),
        (staff.administrator, two.second, two.first),
        (staff.elsewhere, two.first, two.second),
    ):
        for path in (reverse("home"), own.get_absolute_url(), reverse("cases:links", args=[own.pk])):
            seen = page(person, path)
            assert other.number not in seen
            assert "wo open cases" not in seen
        with acting_as(person.pk):
            assert ask("SELECT * FROM second_cases()") == []
        with pytest.raises(NotPermitted if own is two.second else Absent):
            two.settle("keep", actor=person)


def test_what_the_reporter_and_whoever_opens_it_see_is_the_same_where_there_is_no_other_case() -> None:
    two = Two()
    staff = two.staff
    alone = make.student(staff.other_school, "Kai", "King")
    concern = make.concern(staff, student=alone, account="PLANTED A", at=later(1))
    case = make.case(staff, about=concern, at=later(2))

    def told(person: User, path: str, mine: Any) -> str:
        return main(person, path).replace(getattr(mine, "number", "…"), "…")

    assert told(staff.teacher, two.concern.get_absolute_url(), two.concern) == told(
        staff.teacher, concern.get_absolute_url(), concern
    )
    links = [told(staff.counselor, reverse("cases:links", args=[one.pk]), one) for one in (two.second, case)]
    assert links[0] == links[1]


def test_one_on_another_track_is_no_second_case() -> None:
    assert Two("suspected_recruiter").asked == []


def test_one_that_is_confirmed_is_on_the_same_track_and_one_that_is_closed_is_asked_when_it_goes_on() -> None:
    two = Two("confirmed_victim")
    assert len(two.asked) == 1
    make.closed(two.first, two.staff.elsewhere, at=later(5))
    assert two.asked == []
    workflow.reopen_case(actor=two.staff.elsewhere, case=two.first, reason="Again.", at=later(6))
    assert len(two.asked) == 1


def test_one_that_comes_about_by_a_correction_or_at_one_school_is_asked_as_well() -> None:
    staff = make.Staff()
    robin = make.student(staff.school, "Robin", "Reed")
    one, other = (
        make.case(staff, at=AT),
        make.case(staff, about=make.concern(staff, student=robin), at=later(1)),
    )
    with acting_as(staff.liaison.pk):
        assert waiting_for(staff.liaison, later(2)).second == []
    workflow.correct_student(
        actor=staff.counselor, case=other, student=staff.student, reason="It is.", at=later(3)
    )
    with acting_as(staff.liaison.pk):
        assert [(a.pk, b.pk) for a, b in waiting_for(staff.liaison, later(4)).second] == [(other.pk, one.pk)]


def test_kept_both_stay_open_it_is_asked_no_more_and_the_reason_is_for_who_may_open_both() -> None:
    two = Two()
    link = two.settle("keep")
    assert (link.kind, two.asked) == ("kept", [])
    for case, person in ((two.first, two.staff.elsewhere), (two.second, two.staff.counselor)):
        assert make.as_seen(case, person).is_open
        assert "PLANTED WHY" not in page(person, case.get_absolute_url())
        with acting_as(person.pk):
            assert not CaseLink.objects.exists()
            assert case.decisions.count() == 1
    with conflict("Nothing is asked of these two cases any more"):
        two.settle("this")
    with acting_as(two.staff.liaison.pk):
        assert CaseLink.objects.get().reason(make.as_seen(two.second, two.staff.liaison).key) == "PLANTED WHY"


def test_joined_the_people_of_the_one_that_goes_on_are_asked_to_read_and_the_other_is_void() -> None:
    two = Two()
    staff = two.staff
    make.record(
        two.second, staff.counselor, "consult", values={"limits_explained": True, "student_view": "OWN WORDS"}
    )
    reporters = main(staff.teacher, two.concern.get_absolute_url())
    two.settle("beside")
    assert two.asked == []
    # Its reporter learns nothing by it, and whoever received it not where it is.
    assert main(staff.teacher, two.concern.get_absolute_url()) == reporters
    for words in (two.first.number, str(two.first.pk), "Birch", "Ellis", "PLANTED WHY"):
        assert words not in page(staff.counselor, two.concern.get_absolute_url())
    for person, reads in ((staff.administrator, False), (two.overseer, True)):
        with acting_as(person.pk):
            assert Concern.objects.visible_to(person).filter(pk=two.concern.pk).exists() == reads
    assert make.as_seen(two.second, staff.counselor).status == Case.Status.VOIDED
    with acting_as(staff.elsewhere.pk):
        found = Concern.objects.visible_to(staff.elsewhere).get(pk=two.concern.pk)
        assert (found.case_id, found.status, found.accepted_at) == (two.first.pk, "attached", None)
        [asks] = waiting_for(staff.elsewhere, later(31)).concerns
        assert asks.pk == two.concern.pk
    assert "PLANTED A" in page(staff.elsewhere, two.concern.get_absolute_url())
    workflow.accept_concern(actor=staff.elsewhere, concern=two.concern, at=later(32))
    # What was recorded in the case that is void is nobody's of the other school; nor is the liaison's reason.
    for words in ("OWN WORDS", two.second.number, "PLANTED WHY", "Alder High"):
        assert words not in page(staff.elsewhere, two.first.get_absolute_url())
    for words in (two.first.number, "PLANTED B", "PLANTED WHY", "Birch"):
        assert words not in page(staff.counselor, two.second.get_absolute_url())
    assert "goes on: the district liaison joined" in page(staff.counselor, two.second.get_absolute_url())


def test_the_first_may_be_the_one_that_is_joined() -> None:
    two = Two()
    two.settle("this")
    assert make.as_seen(two.second, two.staff.counselor).is_open
    assert make.as_seen(two.first, two.staff.elsewhere).status == Case.Status.VOIDED
    with acting_as(two.staff.counselor.pk):
        assert Concern.objects.visible_to(two.staff.counselor).filter(case=two.second).count() == 2


def test_nobodys_duty_ends_by_it_and_the_case_does_not_close_over_one() -> None:
    two = Two()
    staff = two.staff
    before = {
        person.name: len(make.duties(person)) for person in (staff.teacher, staff.counselor, staff.elsewhere)
    }
    assert before == {"Terry Teacher": 1, "Casey Counselor": 1, "Ellis Elsewhere": 1}
    two.settle("beside")
    for person in (staff.teacher, staff.counselor, staff.elsewhere):
        assert len(make.duties(person)) >= 1, person.name
    # The page of the one who reports in nobody's case any more is theirs still.
    [own] = make.duties(staff.counselor)
    assert "report" in page(staff.counselor, reverse("cases:report_duty", args=[own.pk])).casefold()
    with pytest.raises(workflow.Conflict):
        workflow.close_case(
            actor=staff.elsewhere,
            case=two.first,
            outcome="other_support",
            reason="Over.",
            left_open=make.left_open(two.first, staff.elsewhere),
            last_look="Well.",
            at=later(40),
        )


def test_what_stands_between_the_school_and_the_parents_stays_in_force() -> None:
    two = Two()
    staff = two.staff
    hold = workflow.suspect_parent(actor=staff.counselor, case=two.second, reason="Afraid.", at=later(5))
    taken_along(two.second, staff.counselor, at=later(5))
    two.settle("beside")
    with acting_as(staff.elsewhere.pk):
        custody = parents.open_custody(two.first)
        assert parents.frozen(two.first)
    assert custody
    assert "City police" not in page(staff.elsewhere, reverse("cases:parents_of_case", args=[two.first.pk]))
    workflow.release_parent_hold(
        actor=staff.counsel, case=two.second, hold=hold, reason="Another man.", at=later(31)
    )
    with acting_as(staff.elsewhere.pk):
        assert not parents.frozen(two.first)
        assert parents.open_custody(two.first)


def test_whoever_is_kept_from_the_one_is_kept_from_the_other_and_a_liaison_who_is_hears_of_neither() -> None:
    two = Two()
    staff = two.staff
    make.helper(two.first, staff.elsewhere, two.colleague, Role.COUNSELOR, at=later(3))
    workflow.exclude_person(
        actor=staff.counselor, case=two.second, person=two.colleague, reason="Her uncle.", at=later(4)
    )
    uncle = make.user("Lena Liaison", Role.LIAISON)
    workflow.exclude_person(actor=staff.elsewhere, case=two.first, person=uncle, reason="Uncle.", at=later(4))
    with acting_as(uncle.pk):
        assert waiting_for(uncle, later(5)).second == []
        with pytest.raises(Absent):
            two.settle("keep", actor=uncle)
    two.settle("beside")
    with pytest.raises(Case.DoesNotExist):
        make.as_seen(two.first, two.colleague)
    with acting_as(two.colleague.pk):
        assert not Concern.objects.visible_to(two.colleague).exists()


@pytest.mark.parametrize("alone", [False, True], ids=["others-carry-it", "nobody-else-carries-it"])
def test_whoever_is_kept_from_the_one_that_goes_on_does_not_read_in_the_one_that_ends_that_there_is_another(
    *, alone: bool
) -> None:
    """Also where they carried it, and nobody else did: it ends."""
    two = Two()
    staff = two.staff
    carries = staff.counselor
    if not alone:
        other = make.user("Cole Colleague", Role.COUNSELOR, staff.school)
        make.helper(two.second, staff.counselor, other, Role.COUNSELOR, at=later(3))
    workflow.exclude_person(
        actor=staff.elsewhere, case=two.first, person=carries, reason="Her uncle.", at=later(4)
    )
    assert make.as_seen(two.second, carries).is_open
    two.settle("beside")
    with pytest.raises(Case.DoesNotExist):
        make.as_seen(two.second, carries)
    with acting_as(carries.pk):
        assert ask("SELECT count(*) FROM cases_decision WHERE case_id = %s", two.second.pk) == [(0,)]
        assert not Concern.objects.visible_to(carries).exists()
    client = Client()
    client.force_login(carries)
    assert client.get(two.second.get_absolute_url()).status_code == 404
    assert str(two.second.pk) not in page(carries, reverse("cases:cases"))
    # Whoever is kept from neither reads of it what they did.
    assert make.as_seen(two.second, staff.administrator).status == Case.Status.VOIDED


def test_not_over_a_student_who_is_not_safe_nor_of_one_that_another_school_handed_over() -> None:
    two = Two()
    staff = two.staff
    make.record(
        two.second, staff.counselor, "regular_contact", "unable", reason="Gone.", values={"student_safe": "no"},
        at=later(5),
    )  # fmt: skip
    with conflict("Write down first what was found"):
        two.settle("beside")
    two.settle("this")
    assert make.as_seen(two.second, staff.counselor).is_open


def test_a_liaison_who_is_kept_from_the_one_is_not_shown_the_other_by_that() -> None:
    # Of today, so that nothing else is asked of the district.
    staff, at = make.Staff(), database_now()
    one, other = (make.case(staff, about=make.concern(staff, at=at), at=at) for _n in range(2))
    uncle = make.user("Una Uncle", Role.LIAISON)
    workflow.exclude_person(actor=staff.counselor, case=other, person=uncle, reason="Related.", at=at)
    for liaison, shown in ((uncle, set()), (staff.liaison, {one, other})):
        with acting_as(liaison.pk):
            assert set(Case.objects.visible_to(liaison)) == shown


def test_a_confirmed_victims_case_does_not_end_for_a_suspected_ones() -> None:
    two = Two("confirmed_victim")
    with conflict("have the other one confirmed first"):
        two.settle("beside")
    two.settle("this")
    assert make.as_seen(two.second, two.staff.counselor).track == "confirmed_victim"


def test_a_transfer_that_waits_is_not_lost_over_it() -> None:
    two = Two()
    staff = two.staff
    there = make.user("Tara Third", Role.COUNSELOR, make.school("Third School"))
    make.offered(two.second, staff.counselor, there, at=later(5))
    with conflict("A transfer of this student is not over yet"):
        two.settle("beside")
    with acting_as(staff.counselor.pk):
        assert two.second.transfers.get().state == "open"
    two.settle("this")


def test_what_is_late_is_not_over_by_it_and_what_waits_in_the_case_that_ends_is() -> None:
    two = Two()
    staff = two.staff
    with acting_as(staff.counselor.pk):
        due_at = CheckIn.objects.get(case=two.second).due_at
    with conflict("A check-in is late in the case that would end"):
        two.settle("beside", at=due_at + timedelta(minutes=1))
    two.settle("beside", at=due_at - timedelta(minutes=1))
    for case, person, state in (
        (two.second, staff.counselor, "ended"),
        (two.first, staff.elsewhere, "waiting"),
    ):
        with acting_as(person.pk):
            assert CheckIn.objects.get(case=case).state == state


@pytest.mark.parametrize(
    ("given", "fields"),
    [({"goes_on": "both"}, {"goes_on"}), ({"goes_on": "keep", "reason": " "}, {"reason"})],
)
def test_it_needs_a_choice_and_a_reason(given: dict[str, Any], fields: set[str]) -> None:
    two = Two()
    with invalid(*fields):
        two.settle(**given)
    assert len(two.asked) == 1


def test_only_the_liaison_may_and_only_of_two_that_are_one_students() -> None:
    two = Two()
    staff = two.staff
    both = make.case(staff, about=make.concern(staff, student=two.student, at=later(4)), at=later(5))
    with pytest.raises(NotPermitted):
        workflow.settle_second_case(
            actor=staff.counselor, case=both, beside=two.second, goes_on="keep", reason="Both.", at=later(6)
        )
    other = make.with_liaison(make.case(staff, at=later(5)), staff, at=later(6))
    with conflict("Nothing is asked of these two cases any more"):
        workflow.settle_second_case(
            actor=staff.liaison, case=two.second, beside=other, goes_on="keep", reason="Both.", at=later(7)
        )


def test_not_by_a_liaison_who_works_on_one_of_the_two() -> None:
    two = Two()
    staff = two.staff
    Membership.objects.create(
        person=staff.liaison, school=staff.other_school, role=Role.COUNSELOR, since=make.SINCE
    )
    liaison = User.objects.get(pk=staff.liaison.pk)
    make.helper(two.first, staff.elsewhere, liaison, Role.COUNSELOR, at=later(3))
    assert make.as_seen(two.second, liaison).my_role == Role.LIAISON
    assert make.as_seen(two.first, liaison).my_role == Role.COUNSELOR
    with pytest.raises(NotPermitted):
        two.settle("keep", actor=liaison)


def test_the_page_of_two_does_not_exist_for_one_who_is_kept_from_the_other_or_where_there_is_none() -> None:
    two = Two()
    uncle = make.user("Lena Liaison", Role.LIAISON)
    alone = make.case(two.staff, at=later(5))
    make.helper(alone, two.staff.counselor, uncle, Role.LIAISON, at=later(6))
    workflow.exclude_person(
        actor=two.staff.elsewhere, case=two.first, person=uncle, reason="Uncle.", at=later(6)
    )
    client = Client()
    client.force_login(uncle)
    assert client.get(alone.get_absolute_url()).status_code == 200
    denied, absent = (
        client.get(reverse("cases:settle_second_case", args=[alone.pk, other]))
        for other in (two.first.pk, uuid4())
    )
    assert denied.status_code == absent.status_code == 404
    assert denied.content == absent.content


def test_the_page_keeps_what_was_typed_and_says_when_it_was_settled_meanwhile() -> None:
    two = Two()
    client = Client()
    client.force_login(two.staff.liaison)
    address = reverse("cases:settle_second_case", args=[two.second.pk, two.first.pk])
    refused = client.post(address, {"reason": "Typed already."})
    assert refused.status_code == 422
    assert "Typed already." in refused.content.decode()
    two.settle("keep")
    late = client.post(address, {"goes_on": "this", "reason": "Typed already."})
    assert late.status_code == 409
    assert "Typed already." in late.content.decode()
    assert "Nothing is asked here at the moment." in client.get(address).content.decode()
    assert make.as_seen(two.first, two.staff.elsewhere).is_open


def test_a_concern_about_a_student_of_another_school_is_offered_to_the_people_of_the_case_there() -> None:
    two = Two()
    staff = two.staff
    waits = make.concern(staff, student=two.student, account="PLANTED C", at=later(20))
    with acting_as(staff.elsewhere.pk):
        [(case, told)] = waiting_for(staff.elsewhere, later(21)).waiting_about
    assert (case.pk, told.with_whom) == (two.first.pk, "Casey Counselor")
    assert "PLANTED C" not in page(staff.elsewhere, reverse("home"))
    seen = page(staff.teacher, waits.get_absolute_url())
    for words in (two.first.number, two.second.number, "Birch", "Ellis"):
        assert words not in seen


def test_of_a_student_with_no_other_case_the_liaison_is_told_that_the_roster_has_them_elsewhere() -> None:
    staff = make.Staff()
    student: Student = make.student(staff.other_school, "Kim", "Kerr")
    case = make.case(staff, about=make.concern(staff, student=student), at=AT)
    with acting_as(staff.liaison.pk):
        work = waiting_for(staff.liaison, AT + timedelta(hours=1))
    assert [one.pk for one in work.elsewhere.shown] == [case.pk]
    assert work.second == []


def test_what_the_software_says_of_a_join_is_kept_in_english_and_said_in_the_readers_language() -> None:
    two = Two()
    taken_along(two.second, two.staff.counselor, at=later(3))
    joined, in_custody = str(JOINED), str(IN_CUSTODY)
    with translation.override("es"):
        two.settle("beside")
    with acting_as(two.staff.counselor.pk):
        kept = Decision.objects.get(case=two.second, kind="voided")
    assert kept.words(two.second.key)["reason"] == joined
    with acting_as(two.staff.elsewhere.pk):
        custody = Custody.objects.get(case=two.first)
        assert custody.words(two.first.key)["agency"] == in_custody
    client = Client(headers={"Accept-Language": "es"})
    client.force_login(two.staff.counselor)
    page = client.get(two.second.get_absolute_url()).content.decode()
    assert "Continúa otro caso de este estudiante" in page
    assert joined not in page


def test_what_a_hold_for_the_former_student_rests_on_is_kept_in_english() -> None:
    staff = make.Staff()
    case = make.case(staff)
    taken_along(case, staff.counselor)
    with translation.override("es"):
        workflow.correct_student(
            actor=staff.counselor,
            case=case,
            student=make.student(staff.school, "Robin", "Reed"),
            reason="Mixed up.",
            held_for="both",
            at=later(9),
        )
    with acting_as(staff.counselor.pk):
        hold = ParentHold.objects.get(case=case, about=staff.student)
    assert hold.reason(case.key) == str(TAKEN)


def test_where_both_are_kept_nobody_is_said_to_read_anything_anew() -> None:
    two = Two()
    client = Client()
    client.force_login(two.staff.liaison)
    address = reverse("cases:settle_second_case", args=[two.second.pk, two.first.pk])
    answer = client.post(address, {"goes_on": "keep", "reason": "Called both."}, follow=True)
    assert "Settled. Both cases go on." in answer.content.decode()
    assert "asked to read" not in answer.content.decode()
