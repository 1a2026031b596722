"""When somebody first knew is locked once it is said: a correction stands beside it, and late by either stays late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def correct(person: User, **given: Any) -> Any:
    [duty] = make.duties(person)
    values = {"learned_at": AT - 2 * HOUR, "reason": "Mistyped.", "at": AT} | given
    return workflow.correct_learned_at(actor=person, duty=duty, **values)


def test_both_times_are_shown_and_the_clock_goes_by_the_correction() -> None:
    staff = make.Staff()
    make.concern(staff)
    [before] = make.duties(staff.teacher)
    correct(staff.teacher)
    [after] = make.duties(staff.teacher)
    assert (after.learned_at, after.due_at) == (before.learned_at, before.due_at - 2 * HOUR)
    client = Client()
    client.force_login(staff.teacher)
    page = client.get(reverse("cases:report_duty", args=[after.pk])).content.decode()
    for words in (
        "Fri, Nov 20, 2026, 2:50 p.m.",
        "Fri, Nov 20, 2026, 12:50 p.m.",
        "Sun, Nov 22, 2:50 a.m.",
        "Mistyped.",
    ):
        assert words in page, words


def test_the_first_time_cannot_be_changed_past_the_application_either() -> None:
    staff = make.Staff()
    make.concern(staff)
    with (
        acting_as(staff.teacher.pk),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_reportduty SET learned_at = now()")


def test_no_correction_takes_lateness_away() -> None:
    staff = make.Staff()
    make.concern(staff, first_known_at=AT - 5 * HOUR)
    correct(staff.teacher, learned_at=AT - HOUR)
    [duty] = make.duties(staff.teacher)
    written = AT + 33 * HOUR
    values = {"phoned_at": AT, "agency": "Child Welfare Services", "written_at": written}
    workflow.record_report(actor=staff.teacher, duty=duty, outcome="done", values=values, at=written)
    client = Client()
    client.force_login(staff.teacher)
    assert client.get(reverse("cases:report_duty", args=[duty.pk])).context["reading"].late


def test_it_needs_a_reason_and_another_time_that_is_not_later_than_it_was_asked() -> None:
    staff = make.Staff()
    make.concern(staff)
    for field, wrong in (
        ("reason", ""), ("reason", "\x00"), ("learned_at", AT), ("learned_at", AT + HOUR),
        ("learned_at", AT.replace(year=1999)),
    ):  # fmt: skip
        with invalid(field):
            correct(staff.teacher, **{field: wrong})
    [duty] = make.duties(staff.teacher)
    with pytest.raises(Absent):
        workflow.correct_learned_at(
            actor=staff.counselor, duty=duty, learned_at=AT - HOUR, reason="No.", at=AT
        )
