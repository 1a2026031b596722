"""At 18 the rights are the student's: contact with parents is off, and the team is told once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.ages import of_age_on
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from district.workflow import merge_students
from tests import make
from tests.cases.parents import consulted, contacted
from tests.cases.reminders.worker import told, wanted
from tests.expect import conflict, invalid
from tests.make import AT, DAY

#: Friday 20 November 2026, the day of AT.
ADULT, CHILD = date(2008, 11, 20), date(2008, 11, 21)


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def aged(staff: make.Staff, born: date | None) -> None:
    """The roster says when the student was born."""
    staff.student.birth_date = born
    Student.objects.using("owner").filter(pk=staff.student.pk).update(birth_date=born)


def born_before(days: int) -> date:
    """When somebody was born who became 18 so many days ago, by the school's day."""
    today = database_now().astimezone(ZoneInfo("America/Los_Angeles")).date() - days * DAY
    leap = (today.month, today.day) == (2, 29)
    # Nobody becomes 18 on February 29.
    return date(today.year - 18, 3, 1) if leap else today.replace(year=today.year - 18)


@pytest.mark.parametrize(
    ("born", "since"),
    [
        (date(2008, 11, 20), date(2026, 11, 20)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2008, 2, 28), date(2026, 2, 28)),
        (date(2010, 3, 1), date(2028, 3, 1)),
        (date(2009, 12, 31), date(2027, 12, 31)),
        (date(2008, 1, 1), date(2026, 1, 1)),
    ],
)
@pytest.mark.django_db
def test_the_birthday_is_the_same_for_the_pages_and_for_the_sweep(born: date, since: date) -> None:
    assert of_age_on(born) == since
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT of_age_on(%s)", [born])
        assert cursor.fetchone() == (since,)


@pytest.mark.django_db(transaction=True)
def test_at_18_nobody_decides_for_the_student_and_the_step_asks_the_student_instead() -> None:
    staff = make.Staff()
    aged(staff, ADULT)
    case = make.case(staff)
    shown = page(staff.counselor, case.get_absolute_url())
    assert "The student is 18 since" in shown
    decision = make.part(case, staff.counselor, "decide_contact")
    assert reverse("cases:record_outcome", args=[case.pk, decision.pk]) not in shown
    with conflict("Still missing: The student’s own view"):
        contacted(case, staff.counselor, student_consents=True)
    consulted(case, staff.counselor)
    with invalid("student_consents"):
        contacted(case, staff.counselor)
    with invalid("student_consents"):
        contacted(case, staff.counselor, student_consents=False)
    part = make.part(case, staff.counselor, "contact_guardian")
    form = page(staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "agree to it?" in form
    contacted(case, staff.counselor, student_consents=True)


@pytest.mark.django_db(transaction=True)
def test_the_day_before_a_parent_is_contacted_as_of_any_student() -> None:
    staff = make.Staff()
    aged(staff, CHILD)
    case = make.case(staff)
    consulted(case, staff.counselor)
    with invalid("student_consents"):
        # It is not asked of a minor; and the gate comes first without it.
        make.record(
            case,
            staff.counselor,
            "contact_guardian",
            "unable",
            reason="Not now.",
            review_on=AT.date() + DAY,
            values={"student_consents": True},
        )
    with conflict("Still missing: Whether a parent"):
        contacted(case, staff.counselor)


@pytest.mark.django_db(transaction=True)
def test_the_report_asks_whether_it_was_before_18_and_services_follow_the_students_consent() -> None:
    staff = make.Staff()
    aged(staff, ADULT)
    case = make.case(staff)
    words = {
        "report": "Did it happen before the student was 18? Are minors at risk? If unsure, telephone.",
        "offer_referral": "services follow the student’s own consent",
    }
    for name, said in words.items():
        part = make.part(case, staff.counselor, name)
        assert said in page(staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk]))


@pytest.mark.django_db
def test_a_date_of_birth_that_is_missing_is_said() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert "The roster has no date of birth" in page(
        staff.counselor, reverse("cases:parents_of_case", args=[case.pk])
    )


@pytest.mark.django_db(transaction=True)
def test_the_first_screen_says_so_for_two_weeks_to_those_who_carry_or_answer_for_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    said = "The student is 18 now"
    for days, shown in ((-1, False), (0, True), (13, True), (14, False)):
        aged(staff, born_before(days))
        for person in (staff.counselor, staff.administrator):
            assert (said in page(person, reverse("home"))) is shown, days
    aged(staff, born_before(1))
    assert said not in page(staff.elsewhere, reverse("home"))
    assert case.number in page(staff.counselor, reverse("home"))


@pytest.mark.django_db(transaction=True)
def test_whoever_carries_or_answers_for_it_has_one_message_on_the_morning() -> None:
    staff = make.Staff()
    aged(staff, date(2008, 11, 24))
    make.case(staff)
    closed = make.case(staff)
    make.reported(closed, staff.counselor)
    make.closed(closed, staff.counselor)
    # Tuesday, 24 November, at half past six and at a quarter past eight.
    early, morning = (
        datetime(2026, 11, 24, hour, minute, tzinfo=UTC) for hour, minute in ((14, 30), (16, 15))
    )
    assert told(early, "of_age") == set()
    assert told(morning, "of_age") == {("Casey", 0), ("Ada", 0)}
    assert told(morning + timedelta(hours=1), "of_age") == set()
    assert told(morning + DAY, "of_age") == set()
    assert {row[0] for row in wanted(morning)} >= {"of_age"}
    aged(staff, date(2009, 11, 24))
    assert not [row for row in wanted(morning) if row[0] == "of_age"]


@pytest.mark.django_db(transaction=True)
def test_of_two_rows_that_are_one_student_the_date_of_birth_of_either_counts() -> None:
    staff = make.Staff()
    case = make.case(staff)
    kept = make.student(staff.school, "Avery", "Brooks", birth_date=ADULT)
    merge_students(actor=staff.administrator, kept=kept, alias=staff.student, at=AT)
    assert "The student is 18 since" in page(staff.counselor, case.get_absolute_url())
    assert told(AT, "of_age") == {("Casey", 0), ("Ada", 0)}
    Student.objects.using("owner").filter(pk=kept.pk).update(birth_date=None)
    Student.objects.using("owner").filter(pk=staff.student.pk).update(birth_date=ADULT)
    assert "The student is 18 since" in page(staff.counselor, case.get_absolute_url())


@pytest.mark.django_db
def test_the_application_does_not_ask_for_everybody_of_age() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_function_privilege('csec_app', 'cases_of_age(timestamptz)', 'EXECUTE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_page_of_ones_own_duty_asks_the_same_of_the_student_as_they_were_named_and_never_as_matched() -> (
    None
):
    staff = make.Staff()
    words = "Did it happen before the student was 18? Are minors at risk? If unsure, telephone."
    child = make.student(staff.school, "Jules", "Marsh", birth_date=date(2015, 1, 1))
    grown = make.student(staff.school, "Robin", "Vale", birth_date=date(2000, 1, 1))
    for named, matched, said in ((grown, child, True), (child, grown, False)):
        concern = make.concern(staff, student=named)
        (duty,) = make.duties(staff.teacher, concern=concern, ended_at=None)
        for _ in range(2):
            for name in ("report_duty", "record_report"):
                assert (words in page(staff.teacher, reverse(f"cases:{name}", args=[duty.pk]))) is said
            if concern.student_id == named.pk:
                workflow.match_concern(
                    actor=staff.counselor,
                    concern=concern,
                    student=matched,
                    reason="It is.",
                    corrections=0,
                    at=AT,
                )
                concern = make.reload(concern, staff.counselor)
