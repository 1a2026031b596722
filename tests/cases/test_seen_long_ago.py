"""A contact that is entered late counts from when it happened, and puts off nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CheckIn, Entry
from cases.rhythm import Rhythm
from csec.delivery.ticks import database_now
from tests import make
from tests.expect import invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

CONTACT = "regular_contact"
TODAY = date(2026, 11, 20)
FIRST = date(2026, 11, 24)
#: Monday, four weeks and a weekend after the case was opened; its first contact was never made.
LATE = AT + 31 * DAY


def seen(staff: make.Staff, case: Case, happened_at: datetime, *, at: datetime = LATE, **given: Any) -> Entry:
    part = make.part(case, staff.counselor, CONTACT)
    return workflow.record_checkin(
        actor=staff.counselor,
        part=part,
        version=part.version,
        seen=True,
        happened_at=happened_at,
        at=at,
        **given,
    )


def test_nobody_was_seen_for_a_case_before_it_was_opened() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("happened_at"):
        seen(staff, case, AT - timedelta(minutes=1))
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]


def test_the_minute_in_which_the_case_was_opened_is_of_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT + timedelta(seconds=40))
    seen(staff, case, AT)
    assert [state for _day, state in make.check_ins(case, staff.counselor)] == ["seen", "waiting"]


def test_an_attempt_is_not_corrected_into_a_contact_of_before_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.record(case, staff.counselor, CONTACT, "unable", reason="Absent.")
    with invalid("happened_at"):
        workflow.correct_entry(
            actor=staff.counselor,
            entry=entry,
            outcome="done",
            happened_at=AT - 20 * DAY,
            reason="She was seen.",
            values={"seen": True},
            at=LATE,
        )
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]


def test_seen_weeks_ago_leaves_the_contact_of_today_late() -> None:
    staff = make.Staff()
    case = make.case(staff)
    seen(staff, case, AT + 4 * DAY)
    waiting = make.check_in(case, staff.counselor)
    assert waiting.due_at < LATE
    assert waiting.due_on == date(2026, 12, 1)


def test_seen_weeks_ago_puts_the_next_contact_no_further_than_today() -> None:
    staff = make.Staff()
    case = make.case(staff)
    today = LATE.date()
    for days in (1, 60, 120):
        with invalid("next_on"):
            seen(staff, case, AT + DAY, next_on=today + days * DAY)
    seen(staff, case, AT + DAY, next_on=today)
    assert make.check_in(case, staff.counselor).due_on == today


def test_the_next_contact_is_at_most_twice_as_far_as_the_schedule_leaves() -> None:
    staff = make.Staff()
    for rhythm, furthest in (
        (Rhythm.every_days(7), date(2026, 12, 4)),
        (Rhythm.every_days(1), date(2026, 11, 23)),
        (Rhythm.per_week([1]), date(2026, 12, 4)),
        (Rhythm.per_week([0, 3]), date(2026, 11, 28)),
        (Rhythm.per_week([0, 1, 2, 3, 4]), date(2026, 11, 26)),
        (Rhythm.on_dates([FIRST, date(2027, 1, 12)]), date(2026, 12, 4)),
    ):
        case = make.case(staff)
        make.scheduled(case, staff.counselor, rhythm=rhythm, first_on=TODAY)
        with invalid("next_on"):
            seen(staff, case, AT, at=AT, next_on=furthest + DAY)
        seen(staff, case, AT, at=AT, next_on=furthest)


def test_a_break_over_which_the_schedule_goes_is_not_shortened() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.every_days(7))
    friday = AT + 28 * DAY
    seen(staff, case, friday, at=friday, next_on=date(2027, 1, 4))
    with invalid("next_on"):
        seen(staff, case, friday, at=friday, next_on=date(2027, 1, 5))


def test_seen_earlier_than_was_entered_first_is_due_again_earlier() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = seen(staff, case, LATE)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 28)
    workflow.correct_entry(
        actor=staff.counselor,
        entry=entry,
        outcome="done",
        happened_at=AT + 4 * DAY,
        reason="It was weeks ago.",
        values={"seen": True},
        at=LATE,
    )
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 1)
    assert make.check_in(case, staff.counselor, state=CheckIn.State.SEEN).due_on == FIRST


def test_the_page_says_beside_the_field_how_far_it_may_be() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now)
    opened_at = now.astimezone(case.zone)
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:record_checkin", args=[case.pk, make.part(case, staff.counselor, CONTACT).pk])
    shown = client.get(path).context["form"]
    assert "twice as long as the schedule leaves" in shown.fields["next_on"].help_text
    typed = {
        "version": "0",
        "seen": "yes",
        "happened_at": f"{opened_at:%Y-%m-%dT%H:%M}",
        "field_status": "Calm.",
    }
    page = client.post(path, typed | {"next_on": (shown.initial["next_on"] + 60 * DAY).isoformat()})
    assert "twice as long after this contact" in str(page.context["form"].errors["next_on"])
    page = client.post(path, typed | {"happened_at": f"{opened_at - timedelta(minutes=1):%Y-%m-%dT%H:%M}"})
    assert f"The case was opened on {opened_at:%a, %b} {opened_at.day}" in str(
        page.context["form"].errors["happened_at"]
    )
    assert "Calm." in page.content.decode()
