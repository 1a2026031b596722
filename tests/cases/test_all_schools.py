"""The liaison's list of all schools: its orders, for which role each case waits, and the transfers that wait."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Transfer
from cases.reading.district import DistrictCase, list_district
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from protocols.schema import Definition
from tests import make
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

ORDERS = ("late", "oldest", "newest")
ALL_SCHOOLS = reverse("cases:all_schools")


def listed(person: User, **asked: Any) -> list[DistrictCase]:
    with acting_as(person.pk):
        return list_district(None, AT, **asked).rows


def page(person: User, **asked: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.get(ALL_SCHOOLS, asked).content.decode()


def row_of(case: Case, staff: make.Staff) -> DistrictCase:
    return next(row for row in listed(staff.liaison) if row.pk == case.pk)


def test_it_is_read_by_age_as_well_one_page_after_the_other() -> None:
    staff = make.Staff()
    now = database_now()
    cases = [make.another_case(staff, at=now - days * DAY).pk for days in (1, 3, 2)]
    # What is late the longest is the youngest of them.
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_steppart SET due_at = %s WHERE case_id = %s AND part = 'report'",
            [now - 9 * DAY, cases[0]],
        )
    for order, wanted in (("late", (0, 1, 2)), ("oldest", (1, 2, 0)), ("newest", (0, 2, 1))):
        found, after = [], None
        with acting_as(staff.liaison.pk):
            while after or not found:
                one = list_district(after, now, sort=order, size=1)
                found += [row.pk for row in one.rows]
                after = one.following
        assert found == [cases[n] for n in wanted], order


def test_the_order_stands_in_the_address_and_one_that_there_is_not_is_none() -> None:
    staff = make.Staff()
    older, newer = (make.another_case(staff, at=AT - days * DAY) for days in (2, 1))
    text = page(staff.liaison, sort="newest", late="1")
    assert text.index(newer.number) < text.index(older.number)
    text = page(staff.liaison, sort="number'")
    assert text.index(older.number) < text.index(newer.number)


@pytest.mark.parametrize("order", ORDERS)
def test_in_no_order_it_holds_what_is_kept_from_its_reader_or_goes_on_behind_it(order: str) -> None:
    staff = make.Staff()
    kept, other = make.another_case(staff), make.another_case(staff)
    workflow.exclude_person(actor=staff.counselor, case=kept, person=staff.liaison, reason="Kin.", at=AT)
    assert [row.pk for row in listed(staff.liaison, sort=order)] == [other.pk]
    with acting_as(staff.liaison.pk), connection.cursor() as cursor:
        cursor.execute("SELECT place_in_district(%s, %s)", [kept.pk, order])
        assert cursor.fetchone() == (None,)
    assert listed(staff.administrator, sort=order) == []


def roles(case: Case, staff: make.Staff, *parts: str) -> list[str]:
    """For whom the case waits while each of these is the one part that is open."""
    found = []
    for part in parts:
        with acting_as(staff.counselor.pk), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_steppart SET outcome = CASE WHEN part = %s THEN '' ELSE 'not_applicable' END,"
                " outcome_at = CASE WHEN part <> %s THEN now() END, due_at = NULL, next_on = NULL, repeats = false"
                " WHERE case_id = %s",
                [part, part, case.pk],
            )
        found.append(str(row_of(case, staff).waits_for))
    return found


def test_a_case_that_is_open_to_the_liaison_says_for_which_role_the_next_part_waits() -> None:
    staff = make.Staff()
    case = make.with_liaison(make.another_case(staff), staff)
    assert roles(case, staff, "report", "consult", "impact", "respond", "notify") == [
        "Each person who first knew or suspected",
        "Counselor or social worker",
        "Administrator",
        "School Resource Officer",
        "Either of several roles",
    ]
    assert roles(case, staff, "")[0] == "None"


@pytest.mark.parametrize("track", ["suspected_victim", "confirmed_victim", "suspected_recruiter"])
def test_of_any_other_nothing_says_what_it_is_about_whichever_part_is_open(track: str) -> None:
    staff = make.Staff()
    # Of today, so that nothing is asked of the district.
    case = make.another_case(staff, track, at=database_now())
    assert not row_of(case, staff).opens
    definition: Definition = case.protocol.definition
    parts = [part.id for step in definition.track(track).steps for part in step.parts]
    assert len(parts) > 3
    assert set(roles(case, staff, *parts)) == {"None"}
    text = page(staff.liaison)
    for one in definition.tracks:
        assert one.title not in text
        for step in one.steps:
            assert f"{one.letter}{step.number} " not in text
            assert all(part.label not in text for part in step.parts), step.number


def test_what_comes_first_decides_and_what_has_no_time_comes_last() -> None:
    staff = make.Staff()
    case = make.with_liaison(make.another_case(staff, at=AT), staff)
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_steppart SET due_at = NULL, next_on = NULL WHERE case_id = %s", [case.pk]
        )
        first = make.parts(case, staff.counselor)[0]
        assert first.part == "notify"
        assert str(row_of(case, staff).waits_for) == "Either of several roles"
        assert row_of(case, staff).next_from is None
        cursor.execute(
            "UPDATE cases_steppart SET due_at = %s WHERE case_id = %s AND part = 'impact'", [AT, case.pk]
        )
    row = row_of(case, staff)
    assert (str(row.waits_for), row.next_from) == ("Administrator", AT)


def test_a_transfer_is_listed_from_when_it_is_offered_and_nothing_of_whom_it_is_about() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.another_case(staff, at=now)
    assert [row.moving for row in listed(staff.liaison)] == ["", ""]
    make.offered(case, staff.counselor, staff.elsewhere, at=now)
    row = row_of(case, staff)
    assert (row.moving, row.moving_to, row.moving_person, row.moving_since, row.moving_late) == (
        "school", "Birch Middle", "Ellis Elsewhere", now, False,
    )  # fmt: skip
    text = page(staff.liaison, moving="1")
    assert "The transfer waits for Ellis Elsewhere, Birch Middle" in text
    assert case.number in text
    assert other.number not in text
    assert staff.student.full_name not in text
    assert not row.opens


@pytest.mark.parametrize("order", ORDERS)
def test_a_transfer_that_nobody_answered_in_time_is_late_there(order: str) -> None:
    staff = make.Staff()
    long_ago = database_now() - 9 * DAY
    case = make.case(staff, at=long_ago)
    make.another_case(staff, at=long_ago)
    make.offered(case, staff.counselor, staff.elsewhere, at=long_ago)
    (row,) = listed(staff.liaison, moving=True, sort=order)
    assert (row.pk, row.moving_late) == (case.pk, True)


def test_a_student_who_left_is_listed_until_somebody_has_acknowledged_them() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.left(case, staff.counselor)
    assert row_of(case, staff).moving == "unknown"
    assert "The student left, and nobody has acknowledged them yet" in page(staff.liaison)
    told = {"acknowledged_by": "Ms. Okafor, Cypress High", "acknowledged_at": AT}
    workflow.acknowledge_transfer(actor=staff.counselor, case=case, transfer=transfer, **told, at=AT)
    assert [row.pk for row in listed(staff.liaison, moving=True)] == []


def test_that_a_transfer_was_decided_is_not_listed() -> None:
    """It would say how a step of the case ended."""
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    decided = {
        "placement_options": "Another school of the district.",
        "student_wish": "To go.",
        "placement_decision": "transfer",
    }
    make.record(case, staff.counselor, "placement", values=decided)
    with acting_as(staff.counselor.pk):
        assert Transfer.objects.get(case=case).state == Transfer.State.ASKED
    assert row_of(case, staff).moving == ""
    assert listed(staff.liaison, moving=True) == []
