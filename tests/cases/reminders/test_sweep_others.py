"""Whom the sweep writes to about everything else."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases import workflow
from cases.breaks import Break
from csec.accounts.models import Away
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.directory.models import Closure
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import covered, swept, told, wanted
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

#: A Monday, 10:00 in California.
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
TODAY = date(2026, 11, 23)


def away(person: object, day: date = TODAY) -> None:
    Away.objects.using("owner").create(person=person, first_day=day, last_day=day, entered_at=AT)


def test_a_concern_is_told_to_its_receiver_and_climbs_after_half_an_hour_of_school() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=MONDAY)
    assert told(MONDAY, "concern") == {("Casey", 0)}
    climbed = {("Casey", 1), ("Sam", 1), ("Ada", 1), ("Lee", 1)}
    assert told(MONDAY + HALF_AN_HOUR - timedelta(seconds=1), "concern") == set()
    assert told(MONDAY + HALF_AN_HOUR, "concern") == climbed
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=MONDAY + HALF_AN_HOUR)
    assert not {row for row in wanted(MONDAY + HALF_AN_HOUR) if row[0] == "concern"}
    assert told(MONDAY + timedelta(days=2), "concern") == set()


def test_minutes_outside_of_school_do_not_count() -> None:
    staff = make.Staff()
    friday = datetime(2026, 11, 20, 23, 50, tzinfo=UTC)
    make.concern(staff, at=friday)
    assert told(friday, "concern") == {("Casey", 0)}
    assert told(friday + timedelta(days=2), "concern") == set()
    assert told(datetime(2026, 11, 23, 16, 20, tzinfo=UTC), "concern") != set()


def test_a_receiver_who_is_not_there_is_passed_over_at_once() -> None:
    staff = make.Staff()
    make.concern(staff, at=MONDAY)
    away(staff.counselor)
    assert told(MONDAY, "concern") == {("Casey", 0), ("Sam", 0)}
    away(staff.social_worker)
    assert told(MONDAY + timedelta(minutes=1), "concern") == {("Ada", 0), ("Lee", 0)}


def test_a_concern_never_reaches_whom_it_goes_past() -> None:
    staff = make.Staff()
    make.concern(staff, at=MONDAY, implicated=[staff.counselor, staff.administrator])
    assert told(MONDAY + timedelta(days=1), "concern") == {("Sam", 1), ("Lee", 1)}


def test_what_was_added_to_a_concern_in_a_case_is_told_to_its_carers() -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=MONDAY)
    case = make.case(staff, about=concern, at=MONDAY)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=MONDAY)
    assert told(MONDAY, "addition") == {("Casey", 0)}
    assert told(MONDAY + HALF_AN_HOUR, "addition") == {("Casey", 1), ("Ada", 1), ("Lee", 1)}
    assert case.pk in Message.objects.using("owner").values_list("case_id", flat=True)


def test_an_officer_who_does_not_answer_is_told_to_those_who_answer_for_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    request = make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    assert told(MONDAY, "request") == {("Olu", 0)}
    assert told(MONDAY + HALF_AN_HOUR, "request") == {("Olu", 1), ("Casey", 1), ("Ada", 1), ("Lee", 1)}
    workflow.accept_request(actor=staff.sro, request=request, at=MONDAY)
    assert not {row for row in wanted(MONDAY + HALF_AN_HOUR) if row[0] == "request"}


def test_an_officer_who_is_off_duty_is_told_to_them_at_once() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    away(staff.sro)
    assert told(MONDAY, "request") == {("Olu", 0), ("Ada", 0), ("Lee", 0)}


def test_a_report_is_called_for_at_once_by_night_and_until_it_is_made_also_when_the_case_is_void() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    assert told(MONDAY, "report") == {("Casey", 0), ("Terry", 0)}
    assert told(MONDAY + timedelta(hours=25), "report") == {("Casey", 1), ("Terry", 1)}
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=MONDAY)
    late = MONDAY + timedelta(hours=36)
    said = swept(late, kind__startswith="report")
    assert said == {
        ("report", "Casey", 2), ("report", "Terry", 2), ("report_late", "Ada", 1), ("report_late", "Lee", 1),
    }  # fmt: skip
    make.own_report(case, staff.counselor, at=MONDAY + timedelta(hours=37))
    assert {row[:2] for row in wanted(MONDAY + timedelta(hours=37))} >= {
        ("report", "Terry"),
        ("report_late", "Ada"),
    }
    assert ("report", "Casey") not in {row[:2] for row in wanted(MONDAY + timedelta(hours=37))}
    make.confirmed(case, at=MONDAY + timedelta(hours=37))
    assert not {row for row in wanted(MONDAY + timedelta(hours=37)) if row[0].startswith("report")}


def test_that_nobody_has_recorded_one_is_said_although_somebody_opted_out_and_not_after_a_call() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY)
    soon = MONDAY + timedelta(hours=13)
    for person, outcome, asked in (
        (staff.teacher, "not_applicable", {("Casey", 0)}),
        (staff.counselor, "called", set()),
    ):
        [duty] = make.duties(person)
        values = {"phoned_at": MONDAY, "agency": "CWS"} if outcome == "called" else {}
        workflow.record_report(
            actor=person, duty=duty, outcome=outcome, values=values, reason="So.", at=MONDAY
        )
        assert told(soon, "report_unmade") == asked


def test_whom_a_message_about_ones_own_report_went_to_is_in_no_history_but_ones_own() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY)
    swept(MONDAY + timedelta(hours=36))
    own = Message.objects.using("owner").filter(kind__in=["report", "report_unmade"])
    assert own.exists()
    assert not own.filter(case_id__isnull=False).exists()
    for person in (staff.administrator, staff.liaison, staff.counselor):
        with acting_as(person.pk):
            seen = Message.objects.filter(kind__in=["report", "report_unmade"]).values_list(
                "recipient", flat=True
            )
            assert set(seen) <= {person.pk}


def test_a_student_who_is_not_safe_is_told_to_everybody_who_can_help_until_one_sees_to_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    values = {"student_safe": "no"}
    entry = make.record(case, staff.counselor, "regular_contact", values=values, at=MONDAY)
    everybody = {("Casey", 0), ("Ada", 0), ("Lee", 0)}
    assert told(MONDAY, "alert") == everybody
    assert told(MONDAY + HALF_AN_HOUR, "alert") == {(who, 1) for who, _level in everybody}
    with acting_as(staff.administrator.pk):
        alert = case.alerts.get(subject=entry.pk)
    seen = make.as_seen(case, staff.administrator)
    workflow.take_over(actor=staff.administrator, case=seen, subject=alert.pk, at=MONDAY)
    assert not {row for row in wanted(MONDAY + HALF_AN_HOUR) if row[0] == "alert"}


def test_a_missing_student_with_an_open_case_is_told_within_the_minute() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY)
    workflow.report_absence(
        actor=staff.teacher, student=staff.student, missing_since=MONDAY, at=MONDAY + timedelta(minutes=5)
    )
    assert told(MONDAY + timedelta(minutes=6), "alert") == {("Casey", 0), ("Ada", 0), ("Lee", 0)}


def test_a_liaison_who_entered_an_absence_is_told_of_no_case_by_it_until_it_has_climbed() -> None:
    staff = make.Staff()
    make.user("Lin Liaison", Role.LIAISON)
    make.case(staff, at=MONDAY)
    make.missing(staff.liaison, staff.student, at=MONDAY)
    others = {"Casey", "Ada", "Lin"}
    assert told(MONDAY, "alert") == {(who, 0) for who in others}
    assert told(MONDAY + HALF_AN_HOUR, "alert") == {(who, 1) for who in others}
    assert told(MONDAY + 4 * HALF_AN_HOUR, "alert") == {(who, 2) for who in {*others, "Lee"}}


def test_a_schedule_without_a_cover_is_told_each_week_until_there_is_one() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY - timedelta(days=4))
    assert told(MONDAY, "uncovered") == {("Ada", 0), ("Lee", 0)}
    assert told(MONDAY + timedelta(days=3), "uncovered") == set()
    assert told(MONDAY + timedelta(days=7), "uncovered") == {("Ada", 0), ("Lee", 0)}
    covered(staff, case, MONDAY)
    assert told(MONDAY + timedelta(days=14), "uncovered") == set()
    assert not {row for row in wanted(MONDAY) if row[0] == "uncovered"}


def test_a_case_that_nobody_carries_is_told_each_morning() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY - timedelta(days=4))
    assert told(MONDAY, "nobody") == set()
    staff.counselor.memberships.update(until=date(2026, 11, 20))
    assert told(MONDAY + timedelta(minutes=20), "nobody") == {("Ada", 0), ("Lee", 0)}
    assert told(MONDAY + timedelta(days=1), "nobody") == {("Ada", 0), ("Lee", 0)}


def test_a_break_asks_two_weeks_ahead_for_who_keeps_contact_until_somebody_says() -> None:
    staff = make.Staff()
    Closure.objects.using("owner").create(
        name="Winter break", first_day=date(2026, 12, 21), last_day=date(2027, 1, 1)
    )
    winter = Break(date(2026, 12, 19), date(2027, 1, 3))
    case = make.case(staff, at=MONDAY)
    assert told(datetime(2026, 12, 4, 18, 0, tzinfo=UTC), "break") == set()
    assert told(datetime(2026, 12, 5, 18, 0, tzinfo=UTC), "break") == {("Casey", 0)}
    assert told(datetime(2026, 12, 14, 18, 0, tzinfo=UTC), "break") == {("Casey", 1), ("Ada", 1)}
    planned_at = datetime(2026, 12, 14, 19, 0, tzinfo=UTC)
    workflow.plan_break(
        actor=staff.counselor,
        case=case,
        break_=winter,
        who="child_welfare",
        outside="Ms Doe, 555-0142",
        how="By telephone, afternoons.",
        first_contact_on=date(2027, 1, 4),
        at=planned_at,
    )
    assert not {row for row in wanted(planned_at) if row[0] == "break"}
    assert told(datetime(2026, 12, 18, 18, 0, tzinfo=UTC), "break") == set()


def test_what_cannot_be_delivered_climbs() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY)
    swept(MONDAY)
    Message.objects.using("owner").filter(kind="report").update(state="failed", failed_at=MONDAY)
    # Of a duty no more is said than that somebody's reminder does not arrive.
    assert told(MONDAY + timedelta(minutes=1), "report_late") == {("Ada", 0), ("Lee", 0)}
    assert told(MONDAY + timedelta(minutes=2), "report_late") == set()
