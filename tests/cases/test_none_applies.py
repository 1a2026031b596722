"""That no report applies is each one's own word: it ends nobody else's, and nothing where a report is unconditional."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from cases.workflow import Conflict
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

CALL: dict[str, Any] = {"phoned_at": AT, "agency": "Child Welfare Services", "reference": "R-1"}


def opt_out(person: User) -> None:
    [duty] = make.duties(person)
    workflow.record_report(actor=person, duty=duty, outcome="not_applicable", reason="A mistake.", at=AT)


def close(case: Case, person: User) -> None:
    workflow.close_case(
        actor=person, case=case, outcome="other_support", reason="Over.", last_look="Well.",
        left_open=make.left_open(case, person), at=AT,
    )  # fmt: skip


def shown(case: Case, person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(case.get_absolute_url()).content.decode()


def everybodys(staff: make.Staff) -> Concern:
    """A concern that goes past everybody who would receive it: it is the district liaison's."""
    return make.concern(staff, implicated=[staff.counselor, staff.social_worker, staff.administrator])


@pytest.mark.parametrize("track", ["suspected_victim", "confirmed_victim"])
def test_what_the_author_said_of_themselves_ends_no_report_of_a_case(track: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    opt_out(staff.teacher)
    case = make.case(staff, track, about=concern)
    part = make.part(case, staff.counselor, "report")
    assert (part.outcome, part.version) == ("", 0)
    assert len(make.duties(staff.counselor)) == 1
    with conflict("report first"):
        close(case, staff.counselor)
    if track == "suspected_victim":
        # Where everybody on the case has answered, the last answer ends it.
        opt_out(staff.counselor)
        assert make.part(case, staff.counselor, "report").outcome == "not_applicable"


def test_nor_of_one_that_their_concern_comes_into() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.opted_out(case)
    assert make.part(case, staff.counselor, "report").outcome == "not_applicable"
    another = make.concern(staff)
    opt_out(staff.teacher)
    workflow.attach_concern(actor=staff.counselor, concern=another, case=case, reason="The same.", at=AT)
    assert make.part(case, staff.counselor, "report").outcome == ""


def test_a_report_ends_by_the_last_answer_and_not_while_somebody_on_the_case_has_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    for person, then in (
        (staff.counselor, ""),
        (staff.teacher, ""),
        (staff.social_worker, "not_applicable"),
    ):
        opt_out(person)
        assert make.part(case, staff.counselor, "report").outcome == then


def test_the_page_says_that_a_report_was_made_only_where_one_was() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "report", "not_applicable", reason="No suspicion.")
    page = shown(case, staff.counselor)
    assert "A report was made" not in page
    assert "A duty to report is still open" in page
    [duty] = make.duties(staff.teacher)
    values = CALL | {"written_at": AT}
    workflow.record_report(actor=staff.teacher, duty=duty, outcome="done", values=values, at=AT)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    assert "A report was made; a duty is still open" in shown(case, staff.counselor)


def confirm(staff: make.Staff, case: Case, to: str = "confirmed_victim") -> None:
    given = {"basis": "disclosure", "decided_by": "Both."} if to == "confirmed_victim" else {}
    seen = make.as_seen(case, staff.counselor)
    workflow.reclassify(actor=staff.counselor, case=seen, to=to, reason="Told so.", at=AT, **given)


def offered(person: User) -> bool:
    """Whether the form of one's own duty offers it."""
    [duty] = make.duties(person)
    client = Client()
    client.force_login(person)
    form = client.get(reverse("cases:record_report", args=[duty.pk])).context["form"]
    return "not_applicable" in dict(form.fields["outcome"].choices)


def test_nobody_who_may_open_a_case_is_offered_it_where_its_report_is_unconditional() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.administrator, "administrator")
    confirm(staff, case)
    for person in (staff.counselor, staff.administrator):
        assert not offered(person)
        with invalid("outcome"):
            opt_out(person)
    confirm(staff, case, to="suspected_victim")
    assert offered(staff.counselor)


def test_whoever_may_not_open_it_goes_by_what_they_know_and_ends_nothing_of_the_case() -> None:
    """By an answer that is gone they would read that the student is a confirmed victim."""
    staff = make.Staff()
    case = make.case(staff)
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=AT)
    confirm(staff, case)
    for person in (staff.teacher, staff.social_worker):
        assert offered(person)
        opt_out(person)
    another = make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=another, case=case, reason="The same.", at=AT)
    assert offered(staff.teacher)
    opt_out(staff.teacher)
    part = make.part(case, staff.counselor, "report")
    assert (part.outcome, part.is_open) == ("", True)
    assert len(make.duties(staff.counselor)) > 0
    with conflict("report first"):
        close(case, staff.counselor)


def test_whoever_was_asked_on_such_a_track_and_is_off_the_case_is_offered_no_more_than_before() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=AT)
    assert not offered(staff.social_worker)
    confirm(staff, case, to="suspected_victim")
    assert not offered(staff.social_worker)


def test_so_does_whoever_is_on_it_by_name_and_holds_the_role_no_more() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    before = database_now().date() - timedelta(days=2)
    Membership.objects.filter(person=staff.social_worker).update(until=before)
    Membership.objects.create(
        person=staff.social_worker, school=staff.school, role=Role.REPORTER, since=before
    )
    confirm(staff, case)
    assert offered(staff.social_worker)
    opt_out(staff.social_worker)
    confirm(staff, case, to="suspected_victim")
    confirm(staff, case)
    assert offered(staff.social_worker)


def test_whoever_comes_back_to_such_a_case_answers_by_its_track() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=AT)
    confirm(staff, case)
    assert offered(staff.social_worker)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=AT + timedelta(minutes=1))
    assert not offered(staff.social_worker)
    with invalid("outcome"):
        opt_out(staff.social_worker)


def test_a_call_that_one_recorded_on_ones_own_page_is_not_called_needless_in_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    [duty] = make.duties(staff.counselor)
    workflow.record_report(actor=staff.counselor, duty=duty, outcome="called", values=CALL, at=AT)
    with invalid("outcome"):
        make.record(case, staff.counselor, "report", "not_applicable", reason="No suspicion.")


def test_the_liaison_who_opens_a_case_past_everybody_carries_the_duty_and_reports_on_a_page_of_their_own() -> (
    None
):
    staff = make.Staff()
    concern = everybodys(staff)
    opt_out(staff.teacher)
    case = workflow.open_case(
        actor=staff.liaison, concern=concern, track="confirmed_victim", reason="So.",
        basis="disclosure", decided_by="The liaison.", at=AT,
    )  # fmt: skip
    [duty] = make.duties(staff.liaison)
    assert (duty.case_id, duty.may_opt_out) == (case.pk, False)
    with pytest.raises(Conflict):
        close(case, staff.liaison)
    client = Client()
    client.force_login(staff.liaison)
    path = reverse("cases:report_duty", args=[duty.pk])
    for address in (reverse("home"), case.get_absolute_url()):
        assert path in client.get(address).content.decode()
    workflow.record_report(
        actor=staff.liaison, duty=duty, outcome="done", values=CALL | {"written_at": AT}, at=AT
    )
    assert make.part(case, staff.liaison, "report").outcome == "done"
    close(case, staff.liaison)
    assert make.as_seen(case, staff.liaison).status == "closed"


def test_the_liaison_who_takes_a_concern_carries_it_too_and_is_asked_again_by_what_is_new() -> None:
    staff = make.Staff()
    concern = everybodys(staff)
    workflow.accept_concern(actor=staff.liaison, concern=concern, at=AT)
    [duty] = make.duties(staff.liaison)
    assert duty.learned_at == AT
    values = CALL | {"written_at": AT}
    workflow.record_report(actor=staff.liaison, duty=duty, outcome="done", values=values, at=AT)
    workflow.open_case(actor=staff.liaison, concern=concern, track="suspected_victim", reason="So.", at=AT)
    assert make.duties(staff.liaison) == []
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=AT)
    workflow.accept_concern(actor=staff.liaison, concern=concern, at=AT)
    [again] = make.duties(staff.liaison)
    assert again.number == 2
