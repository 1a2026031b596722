"""Ways in which something once climbed to nobody, or was said once and then never again, each held by a sentence."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert, CheckIn, Concern
from cases.reading.work import waiting_for
from cases.workflow.sro import off_duty
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.directory.models import Closure, District
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.cases.reminders.test_sweep_check_ins import BEFORE, DAY, DUE
from tests.cases.reminders.worker import covered, swept, told, wanted
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

#: A Monday, 10:00 in California.
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)


def first_screen(person: User, at: datetime) -> Any:
    with acting_as(person.pk):
        return waiting_for(User.objects.get(pk=person.pk), at)


def away(person: User, day: date) -> None:
    Away.objects.using("owner").create(person=person, first_day=day, last_day=day, entered_at=AT)


def test_those_to_whom_a_concern_climbs_can_open_it_and_deal_with_it() -> None:
    staff = make.Staff()
    concern = unhurried(make.concern(staff, at=MONDAY))
    swept(MONDAY)
    assert first_screen(staff.administrator, MONDAY).concerns == []
    Concern.objects.using("owner").update(climbs_at=MONDAY)
    swept(MONDAY + HALF_AN_HOUR)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert [one.pk for one in first_screen(person, MONDAY + HOUR).concerns] == [concern.pk]
    workflow.open_case(
        actor=staff.administrator, concern=concern, track="suspected_victim", reason="It fits.", at=MONDAY
    )


def test_so_can_those_to_whom_it_goes_because_neither_of_its_holders_is_there() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=MONDAY)
    for person in (staff.counselor, staff.social_worker):
        away(person, date(2026, 11, 23))
    assert told(MONDAY, "concern") == {("Casey", 0), ("Sam", 0), ("Ada", 0), ("Lee", 0)}
    assert [one.pk for one in first_screen(staff.administrator, MONDAY).concerns] == [concern.pk]


def test_a_concern_to_which_something_is_added_is_told_anew_before_its_minutes_are_over() -> None:
    staff = make.Staff()
    friday = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    concern = make.concern(staff, at=friday)
    assert told(friday, "concern") == {("Casey", 0)}
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=friday + HOUR)
    saturday = friday + 16 * HOUR
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Tonight.", at=saturday)
    assert told(saturday, "concern") == {("Casey", 0)}


def test_a_report_that_is_open_although_every_duty_has_ended_asks_whoever_is_on_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.reported(case, staff.counselor, at=MONDAY)
    with transaction.atomic(using="owner"):
        case.people.using("owner").update(until=MONDAY)
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(
        actor=staff.administrator, case=case, student=robin, reason="The twin.", at=MONDAY
    )
    make.helper(case, staff.administrator, staff.counselor, "counselor", at=MONDAY)
    assert make.duties(staff.counselor) == []
    late = MONDAY + 36 * HOUR
    assert {("report", "Casey", 2), ("report", "Ada", 2)} <= swept(late, kind="report") & wanted(late)
    [task] = first_screen(staff.counselor, MONDAY).now
    assert (task.part.part, task.prompt) == ("report", "Call now: not yet called")
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:record_outcome", args=[case.pk, task.part.pk])
    assert path in client.get(case.get_absolute_url()).content.decode()
    make.own_report(case, staff.counselor, at=MONDAY)
    assert not {row for row in wanted(late) if row[0] == "report"}


def test_a_report_that_is_open_again_is_called_for_anew() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    assert told(MONDAY, "report") == {("Casey", 0), ("Terry", 0)}
    make.record(case, staff.counselor, "report", "not_applicable", reason="No.", at=MONDAY)
    concern = make.concern(staff, at=MONDAY)
    workflow.attach_concern(
        actor=staff.counselor, concern=concern, case=case, reason="Same.", at=MONDAY + HOUR
    )
    # The author of what was attached has a duty of their own for it, and hears nothing of the case.
    assert told(MONDAY + HOUR, "report") == {("Casey", 0), ("Terry", 0)}


def test_a_break_is_not_waited_out() -> None:
    staff = make.Staff()
    Closure.objects.using("owner").create(
        name="Summer", first_day=date(2027, 6, 12), last_day=date(2027, 8, 22)
    )
    june = datetime(2027, 6, 14, 18, 0, tzinfo=UTC)
    make.concern(staff, at=june)
    assert told(june, "concern") == {("Casey", 1), ("Sam", 1), ("Ada", 1), ("Lee", 1)}


def test_days_away_entered_in_the_morning_reach_the_cover_the_same_day() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    assert told(DAY, "check_in") == {("Casey", 1)}
    day = DAY.astimezone(staff.school.zone).date()
    row = workflow.enter_away(
        actor=staff.counselor, person=staff.counselor, first_day=day, last_day=day, at=DAY + HOUR
    )
    assert told(DAY + HOUR, "check_in") == {("Sam", 1)}
    workflow.withdraw_away(actor=staff.counselor, away=row, at=DAY + 2 * HOUR)
    assert told(DAY + 2 * HOUR, "check_in") == set()


def test_whoever_takes_somebodys_place_in_the_schedule_is_told_the_same_day() -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    swept(DAY)
    with acting_as(staff.counselor.pk):
        row = case.people.get(person=staff.counselor)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=DAY + HOUR)
    assert told(DAY + HOUR, "check_in") == {("Sam", 1)}


def test_after_two_days_without_a_mail_server_a_person_gets_the_last_message_alone() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    for moment in (BEFORE, DAY, DUE, DUE + 2 * HOUR, DUE + 25 * HOUR):
        swept(moment)
    of_check_ins = {row for row in wanted(DUE + 26 * HOUR) if row[0] == "check_in"}
    assert of_check_ins == {("check_in", who, 5) for who in ("Casey", "Sam", "Ada", "Lee")}


def test_a_contact_that_is_not_late_is_still_reminded_of_after_somebody_took_it_over() -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    check_in = CheckIn.objects.using("owner").get(case=case)
    workflow.take_over(actor=staff.counselor, case=case, subject=check_in.pk, at=BEFORE + 10 * HOUR)
    assert told(DAY, "check_in") == {("Casey", 1)}


def test_an_alert_that_was_taken_over_climbs_again_when_that_takes_too_long() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"}, at=MONDAY)
    swept(MONDAY)
    alert = Alert.objects.using("owner").get(case=case)
    workflow.take_over(actor=staff.counselor, case=case, subject=alert.pk, at=MONDAY)
    assert told(MONDAY + 19 * HOUR, "alert") == set()
    assert told(MONDAY + 21 * HOUR, "alert") == {("Casey", 2), ("Ada", 2), ("Lee", 2)}
    workflow.end_alert(
        actor=staff.counselor, case=case, alert=alert, reason="With her aunt.", at=MONDAY + 22 * HOUR
    )
    assert not {row for row in wanted(MONDAY + 22 * HOUR) if row[0] == "alert"}


def test_what_an_excluded_person_had_taken_over_climbs_at_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    late = DUE + 3 * HOUR
    swept(late)
    check_in = CheckIn.objects.using("owner").get(case=case)
    seen = make.as_seen(case, staff.administrator)
    workflow.take_over(actor=staff.administrator, case=seen, subject=check_in.pk, at=late)
    concern = make.concern(staff, implicated=[staff.administrator])
    workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="Same.", at=late + HOUR)
    taken = CheckIn.objects.using("owner").get(case=case)
    assert (taken.taken_by_id, taken.remind_at) == (None, late + HOUR)


def test_a_schedule_that_names_somebody_who_left_is_told_as_one_without_them() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    assert told(MONDAY, "uncovered") == set()
    staff.social_worker.memberships.update(until=date(2026, 11, 20))
    assert told(MONDAY + HOUR, "uncovered") == {("Ada", 0), ("Lee", 0)}


def test_a_request_that_no_officer_answered_stands_on_the_first_screens_it_climbed_to() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    request = make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert first_screen(person, MONDAY).unanswered == []
        assert [one.pk for one in first_screen(person, MONDAY + HALF_AN_HOUR).unanswered] == [request.pk]
    away(staff.sro, date(2026, 11, 23))
    assert [one.pk for one in first_screen(staff.counselor, MONDAY).unanswered] == [request.pk]
    workflow.accept_request(actor=staff.sro, request=request, at=MONDAY)
    assert first_screen(staff.counselor, MONDAY + HOUR).unanswered == []


def test_an_officer_is_off_duty_on_days_away_and_outside_of_the_hours_of_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    borrowed = make.user("Bo Borrowed", Role.SRO, staff.other_school)
    both = {staff.sro.pk: "", borrowed.pk: ""}
    before, evening, saturday = (MONDAY - timedelta(hours=n) for n in (2.5, 18, 48))
    assert off_duty([staff.sro, borrowed], case, MONDAY) == {}
    for moment in (before, evening, saturday):
        assert off_duty([staff.sro, borrowed], case, moment) == both
    away(staff.sro, date(2026, 11, 23))
    assert off_duty([staff.sro, borrowed], case, MONDAY) == {staff.sro.pk: ""}


def test_the_page_that_asks_an_officer_in_says_who_is_off_duty_and_where_nobody_is_the_number_of_dispatch() -> (
    None
):
    staff = make.Staff()
    make.district()
    make.number_of("law_enforcement", "555-0111")
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:request_sro", args=[case.pk, notify.pk])
    Away.objects.using("owner").create(
        person=staff.sro, first_day=date(2020, 1, 1), last_day=date(2100, 1, 1), entered_at=AT
    )
    page = client.get(path).content.decode()
    assert "Olu Officer (off duty, nobody covers)" in page
    assert "No SRO is on duty now." in page
    Membership.objects.using("owner").filter(person=staff.sro).delete()
    none = client.get(path).content.decode()
    assert "No SRO can be asked here at the moment." in none
    otherwise = reverse("cases:record_outcome", args=[case.pk, notify.pk])
    assert f'<a class="btn btn-primary" href="{otherwise}">Record it as “Unable so far”</a>' in none
    assert f'href="{otherwise}"' not in page
    District.objects.using("owner").update(dispatch_number="")
    assert f'href="{otherwise}"' in client.get(path).content.decode()
    for words in (page, none):
        assert 'href="tel:5550100"' in words
        assert 'href="tel:5550111"' in words


def test_the_outbox_holds_one_row_for_each_asking() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=MONDAY)
    swept(MONDAY)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="More.", at=MONDAY + HOUR)
    swept(MONDAY + HOUR)
    dues = Message.objects.using("owner").filter(kind="concern").values_list("due", flat=True)
    assert set(dues) == {MONDAY, MONDAY + HOUR}
