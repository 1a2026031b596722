"""The receiving person takes a student over: the case goes on at their school without a gap, and the old one closes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import (
    Case,
    CasePerson,
    CheckIn,
    CheckInPlan,
    Custody,
    Decision,
    Entry,
    ParentHold,
    Transfer,
)
from cases.reading.duties import reports_of
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.models import DataKey
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.parents import taken_along
from tests.expect import conflict
from tests.make import AT, DAY
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

LATER = AT + 3 * DAY


def handed_over(staff: make.Staff, track: str = "suspected_victim") -> tuple[Case, Case]:
    """The counselor's case, and the one that goes on at the other school."""
    case = make.case(staff, track)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    return case, workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)


def states(case: Case, person: User) -> dict[str, str]:
    return {part.part: part.outcome for part in make.parts(case, person, run__ended_at__isnull=True)}


def test_what_was_done_is_done_what_was_open_is_open_and_the_next_check_in_keeps_its_day() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(case, staff.counselor)
    make.reported(case, staff.counselor)
    make.record(
        case, staff.administrator, "impact", values={"areas_checked": ["recruitment"], "impact_found": False}
    )
    before, due = states(case, staff.counselor), make.check_in(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    assert states(new, staff.elsewhere) == before
    assert {name for name, outcome in before.items() if outcome} == {"report", "impact"}
    goes_on = make.check_in(new, staff.elsewhere)
    assert (goes_on.due_on, goes_on.plan.person, goes_on.plan.rhythm) == (
        due.due_on,
        staff.elsewhere,
        due.plan.rhythm,
    )
    seen = make.as_seen(new, staff.elsewhere)
    assert (seen.school, seen.student_id, seen.protocol, seen.track) == (
        staff.other_school, staff.student.pk, case.protocol, case.track,
    )  # fmt: skip
    assert seen.key_id != case.key_id
    [contact] = [part for part in make.parts(new, staff.elsewhere) if part.kind == "contact"]
    assert contact.next_on == due.due_on


def test_the_old_case_is_closed_read_only_and_stays_with_its_people() -> None:
    staff = make.Staff()
    case, new = handed_over(staff)
    old = make.as_seen(case, staff.counselor)
    assert old.status == Case.Status.CLOSED
    decision, words = make.decided(case, staff.counselor, "closed")
    assert (decision.code, decision.by) == (Decision.TRANSFERRED, staff.elsewhere)
    assert words["reason"] == "Handed over: Ellis Elsewhere, Birch Middle."
    with acting_as(staff.counselor.pk):
        assert not CheckIn.objects.filter(case=case, state="waiting").exists()
        assert not CheckInPlan.objects.filter(case=case, ended_at__isnull=True).exists()
        assert not Case.objects.visible_to(staff.counselor).filter(pk=new.pk).exists()
    with acting_as(staff.elsewhere.pk):
        assert not Case.objects.visible_to(staff.elsewhere).filter(pk=case.pk).exists()
    with conflict("goes on at the school that took it over"):
        workflow.reopen_case(actor=staff.counselor, case=case, reason="Again.", at=LATER)
    with conflict("closed this case"):
        make.record(
            case, staff.counselor, "consult", values={"limits_explained": True, "student_view": "No."}
        )
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Another school has taken the student over" in page
    assert "Birch Middle" in page


def test_a_duty_to_report_that_is_open_stays_with_the_old_school_and_asks_the_new_one_too() -> None:
    staff = make.Staff()
    case, new = handed_over(staff)
    there = make.part(new, staff.elsewhere, "report")
    here = make.part(case, staff.counselor, "report")
    assert (there.outcome, here.outcome) == ("", "")
    assert there.due_at == here.due_at
    client = Client()
    client.force_login(staff.counselor)
    [mine] = make.duties(staff.counselor)
    own = reverse("cases:report_duty", args=[mine.pk])
    assert own in client.get(reverse("home")).content.decode()
    make.reported(case, staff.counselor, at=LATER)
    assert make.part(case, staff.counselor, "report").outcome == "done"
    assert make.part(new, staff.elsewhere, "report").outcome == ""
    assert own not in client.get(reverse("home")).content.decode()


def test_that_a_report_was_made_is_carried_over_and_nobody_stands_there_as_having_made_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, sections=["track", "contact"])
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    assert make.part(new, staff.elsewhere, "report").outcome == "done"
    with acting_as(staff.elsewhere.pk):
        assert not Entry.objects.filter(case=new, compartment="reporter").exists()


def test_an_officer_who_has_not_reported_back_is_asked_anew_by_the_new_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    assert make.part(new, staff.elsewhere, "notify").outcome == ""
    make.asked_in(new, staff.elsewhere, staff.sro, at=LATER)


def test_from_whom_the_case_was_kept_it_is_kept_at_the_new_school_too() -> None:
    staff = make.Staff()
    uncle = make.user("Uri Uncle", "administrator", staff.other_school)
    case = make.case(staff, about=make.concern(staff, implicated=[uncle]))
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    with acting_as(uncle.pk):
        assert not Case.objects.visible_to(uncle).filter(pk=new.pk).exists()
    with acting_as(staff.elsewhere.pk):
        assert CasePerson.objects.filter(case=new, person=uncle, excluded=True).exists()


def test_contact_with_parents_stays_frozen_at_the_new_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    with acting_as(staff.elsewhere.pk):
        hold = ParentHold.objects.get(case=new, ended_at__isnull=True)
    # What stands in the case that closed went along: counsel releases it once.
    workflow.release_parent_hold(actor=staff.counsel, case=new, hold=hold, reason="Not so.", at=LATER)
    with acting_as(staff.elsewhere.pk):
        assert not parents.frozen(new)
    with acting_as(staff.administrator.pk):
        assert parents.frozen(case)


def test_that_an_officer_has_the_student_is_carried_over_and_not_who() -> None:
    staff = make.Staff()
    case = make.case(staff)
    taken_along(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    with acting_as(staff.elsewhere.pk):
        custody = Custody.objects.get(case=new, ended_at__isnull=True)
    assert (custody.taken_at, custody.recorded_by) == (AT, staff.elsewhere)
    assert custody.words(new.key) == {"agency": f"Carried over from {staff.school.name}."}
    client = Client()
    client.force_login(staff.elsewhere)
    page = client.get(reverse("cases:parents_of_case", args=[new.pk])).content.decode()
    assert "The peace officer notifies the parent" in page
    assert "R. Roe" not in page


def test_a_student_who_is_not_safe_is_seen_to_first_by_the_old_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    with conflict("something to see to that cannot wait"):
        workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    assert make.as_seen(case, staff.counselor).is_open
    assert make.reload(transfer, staff.counselor).state == Transfer.State.OPEN


def test_a_late_check_in_goes_on_late() -> None:
    staff = make.Staff()
    case = make.case(staff)
    due = make.check_in(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=due.due_at + DAY)
    goes_on = make.check_in(new, staff.elsewhere)
    assert (goes_on.due_on, goes_on.level, goes_on.remind_at) == (due.due_on, 2, due.due_at + DAY)


def test_only_the_named_person_accepts_and_only_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    colleague = make.user("Bo Backup", "social_worker", staff.other_school)
    overseer = make.user("Olga Overseer", "administrator", staff.other_school)
    for person in (colleague, overseer, staff.teacher, staff.sro):
        with pytest.raises(Absent):
            workflow.accept_transfer(actor=person, transfer=transfer, at=LATER)
    with pytest.raises(NotPermitted):
        workflow.accept_transfer(actor=staff.counselor, transfer=transfer, at=LATER)
    workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    with conflict("Accepted: Ellis Elsewhere"):
        workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    with connection.cursor() as cursor, acting_as(staff.elsewhere.pk):
        cursor.execute("SELECT count(*) FROM cases_case")
        assert cursor.fetchone() == (1,)


def test_whoever_takes_over_as_an_administrator_leaves_the_check_in_to_somebody_who_is_named() -> None:
    staff = make.Staff()
    overseer = make.user("Olga Overseer", "administrator", staff.other_school)
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, overseer)
    new = workflow.accept_transfer(actor=overseer, transfer=transfer, at=LATER)
    assert make.check_in(new, overseer).plan.person is None


@pytest.mark.parametrize("made", [False, True], ids=["open", "made"])
def test_whoever_takes_over_and_whoever_joins_there_carries_a_duty_of_their_own(made: bool) -> None:
    staff = make.Staff()
    colleague = make.user("Bo Backup", "social_worker", staff.other_school)
    case = make.case(staff)
    if made:
        make.reported(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=LATER)
    make.helper(new, staff.elsewhere, colleague, "social_worker", at=LATER)
    for person in (staff.elsewhere, colleague):
        [duty] = make.duties(person)
        assert (duty.case_id, duty.concern_id, duty.learned_at, duty.due_at) == (
            new.pk, None, LATER, LATER + timedelta(hours=36),
        )  # fmt: skip
        client = Client()
        client.force_login(person)
        assert "Call now: not yet called" in client.get(reverse("home")).content.decode()
    with conflict(
        "duty to report is still open" if made else "report to Child Welfare Services is still open"
    ):
        workflow.close_case(
            actor=staff.elsewhere,
            case=new,
            outcome="other_support",
            reason="Over.",
            left_open=make.left_open(new, staff.elsewhere),
            last_look="Well.",
            at=LATER,
        )
    # Recorded on the page of one's own, without the case: those of this school learn that it was made.
    given = {"phoned_at": LATER, "written_at": LATER, "agency": "The hotline"}
    [duty] = make.duties(staff.elsewhere)
    workflow.record_report(actor=staff.elsewhere, duty=duty, outcome="done", values=given, at=LATER)
    assert make.part(new, colleague, "report").outcome == "done"
    with acting_as(colleague.pk):
        assert [one.agency for one in reports_of(make.as_seen(new, colleague))] == ["The hotline"]
    make.confirmed(new, at=LATER)
    assert make.duties(colleague) == []
    later = LATER + DAY
    workflow.reclassify(
        actor=staff.elsewhere, case=new, to="confirmed_victim", basis="disclosure", decided_by="Both.",
        reason="Told us.", at=later,
    )  # fmt: skip
    for person in (staff.elsewhere, colleague):
        [duty] = make.duties(person)
        assert (duty.number, duty.learned_at) == (2, later)
    # The school before learns nothing of it.
    assert make.duties(staff.counselor, case=new) == []


def test_whoever_accepted_it_and_is_kept_from_the_new_case_since_reads_nothing_of_it_any_more() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=now)
    colleague = make.user("Cole Colleague", Role.COUNSELOR, staff.other_school)
    make.helper(make.as_seen(new, staff.elsewhere), staff.elsewhere, colleague, Role.COUNSELOR, at=now)
    path = reverse("cases:transfer", args=[transfer.pk])
    client = Client()
    client.force_login(staff.elsewhere)
    assert client.get(path).status_code == 200
    workflow.exclude_person(
        actor=colleague, case=make.as_seen(new, colleague), person=staff.elsewhere, reason="Related.", at=now
    )
    assert client.get(path).status_code == 404
    with acting_as(staff.elsewhere.pk):
        assert not Transfer.objects.visible_to(staff.elsewhere).exists()
        assert ask("SELECT count(*) FROM cases_transfer") == [(0,)]
        with connection.cursor() as cursor:
            # It reads no column of the row: only the rule of a change is asked.
            cursor.execute("UPDATE cases_transfer SET answered_at = now()")
            assert cursor.rowcount == 0
        assert not DataKey.objects.filter(pk=transfer.key_id).exists()
    # Whoever has the new case, or had the old one, reads of it as before.
    for person in (colleague, staff.counselor):
        with acting_as(person.pk):
            assert Transfer.objects.visible_to(person).filter(pk=transfer.pk).exists()
