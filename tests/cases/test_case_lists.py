"""The lists of cases: what is late first, narrowed by what one sees, and as cheap far down as at the top."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, StepPart
from cases.reading.district import list_district
from cases.reading.keyset import address
from cases.reading.lists import late_from, list_cases
from cases.reading.when import due_on, written_due_at
from cases.reading.work import waiting_for
from csec.accounts.models import Membership, User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from district import workflow as district_workflow
from tests import make
from tests.cases.lateness import wrongly_kept
from tests.cases.parents import taken_along
from tests.make import AT

CASES = reverse("cases:cases")


def listed(person: User, path: str = CASES, **asked: Any) -> list[str]:
    """The numbers of the cases on a page of a list, from the first."""
    client = Client()
    client.force_login(person)
    page = client.get(path, asked).context["page"]
    return [getattr(row, "case", row).number for row in page.rows]


@pytest.mark.django_db
def test_what_is_late_the_longest_is_first_and_alone_when_asked_for() -> None:
    staff = make.Staff()
    now = database_now()
    new, old, older = (make.case(staff, at=now - timedelta(days=days)) for days in (0, 20, 30))
    assert listed(staff.counselor) == [one.number for one in (older, old, new)]
    assert listed(staff.counselor, late="1") == [older.number, old.number]
    assert listed(staff.counselor, sort="newest") == [new.number, old.number, older.number]
    assert listed(staff.liaison, reverse("cases:all_schools")) == [older.number, old.number, new.number]
    assert listed(staff.liaison, reverse("cases:all_schools"), late="1") == [older.number, old.number]


@pytest.mark.django_db
def test_a_list_is_narrowed_by_keys_and_what_is_no_key_narrows_nothing() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.case(staff, "suspected_recruiter", at=now)
    assert listed(staff.counselor, track="suspected_recruiter") == [other.number]
    assert listed(staff.counselor, kind="report") == [case.number]
    # An administrator sees the cases of the school, and is on none by name.
    assert listed(staff.administrator, mine="1") == []
    assert sorted(listed(staff.counselor, mine="1")) == sorted([case.number, other.number])
    for wrong in (
        {"track": "x"},
        {"school": "x"},
        {"kind": "'"},
        {"after": "1.2"},
        {"after": "9" * 40 + "." + "0" * 32},
    ):
        assert len(listed(staff.counselor, **wrong)) == 2, wrong
    assert listed(staff.elsewhere) == []


@pytest.mark.django_db
def test_of_ones_own_report_the_list_and_the_first_screen_say_the_same_time() -> None:
    staff = make.Staff()
    first = make.concern(staff, at=AT - timedelta(hours=5))
    case = make.case(staff, about=first, at=AT)
    clocks = {duty.due_at for duty in (*make.duties(staff.teacher), *make.duties(staff.counselor))}
    assert len(clocks) == 2
    with acting_as(staff.counselor.pk):
        cases = Case.objects.visible_to(staff.counselor)
        (row,) = list_cases(cases, staff.counselor, sort="late", after=None, at=AT).rows
        (own,) = (task for task in waiting_for(staff.counselor, AT).now if task.is_duty)
    row.parts = [part for part in row.parts if part == own.part]
    assert row.when == own.when == written_due_at(max(clocks), AT, case.zone)


@pytest.mark.django_db
def test_of_what_is_due_on_a_day_the_list_of_all_schools_says_the_day() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    day = AT.date() - make.DAY
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).update(due_at=None)
        StepPart.objects.filter(case=case, part="offer_referral").update(next_on=day)
    with acting_as(staff.liaison.pk):
        (row,) = list_district(None, AT).rows
    assert row.when == due_on(day, AT.date()) == "was due Thu, Nov 19 (yesterday)"


@pytest.mark.django_db
def test_a_row_says_what_is_next_by_whom_and_by_when() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    make.reported(case, staff.counselor, at=AT)
    with acting_as(staff.counselor.pk):
        found = Case.objects.visible_to(staff.counselor)
        (row,) = list_cases(found, staff.counselor, sort="late", after=None, at=AT).rows
    first = min(row.open_parts, key=lambda part: late_from(part, case.zone) or AT + timedelta(days=999))
    assert row.next_part == first
    assert str(row.when).startswith("due Fri, Nov 20, 4 p.m.")
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(CASES).content.decode()
    assert f"{case.get_absolute_url()}#part-{first.pk}" in page
    assert f'>S1 Ask the SRO<span class="visually-hidden">, Case {case.number}</span></a>' in page
    # Also on the page: next to by when, by whom; and beside it who carries the case.
    assert '<span class="hint">Casey Counselor · due Fri, Nov 20, 4 p.m.' in page.replace("was due", "due")
    assert '<td data-label="Held by">Casey Counselor</td>' in page


@pytest.mark.django_db
def test_a_row_says_the_role_where_nobody_is_on_the_case_and_nobody_where_nobody_carries_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    make.asked_in(case, staff.counselor, staff.sro, at=AT)
    make.reported(case, staff.counselor, at=AT)
    make.record(case, staff.counselor, "regular_contact", at=AT, values={"student_safe": "yes"})
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).exclude(part="impact").update(due_at=None)
    staff.counselor.memberships.update(until=make.SINCE)
    client = Client()
    client.force_login(staff.administrator)
    page = client.get(CASES).content.decode()
    assert '<td data-label="Held by">nobody</td>' in page
    assert 'S3 Look into the impact on campus<span class="visually-hidden">' in page
    assert '<span class="hint">Administrator · ' in page


@pytest.mark.django_db
def test_an_officers_list_is_in_no_order_of_what_they_do_not_see() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    contact = make.part(case, staff.counselor, "regular_contact")
    with acting_as(staff.counselor.pk):
        before = Case.objects.get(pk=case.pk)
        type(contact).objects.filter(pk=contact.pk).update(due_at=now - timedelta(days=9))
        after = Case.objects.get(pk=case.pk)
    assert after.late_from == now - timedelta(days=9)
    assert after.late_from_officer == before.late_from_officer
    assert listed(staff.counselor, late="1") == [case.number]
    assert listed(staff.sro, late="1") == []


@pytest.mark.django_db
def test_who_is_an_officer_and_carries_a_case_as_well_reads_there_what_is_late() -> None:
    staff = make.Staff()
    now = database_now()
    own, other = (make.case(staff, at=now - make.DAY * days) for days in (1, 2))
    make.asked_in(other, staff.counselor, staff.sro, at=now)
    office = {"school": staff.school, "role": "social_worker", "since": make.SINCE}
    Membership.objects.create(person=staff.sro, **office)
    make.helper(own, staff.counselor, staff.sro, "social_worker", at=now)
    for case in (own, other):
        make.opted_out(case, at=now)
        with_nothing_else(case, staff, but="regular_contact")
        with acting_as(staff.counselor.pk):
            StepPart.objects.filter(case=case, kind="contact").update(due_at=now - make.DAY)
    assert listed(staff.sro, late="1") == [own.number]
    assert listed(staff.sro) == [own.number, other.number]


@pytest.mark.django_db(transaction=True)
def test_a_case_is_late_from_another_moment_when_the_days_of_its_school_begin_elsewhere() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(
        case, staff.counselor, "consult", "unable", reason="Ill.", review_on=make.AT.date() + make.DAY
    )
    district_workflow.change_school(
        actor=staff.liaison, school=staff.school, name="Alder High", time_zone="Asia/Tokyo", at=make.AT
    )
    assert wrongly_kept() == []


def of_school(staff: make.Staff, **asked: Any) -> list[list[str]]:
    """The list as the counselor, the administrator and the liaison read it."""
    readers = ((staff.counselor, CASES), (staff.administrator, CASES))
    return [listed(*one, **asked) for one in (*readers, (staff.liaison, reverse("cases:all_schools")))]


def with_nothing_else(case: Case, staff: make.Staff, *, but: str) -> None:
    """Of a case everything but one part, or a duty to report, has ended."""
    with acting_as(staff.counselor.pk):
        rest = StepPart.objects.filter(case=case).exclude(part=but)
        rest.update(
            outcome="not_applicable", outcome_at=case.opened_at, due_at=None, next_on=None, repeats=False
        )


@pytest.mark.django_db
def test_what_is_narrowed_to_a_step_holds_what_is_looked_at_again_there() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - 40 * make.DAY)
    make.accepted(case, staff.counselor, at=now - 39 * make.DAY)
    make.opted_out(case, at=now)
    with_nothing_else(case, staff, but="offer_referral")
    assert of_school(staff, late="1") == [[case.number]] * 3
    assert listed(staff.counselor, late="1", kind="referral") == [case.number]
    assert listed(staff.counselor, kind="report") == []


@pytest.mark.django_db
def test_what_is_narrowed_to_reports_holds_a_duty_that_is_open_after_anothers_report() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - 3 * make.DAY)
    make.own_report(case, staff.counselor, at=now - 2 * make.DAY)
    with_nothing_else(case, staff, but="report")
    assert of_school(staff, late="1") == [[case.number]] * 3
    assert listed(staff.administrator, late="1", kind="report") == [case.number]
    make.opted_out(case, at=now)
    assert listed(staff.administrator, kind="report") == []


def suspected(case: Case, by: User) -> None:
    workflow.suspect_parent(actor=by, case=case, reason="Bruises.", at=database_now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begin", [suspected, taken_along])
def test_contact_with_parents_that_is_on_hold_makes_no_case_late(begin: Callable[..., Any]) -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - 9 * make.DAY)
    make.opted_out(case, at=now)
    began = now - 9 * make.DAY
    again = {"reason": "Not yet.", "review_on": (now - 8 * make.DAY).date(), "at": began}
    make.record(case, staff.counselor, "contact_guardian", "unable", **again)
    with_nothing_else(case, staff, but="contact_guardian")
    assert of_school(staff, late="1") == [[]] * 3
    with acting_as(staff.counselor.pk):
        # As it stands once that is decided.
        StepPart.objects.filter(case=case, part="decide_contact").update(outcome="done")
    assert make.reload(case, staff.counselor).late_from < now
    assert of_school(staff, late="1") == [[case.number]] * 3
    begin(case, staff.counselor)
    assert of_school(staff, late="1") == [[]] * 3
    assert of_school(staff) == [[case.number]] * 3
    assert wrongly_kept() == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CASES, reverse("cases:all_schools")])
def test_a_list_begins_anew_when_the_row_that_it_goes_on_behind_stands_elsewhere(path: str) -> None:
    staff = make.Staff()
    now = database_now()
    cases = [make.case(staff, at=now - days * make.DAY) for days in (30, 20)]
    person = staff.liaison if path != CASES else staff.counselor
    client = Client()
    client.force_login(person)
    behind = address(cases[0].pk, make.reload(cases[0], staff.counselor).late_from)
    assert [
        getattr(row, "case", row).number for row in client.get(path, {"after": behind}).context["page"].rows
    ] == [cases[1].number]
    make.opted_out(cases[0], at=now)
    with_nothing_else(cases[0], staff, but="")
    page = client.get(path, {"after": behind})
    assert "it begins anew" in page.content.decode()
    assert listed(person, path, after=behind) == [cases[1].number, cases[0].number]


@pytest.mark.django_db
def test_a_list_goes_on_behind_no_case_that_is_kept_from_its_reader() -> None:
    staff = make.Staff()
    now = database_now()
    kept, older, newer = (make.case(staff, at=now - days * make.DAY) for days in (20, 30, 10))
    at = make.reload(kept, staff.counselor).late_from
    workflow.exclude_person(actor=staff.counselor, case=kept, person=staff.liaison, reason="Kin.", at=now)
    path = reverse("cases:all_schools")
    for after in (str(kept.pk), address(kept.pk, at)):
        assert listed(staff.liaison, path, after=after) == [older.number, newer.number]
    for person in (staff.liaison, staff.administrator):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT place_in_district(%s)", [kept.pk])
            assert cursor.fetchone() == (None,)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_leave_the_earliest_of_both() -> None:
    """Also where the second did not lock the case before it wrote: it looks once more when the first is done."""
    staff = make.Staff()
    case = make.case(staff)
    owner = connections["owner"]

    def second() -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE cases_reportduty SET due_at = %s", [make.AT - timedelta(hours=1)])
        connections.close_all()

    other = Thread(target=second)
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("UPDATE cases_steppart SET due_at = %s WHERE part = 'impact'", [make.AT - make.DAY])
        other.start()
        # Until it waits for the first.
        for _try in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                break
            sleep(0.02)
    other.join()
    assert make.reload(case, staff.counselor).late_from == make.AT - make.DAY
    assert wrongly_kept() == []
