"""Saying by name that one sees to what is late or cannot wait; it ends nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert, Case, CheckIn
from csec.accounts.models import User
from csec.audit.models import Event
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.test_races import at_once
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db

LATE = AT + timedelta(days=5)


def alert(case: Case, person: User) -> Alert:
    with acting_as(person.pk):
        return Alert.objects.select_related("taken_by").get(case=case)


def unsafe(staff: make.Staff) -> Case:
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    return case


def test_a_late_check_in_has_a_name_and_stays_due() -> None:
    staff = make.Staff()
    case = make.case(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.administrator, case=case, subject=waiting.pk, at=LATE)
    now = make.check_in(case, staff.counselor)
    assert (now.pk, now.state, now.due_at) == (waiting.pk, "waiting", waiting.due_at)
    assert (now.taken_by, now.taken_at) == (staff.administrator, LATE)
    assert make.part(case, staff.counselor, "regular_contact").due_at == waiting.due_at


def test_its_reminders_stop_climbing_for_a_while_and_not_for_good() -> None:
    staff = make.Staff()
    case = make.case(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.counselor, case=case, subject=waiting.pk, at=LATE)
    assert make.check_in(case, staff.counselor).remind_at == LATE + timedelta(hours=20)
    again = LATE + timedelta(hours=21)
    workflow.take_over(actor=staff.administrator, case=case, subject=waiting.pk, at=again)
    now = make.check_in(case, staff.counselor)
    assert (now.taken_by, now.taken_at) == (staff.administrator, again)


def test_an_alert_has_a_name_and_leaves_the_first_screens() -> None:
    staff = make.Staff()
    case = unsafe(staff)
    workflow.take_over(actor=staff.administrator, case=case, subject=alert(case, staff.counselor).pk, at=LATE)
    taken = alert(case, staff.counselor)
    assert (taken.taken_by, taken.taken_at) == (staff.administrator, LATE)


def test_the_second_reads_who_was_first_and_when() -> None:
    staff = make.Staff()
    case = unsafe(staff)
    for subject in (alert(case, staff.counselor).pk, make.check_in(case, staff.counselor).pk):
        workflow.take_over(actor=staff.administrator, case=case, subject=subject, at=AT)
        with conflict("Ada Administrator took this over on Fri, Nov 20, 2:50 PM."):
            workflow.take_over(actor=staff.counselor, case=case, subject=subject, at=AT)


def test_an_alert_that_was_taken_over_is_not_taken_again_before_that_has_taken_too_long() -> None:
    staff = make.Staff()
    case = unsafe(staff)
    given = {"case": case, "subject": alert(case, staff.counselor).pk}
    workflow.take_over(actor=staff.administrator, at=AT, **given)
    with conflict("Ada Administrator took this over"):
        workflow.take_over(actor=staff.counselor, at=AT + timedelta(hours=19), **given)
    workflow.take_over(actor=staff.counselor, at=AT + timedelta(hours=21), **given)


def test_there_is_nothing_to_take_over_of_another_case_or_that_is_over() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff)
    seen = make.check_in(case, staff.counselor).pk
    make.record(case, staff.counselor, "regular_contact")
    for subject in (uuid4(), seen, make.check_in(other, staff.counselor).pk):
        with pytest.raises(Absent):
            workflow.take_over(actor=staff.counselor, case=case, subject=subject, at=AT)


def test_the_officer_takes_nothing_over_and_others_do_not_find_the_case() -> None:
    staff = make.Staff()
    excluded = make.user("Ezra Excluded", "administrator", staff.school)
    case = make.case(staff, about=make.concern(staff, implicated=[excluded]))
    make.asked_in(case, staff.counselor, staff.sro)
    subject = make.check_in(case, staff.counselor).pk
    with pytest.raises(NotPermitted):
        workflow.take_over(actor=staff.sro, case=case, subject=subject, at=AT)
    for person in (excluded, staff.elsewhere, staff.teacher):
        with pytest.raises(Absent):
            workflow.take_over(actor=person, case=case, subject=subject, at=AT)
    with acting_as(staff.sro.pk):
        assert CheckIn.objects.count() == 0
        assert Alert.objects.count() == 0


def test_the_button_of_the_page_takes_it_over_and_tells_the_second_who_was_first() -> None:
    staff = make.Staff()
    case = unsafe(staff)
    subject = alert(case, staff.counselor).pk
    at = reverse("cases:take_over", args=[case.pk, subject])
    for person, words in (
        (staff.administrator, "You see to it now"),
        (staff.counselor, "Ada Administrator took this over"),
    ):
        client = Client()
        client.force_login(person)
        page = client.post(at, follow=True)
        assert page.redirect_chain[-1][0] == case.get_absolute_url()
        assert words in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_it_over_at_once_one_does_and_the_others_read_who() -> None:
    staff = make.Staff()
    case = unsafe(staff)
    subject = alert(case, staff.counselor).pk
    results = at_once(
        *[
            lambda actor=actor: workflow.take_over(actor=actor, case=case, subject=subject, at=AT)  # type: ignore[misc]
            for actor in (staff.counselor, staff.administrator, staff.liaison) * 3
        ]
    )
    won = [result for result in results if isinstance(result, Alert)]
    lost = [result for result in results if isinstance(result, workflow.Conflict)]
    assert (len(won), len(lost)) == (1, 8)
    taken = alert(case, staff.counselor)
    assert taken.taken_by is not None
    assert all(f"{taken.taken_by.name} took this over" in str(one.words) for one in lost)
    assert Event.objects.using("owner").filter(verb="taken_over").count() == 1
