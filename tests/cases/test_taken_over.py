"""At the school that took a student over: what was told, what was ended before, what goes on, what is added late."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, Transfer
from cases.reading.work import waiting_for
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, taken_along
from tests.cases.test_nobodys import signed_in
from tests.expect import invalid
from tests.make import AT, DAY
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

LATER = AT + 3 * DAY


def handed_over(staff: make.Staff, case: Case, *sections: str, **more: Any) -> tuple[Case, Transfer]:
    offer = make.offered(case, staff.counselor, staff.elsewhere, sections=["contact", *sections], **more)
    return workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=LATER), offer


def test_what_was_told_stays_to_be_read_and_what_was_ended_before_is_nobodys_doing_here() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    new, offer = handed_over(staff, case, "safety", safety="The side door.")
    client = signed_in(staff.elsewhere)
    at = reverse("cases:transfer", args=[offer.pk])
    assert at in client.get(reverse("cases:transfers_of_case", args=[new.pk])).content.decode()
    told = client.get(at).content.decode()
    assert "The side door." in told
    assert reverse("cases:transfers_of_case", args=[new.pk]) in told
    # What was agreed with the student there was not handed over, which is not the same as never said.
    contact = make.part(new, staff.elsewhere, "regular_contact")
    checkin = client.get(reverse("cases:record_checkin", args=[new.pk, contact.pk])).content.decode()
    assert at in checkin
    assert "has not said yet" not in checkin
    part = make.part(new, staff.elsewhere, "offer_referral")
    with acting_as(staff.elsewhere.pk):
        entry = part.entries.get()
    assert "The previous school" in client.get(new.get_absolute_url()).content.decode()
    with invalid("outcome"):
        workflow.correct_entry(
            actor=staff.elsewhere,
            entry=entry,
            outcome="not_applicable",
            happened_at=AT,
            reason="No.",
            at=LATER,
        )
    workflow.correct_entry(
        actor=staff.elsewhere, entry=entry, outcome="reopened", happened_at=LATER, reason="Anew.", at=LATER
    )
    assert make.part(new, staff.elsewhere, "offer_referral").outcome == ""


def test_that_an_officer_has_the_student_ends_where_the_student_is_and_freezes_nothing_afterwards() -> None:
    staff = make.Staff()
    case = make.case(staff)
    taken_along(case, staff.counselor)
    new, _offer = handed_over(staff, case)
    with acting_as(staff.elsewhere.pk):
        custody = parents.open_custody(new)
    workflow.end_custody(
        actor=staff.elsewhere, case=new, custody=custody, back_at=LATER, reason="Home.", at=LATER
    )
    with acting_as(staff.elsewhere.pk):
        assert not parents.frozen(new)
    # Another case of the student at the school before is not frozen by what went along either.
    other = make.case(staff, "suspected_recruiter")
    with acting_as(staff.counselor.pk):
        assert not parents.frozen(other)


def test_a_referral_of_a_track_that_was_reclassified_is_looked_at_and_the_next_offer_is_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    workflow.reclassify(
        actor=staff.counselor, case=case, to="confirmed_victim", basis="disclosure", decided_by="Both.",
        reason="Told us.", at=AT,
    )  # fmt: skip
    new, _offer = handed_over(staff, case)
    there = {
        (p.run.track, p.outcome, p.progress, p.next_on): p
        for p in make.parts(new, staff.elsewhere, kind="referral")
    }
    goes_on = ("suspected_victim", "done", "waiting", date(2026, 12, 4))
    assert set(there) == {goes_on, ("confirmed_victim", "", "", None)}
    page = signed_in(staff.elsewhere).get(new.get_absolute_url()).content.decode()
    assert reverse("cases:follow_referral", args=[new.pk, there[goes_on].pk]) in page
    workflow.follow_referral(actor=staff.elsewhere, part=there[goes_on], state="began", at=LATER)


def test_what_was_added_and_read_while_the_new_case_was_closed_is_asked_when_it_is_reopened() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    new, _offer = handed_over(staff, case)
    make.opted_out(case, at=LATER)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="More.", at=LATER + DAY)
    make.closed(new, staff.elsewhere, at=LATER + DAY)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=LATER + 2 * DAY)
    assert not make.duties(staff.elsewhere)
    workflow.reopen_case(actor=staff.elsewhere, case=new, reason="It goes on.", at=LATER + 3 * DAY)
    assert make.part(new, staff.elsewhere, "report").outcome == ""
    assert make.duties(staff.elsewhere)


def test_of_a_track_that_the_case_was_on_twice_both_referrals_go_along() -> None:
    staff = make.Staff()
    case = make.case(staff)
    told = {"basis": "disclosure", "decided_by": "Both.", "reason": "Told us.", "at": AT}
    for to in ("confirmed_victim", "suspected_victim", "confirmed_victim"):
        if make.part(case, staff.counselor, "offer_referral").outcome == "":
            make.accepted(case, staff.counselor)
        workflow.reclassify(actor=staff.counselor, case=case, to=to, **told)
    new, _offer = handed_over(staff, case)
    parts = make.parts(new, staff.elsewhere, kind="referral")
    assert [p.run.track for p in parts if p.progress].count("suspected_victim") == 2


def test_what_its_author_adds_later_is_told_to_the_new_school_and_asks_it_again() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now - DAY)
    case = make.case(staff, about=concern, at=now - DAY)
    then = now - timedelta(hours=1)
    offer = make.offered(case, staff.counselor, staff.elsewhere, at=then)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=then)
    make.reported(new, staff.elsewhere, at=then)
    make.confirmed(new, at=then)

    def told() -> list[tuple[str, str, str]]:
        with acting_as(staff.elsewhere.pk):
            rows = waiting_for(staff.elsewhere, now).waiting_about
        return [(one.number, row.with_whom, row.before) for one, row in rows]

    assert (told(), make.duties(staff.elsewhere)) == ([], [])
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="PLANTED", at=now)
    assert told() == [(new.number, "Casey Counselor", "Alder High")]
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=now)
    assert told() == [(new.number, "Casey Counselor", "Alder High")]
    assert [duty.number for duty in make.duties(staff.elsewhere)] == [2]
    client = signed_in(staff.elsewhere)
    for path in (reverse("home"), new.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "at the previous school" in page
        assert "PLANTED" not in page


def test_the_student_may_turn_out_to_be_another_one_of_the_school_before() -> None:
    staff = make.Staff()
    new, _offer = handed_over(staff, make.case(staff))
    robin = make.student(staff.school, "Robin", "Reed")
    find = {"student_query": "Robin", "find": "1"}
    path = reverse("cases:correct_student", args=[new.pk])
    assert "Robin Reed" in signed_in(staff.elsewhere).post(path, find).content.decode()
    workflow.correct_student(actor=staff.elsewhere, case=new, student=robin, reason="The twin.", at=LATER)
    stranger = make.student(make.school("Cedar High"), "Kim", "Kerr")
    with invalid("student"):
        workflow.correct_student(actor=staff.elsewhere, case=new, student=stranger, reason="No.", at=LATER)


def test_only_who_carries_cases_is_offered_the_restricted_section_and_reads_it_as_such() -> None:
    staff = make.Staff()
    overseer = make.user("Olga Overseer", "administrator", staff.other_school)
    case = make.case(staff)
    consulted(case, staff.counselor)
    chosen = {"sections": ["contact", "counseling"], "counseling_reason": "Agreed."}
    with invalid("sections"):
        make.offered(case, staff.counselor, overseer, **chosen)
    offer = make.offered(case, staff.counselor, overseer)
    with acting_as(overseer.pk):
        access = ask(
            "SELECT transfer_section_access(%s, 'team'), transfer_section_access(%s, 'counseling')",
            offer.pk,
            offer.pk,
        )
        assert access == [(True, False)]
