"""Situations in which staff fear to get the report wrong, with their dates, and what then holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_2_the_clock_runs_through_the_night_in_which_the_clocks_change() -> None:
    staff = make.Staff()
    learned = datetime(2026, 3, 8, 4, 0, tzinfo=UTC)
    make.concern(staff, first_known_at=learned, at=learned)
    [duty] = make.duties(staff.teacher)
    shown = page(staff.teacher, reverse("cases:report_duty", args=[duty.pk]))
    assert "Sat, Mar 7, 8 p.m." in shown
    assert "Written report was due Mon, Mar 9, 9 a.m." in shown


def test_3_a_form_that_was_sent_after_41_hours_is_late_for_ever_and_is_recorded_all_the_same() -> None:
    staff = make.Staff()
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    written = AT + 41 * HOUR
    call = {"phoned_at": AT + timedelta(minutes=20), "agency": "Child Welfare Services"}
    given: dict[str, Any] = {"actor": staff.teacher, "duty": duty}
    workflow.record_report(**given, outcome="called", values=call, at=AT + HOUR)
    workflow.record_report(**given, outcome="done", values=call | {"written_at": written}, at=written)
    for _n in range(2):
        shown = page(staff.teacher, reverse("cases:report_duty", args=[duty.pk]))
        assert "Late" in shown
        [kept] = make.duties(staff.teacher, how="own")
        assert kept.learned_at == AT
        workflow.correct_learned_at(
            actor=staff.teacher, duty=kept, learned_at=AT - (1 + _n) * HOUR, reason="Earlier.", at=written
        )


def test_4_a_teacher_who_only_records_a_concern_reads_received_and_keeps_a_clock_of_their_own() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.own_report(case, staff.counselor)
    shown = page(staff.teacher, concern.get_absolute_url())
    assert "Received" in shown
    assert "Call now: not yet called" in shown
    assert "Call now: not yet called" in page(staff.teacher, reverse("home"))
    assert case.number not in shown
    with acting_as(staff.teacher.pk), pytest.raises(Absent):
        workflow.close_case(actor=staff.teacher, case=case, outcome="other", reason="No.", at=AT)
    # The case stays open for it, and does not say for whom.
    closing: dict[str, Any] = {"outcome": "other_support", "reason": "Over.", "last_look": "Well."}
    with conflict("A duty to report is still open"):
        left = make.left_open(case, staff.counselor)
        workflow.close_case(actor=staff.counselor, case=case, left_open=left, at=AT, **closing)
    assert "Terry Teacher" not in page(staff.counselor, reverse("cases:close_case", args=[case.pk]))


def test_6_that_the_officer_of_the_school_districts_own_police_is_in_leaves_the_report_open() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    part = make.part(case, staff.counselor, "report")
    assert part.is_open
    assert len(make.duties(staff.counselor)) == 1
    shown = page(staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk]))
    assert "that the SRO knows is no report" in shown
    assert "own police or security department" in shown


@pytest.mark.parametrize(
    ("signs", "rule"),
    [
        (["controlled_by_another"], "One sign of the first group was seen."),
        (["often_absent"], ""),
        (["often_absent", "substance_use"], "Two or more signs of the second group were seen."),
    ],
)
def test_7_the_signs_tell_which_rule_is_met_and_decide_nothing(signs: list[str], rule: str) -> None:
    staff = make.Staff()
    form = page(staff.teacher, reverse("cases:log_concern"))
    assert "The list decides nothing: if you reasonably suspect, report." in form
    concern = make.concern(staff, indicators=signs, at=AT)
    read = page(staff.counselor, concern.get_absolute_url())
    assert [words in read for words in ("One sign of", "Two or more signs of")] == [
        rule.startswith("One"),
        rule.startswith("Two"),
    ]
    assert rule in read
    # Whichever it is, the author carries the duty to report from then on.
    [duty] = make.duties(staff.teacher)
    assert duty.due_at == AT + 36 * HOUR
