"""Who is told that contact with parents is frozen: counsel at once, then the liaison, until it is released."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, ParentHold
from csec.accounts.models import Membership, User
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db(transaction=True)

#: AT is a Friday: Tuesday is the second school day after it.
MONDAY, TUESDAY = AT + 3 * DAY, AT + 4 * DAY


def frozen(case: Case, by: User, at: object = AT) -> ParentHold:
    return workflow.suspect_parent(actor=by, case=case, reason="Planted: her stepfather.", at=at)


def test_counsel_at_once_and_from_the_second_school_day_on_the_liaison_too_about_no_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    hold = frozen(case, staff.counselor)
    assert told(AT, "parent_hold") == {("Lou", 0)}
    assert told(MONDAY, "parent_hold") == set()
    assert told(TUESDAY, "parent_hold") == {("Lou", 1), ("Lee", 1)}
    assert told(TUESDAY + DAY, "parent_hold") == {("Lou", 2), ("Lee", 2)}
    # Seven school days after it began, and from then on each school week.
    assert told(AT + 11 * DAY, "parent_hold") == {("Lou", 6)}
    assert told(AT + 14 * DAY, "parent_hold") == set()
    rows = Message.objects.using("owner").filter(kind="parent_hold")
    assert {(row.recipient.name.split()[0], row.case_id) for row in rows.select_related("recipient")} == {
        ("Lou", case.pk),
        ("Lee", None),
    }
    of_hold = [row for row in wanted(AT + 11 * DAY) if row[0] == "parent_hold"]
    assert sorted(of_hold) == [("parent_hold", "Lee", 2), ("parent_hold", "Lou", 6)]
    workflow.release_parent_hold(
        actor=staff.counsel, case=case, hold=hold, reason="It was another man.", at=AT + 11 * DAY
    )
    assert not [row for row in wanted(AT + 12 * DAY) if row[0] == "parent_hold"]
    assert told(AT + 21 * DAY, "parent_hold") == set()


def test_where_the_case_has_no_counsel_whoever_answers_for_it_hears_at_once() -> None:
    staff = make.Staff()
    Membership.objects.using("owner").filter(person=staff.counsel).update(until=AT.date())
    frozen(make.case(staff), staff.counselor)
    assert told(AT, "parent_hold") == {("Ada", 0)}


def test_one_of_a_void_case_is_told_as_long_as_it_freezes_another_and_one_that_went_along_where_it_went() -> (
    None
):
    staff = make.Staff()
    void, other = make.case(staff, "suspected_recruiter"), make.case(staff)
    make.with_liaison(void, staff)
    frozen(void, staff.counselor)
    workflow.void_case(actor=staff.liaison, case=void, reason="By mistake.", at=AT)
    assert told(AT, "parent_hold") == {("Lou", 0)}
    assert [row[1] for row in wanted(AT) if row[0] == "parent_hold"] == ["Lou"]
    frozen(other, staff.counselor)
    offer = make.offered(other, staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=MONDAY)
    told(TUESDAY + DAY, "parent_hold")
    rows = Message.objects.using("owner").filter(kind="parent_hold", case_id__isnull=False)
    assert set(rows.values_list("case_id", flat=True)) == {void.pk, new.pk}


def test_one_about_whoever_was_named_before_a_correction_is_told_while_that_student_has_a_case() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    own = frozen(case, staff.counselor)
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(
        actor=staff.counselor, case=case, student=robin, reason="The twin.", held_for="both", at=AT
    )
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=own, reason="Not so.", at=AT)
    assert told(AT, "parent_hold") == set()
    make.case(staff)
    assert told(AT + timedelta(hours=1), "parent_hold") == {("Lou", 0)}
    assert told(TUESDAY, "parent_hold") == {("Lou", 1), ("Lee", 1)}


def test_the_liaison_reads_that_one_stands_and_not_in_which_case_until_it_is_released() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    hold = frozen(case, staff.counselor, now)
    told(now + 7 * DAY, "parent_hold")
    client = Client()
    client.force_login(staff.liaison)
    words = "legal counsel has not ended the freeze"
    page = client.get(reverse("home")).content.decode()
    assert words in page
    assert case.number not in page
    for person in (staff.administrator, staff.teacher):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT holds_standing()")
            assert cursor.fetchall() == []
    at = now + timedelta(minutes=1)
    workflow.release_parent_hold(actor=staff.counsel, case=case, hold=hold, reason="Another man.", at=at)
    assert words not in client.get(reverse("home")).content.decode()
