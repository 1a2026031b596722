"""What a page says is so for whoever reads it."""

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from tests import make

pytestmark = pytest.mark.django_db


def read(person: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"cases:{name}", args=args)).content.decode()


def test_for_a_missing_student_it_does_not_say_to_stay_with_them() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    assert "Stay with the student" in read(staff.counselor, "what_now", case.pk)
    make.missing(staff.teacher, staff.student, at=database_now())
    page = read(staff.counselor, "what_now", case.pk)
    assert "Stay with the student" not in page
    assert "Before dismissal" not in page
    assert "Say where the student was seen last" in page


def test_what_it_says_to_record_is_recorded_from_there() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    page = read(staff.counselor, "what_now", case.pk)
    assert f'href="{reverse("cases:record_release", args=[case.pk])}"' in page
    [duty, *_] = make.duties(staff.counselor)
    assert f'href="{reverse("cases:report_duty", args=[duty.pk])}"' in page
    make.reported(case, staff.counselor)
    assert "Your own duty to report" not in read(staff.counselor, "what_now", case.pk)


def test_a_list_of_ones_own_days_away_does_not_say_that_nobody_is_away() -> None:
    staff = make.Staff()
    assert "You have entered no days away." in read(staff.counselor, "enter_away")
    assert "of those for whom you can enter them" in read(staff.administrator, "enter_away")
