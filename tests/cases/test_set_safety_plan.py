"""A safety plan: made with the student, kept in versions, looked at again; the officer reads it only if it says so."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, SafetyPlan
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import around, make
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def safety(case: Case, person: User) -> str:
    return signed_in(person).get(reverse("cases:safety", args=[case.pk])).content.decode()


def test_a_plan_is_kept_in_versions_its_words_sealed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    mother = around.contact(case, staff.counselor, may_pick_up="yes")
    first = around.safety_plan(case, staff.counselor, route="By the north gate.", pick_up=[mother.who])
    second = around.safety_plan(case, staff.administrator, version=1, route="By bus.", at=AT + DAY)
    with acting_as(staff.counselor.pk):
        rows = list(SafetyPlan.objects.filter(case=case))
    assert [(row.pk, row.number, row.replaced_at) for row in rows] == [
        (first.pk, 1, AT + DAY),
        (second.pk, 2, None),
    ]
    assert first.words(case.key)["route"] == "By the north gate."
    assert first.words(case.key)["pick_up"] == [[str(mother.who), "Ana Brook"]]
    assert b"gate" not in bytes(first.sealed)


def test_only_somebody_of_whom_it_is_entered_that_they_may_is_named_to_pick_up_the_student() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff)
    unknown = around.contact(case, staff.counselor)
    elsewhere = around.contact(other, staff.counselor, may_pick_up="yes")
    involved = around.contact(case, staff.counselor, may_pick_up="yes", may_be_involved="yes")
    for who in (unknown.who, involved.who, elsewhere.who, uuid4()):
        with invalid("pick_up"):
            around.safety_plan(case, staff.counselor, pick_up=[who])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"danger": " "}, "danger"),
        ({"safe_adult": ""}, "safe_adult"),
        ({"route": "x" * 5001}, "route"),
        ({"avoid": "\x00"}, "avoid"),
        ({"review_on": AT.date()}, "review_on"),
        ({"review_on": AT.date() + timedelta(days=367)}, "review_on"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(wrong: dict[str, Any], field: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(field):
        around.safety_plan(case, staff.counselor, **wrong)


def test_whoever_comes_second_reads_the_plan_that_was_first_and_can_send_theirs_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    around.safety_plan(case, staff.administrator, route="By bus.")
    with conflict("Ada Administrator set the plan on"):
        around.safety_plan(case, staff.counselor)
    client, path = signed_in(staff.counselor), reverse("cases:set_safety_plan", args=[case.pk])
    sent = {
        "version": "0",
        "danger": "Typed at length.",
        "safe_adult": "The coach.",
        "agreed": "yes",
        "shared_with_sro": "no",
        "review_on": (database_now().date() + 5 * DAY).isoformat(),
    }
    answer = client.post(path, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "By bus." in text
    assert "Typed at length." in text
    assert 'name="version" value="1"' in text
    assert client.post(path, sent | {"version": "1"}).status_code == 302


def test_the_officer_reads_a_plan_that_says_so_as_long_as_it_is_in_force() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    around.contact(case, staff.counselor, "Ana Brook", may_pick_up="yes")
    for number, (shared, reads) in enumerate([(False, False), (True, True), (False, False)]):
        route = f"By way {number}."
        around.safety_plan(case, staff.counselor, version=number, route=route, shared_with_sro=shared)
        assert (route in safety(case, staff.sro)) is reads
        assert route in safety(case, staff.administrator)
        with acting_as(staff.sro.pk):
            assert SafetyPlan.objects.count() == int(reads)
    with pytest.raises(NotPermitted):
        around.safety_plan(case, staff.sro, version=3)
    with pytest.raises(Absent):
        around.safety_plan(case, staff.elsewhere, version=3)


def test_a_plan_that_is_to_be_looked_at_again_stands_on_the_first_screen_until_it_is_set_anew() -> None:
    staff = make.Staff()
    # In the days of PostgreSQL's clock, by which the first screen goes.
    now = database_now()
    case = make.case(staff, at=now - 3 * DAY)
    make.asked_in(case, staff.counselor, staff.sro, at=now - 3 * DAY)
    around.safety_plan(
        case,
        staff.counselor,
        at=now - 2 * DAY,
        review_on=(now - DAY).astimezone(staff.school.zone).date(),
        shared_with_sro=True,
    )
    words = "Safety plan to look at again"
    for person, told in ((staff.counselor, True), (staff.administrator, True), (staff.sro, False)):
        assert (words in signed_in(person).get(reverse("home")).content.decode()) is told
    assert "The day has come on which this plan is to be looked at again." in safety(case, staff.counselor)
    workflow.set_safety_plan(actor=staff.counselor, case=case, at=now, **around.plan(now, version=1))
    assert words not in signed_in(staff.counselor).get(reverse("home")).content.decode()


def test_in_immediate_danger_the_emergency_number_stands_first_on_the_case_and_on_its_safety() -> None:
    district = make.district()
    district.emergency_number = "112"
    district.save(update_fields=["emergency_number"])
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    for path in (
        case.get_absolute_url(),
        reverse("cases:safety", args=[case.pk]),
        reverse("cases:record_outcome", args=[case.pk, part.pk]),
    ):
        main = signed_in(staff.counselor).get(path).content.decode().partition("<main")[2]
        assert main.index("tel:112") < main.index(reverse("directory:cards"))
