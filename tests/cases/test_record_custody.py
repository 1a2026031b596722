"""An officer takes the student into custody as a victim: the officer notifies the parent, and nobody else is asked."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, taken_along
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_the_parent_step_goes_away_and_the_officers_duty_is_shown() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "decide_contact")
    assert f"#part-{part.pk}" in page(staff.counselor, reverse("home"))
    taken_along(case, staff.counselor)
    shown = page(staff.counselor, case.get_absolute_url())
    assert "The peace officer notifies the parent" in shown
    assert "Education Code 48906" in shown
    assert "gives the peace officer the parent’s name, address and telephone" in shown
    for name in ("decide_contact", "contact_guardian"):
        part = make.part(case, staff.counselor, name)
        assert reverse("cases:record_outcome", args=[case.pk, part.pk]) not in shown
        assert f"#part-{part.pk}" not in page(staff.counselor, reverse("home"))
    written = page(staff.counselor, reverse("cases:parents_of_case", args=[case.pk]))
    assert "City police" in written
    assert "R. Roe, 117" in written


def test_while_it_lasts_contact_with_a_parent_is_neither_decided_nor_recorded() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    taken_along(case, staff.counselor)
    with conflict("The peace officer who took the student into custody notifies the parent"):
        contacted(case, staff.counselor)
    other = make.case(staff)
    taken_along(other, staff.counselor)
    with conflict("The peace officer who took the student into custody notifies the parent"):
        decided(other, staff.counselor)
    make.reported(case, staff.counselor)


def test_the_second_is_told_who_wrote_it_down() -> None:
    staff = make.Staff()
    case = make.case(staff)
    taken_along(case, staff.administrator)
    with conflict("Ada Administrator wrote down on Fri, Nov 20, 2:50 PM"):
        taken_along(case, staff.counselor)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"agency": "", "officer_named": " "}, {"agency", "officer_named"}),
        ({"officer_named": "x" * 201}, {"officer_named"}),
        ({"taken_at": AT + timedelta(minutes=1)}, {"taken_at"}),
        ({"taken_at": AT - 9999 * DAY}, {"taken_at"}),
    ],
    ids=["empty", "too-long", "in-the-future", "long-ago"],
)
def test_it_has_its_agency_officer_and_time(given: dict[str, object], wrong: set[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    values: dict[str, object] = {"agency": "City police", "officer_named": "R. Roe", "taken_at": AT}
    with invalid(*wrong):
        workflow.record_custody(actor=staff.counselor, case=case, **values | given, at=AT)  # type: ignore[arg-type]


def test_postgresql_takes_it_from_nobody_but_those_who_carry_or_answer_for_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    insert = (
        "INSERT INTO cases_custody (id, case_id, taken_at, recorded_at, recorded_by_id, sealed)"
        " VALUES (gen_random_uuid(), %s, now(), now(), %s, '')"
    )
    for person, as_whom in ((staff.sro, staff.sro), (staff.elsewhere,) * 2, (staff.counselor, staff.sro)):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            acting_as(person.pk),
            connection.cursor() as cursor,
        ):
            cursor.execute(insert, [case.pk, as_whom.pk])
