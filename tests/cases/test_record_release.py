"""What leaves the school: to whom, what, on which basis; always recordable, corrected by a row of its own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Release
from cases.workflow.releases import keep_release
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

EMERGENCY = {"basis": "emergency", "recipient_kind": "law_enforcement"}


def test_it_says_to_whom_what_and_why_and_is_sealed_under_the_cases_key() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.released(case, staff.counselor)
    assert (row.by_id, row.recipient_kind, row.basis) == (staff.counselor.pk, "provider", "consent")
    assert row.words(case.key) == {
        "recipient": "Dr. Rivera, Harbor Clinic",
        "what": "Attendance since September.",
        "interest": "To plan the appointments.",
    }
    assert b"Rivera" not in bytes(row.sealed)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"recipient": " "}, "recipient"),
        ({"what": ""}, "what"),
        ({"interest": ""}, "interest"),
        ({"what": "x" * 5001}, "what"),
        ({"recipient_kind": "press"}, "recipient_kind"),
        ({"basis": "because"}, "basis"),
        ({"left_at": AT + timedelta(minutes=1)}, "left_at"),
        ({"left_at": AT.replace(year=1999)}, "left_at"),
        (EMERGENCY | {"persons": "Officer Dale, to protect her sister"}, "threat"),
        (EMERGENCY | {"threat": "He waits at the gate."}, "persons"),
    ],
)
def test_what_the_law_asks_for_is_asked_for(given: dict[str, str], wrong: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(wrong):
        make.released(case, staff.counselor, **given)
    with acting_as(staff.counselor.pk):
        assert not Release.objects.exists()


def test_a_parent_who_uses_their_own_right_needs_no_interest() -> None:
    staff = make.Staff()
    row = make.released(
        make.case(staff), staff.administrator, basis="access", recipient_kind="parent", interest=""
    )
    assert row.recipient_kind == "parent"


def test_an_emergency_is_told_first_and_recorded_days_later_also_when_the_case_is_closed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    row = make.released(
        case,
        staff.administrator,
        at=AT + timedelta(days=4),
        left_at=AT,
        threat="He waits at the gate.",
        persons="Officer Dale, to protect the student and her sister.",
        **EMERGENCY,
    )
    assert (row.left_at, row.recorded_at) == (AT, AT + timedelta(days=4))
    assert row.words(case.key)["threat"] == "He waits at the gate."


def test_a_correction_is_a_row_of_its_own_and_there_is_one_for_each_entry() -> None:
    staff = make.Staff()
    case = make.case(staff)
    first = make.released(case, staff.counselor)
    second = make.released(case, staff.administrator, what="Attendance of this year.", corrects=first.pk)
    assert second.corrects_id == first.pk
    assert make.reload(first, staff.counselor).words(case.key)["what"] == "Attendance since September."
    with conflict("Ada Administrator corrected this entry on Fri, Nov 20, 2:50 PM."):
        make.released(case, staff.counselor, corrects=first.pk)
    page = page_of(case, staff.counselor)
    assert "Corrected by an entry of Fri, Nov 20" in page
    assert page.count("Correct this entry") == 1


def page_of(case: object, person: object) -> str:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    answer = client.get(reverse("cases:releases_of_case", args=[case.pk]))  # type: ignore[attr-defined]
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_the_list_is_read_by_those_who_answer_for_the_case_and_not_by_the_officer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.sro, "sro")
    make.on_case_as_counsel(case, staff)
    make.released(case, staff.counselor)
    for person in (staff.counselor, staff.administrator, staff.counsel):
        assert "Dr. Rivera, Harbor Clinic" in page_of(case, person), person.name
    assert page_of(case, staff.sro) == "403"
    with acting_as(staff.sro.pk):
        assert not Release.objects.exists()
    client = Client()
    client.force_login(staff.sro)
    assert "Releases of information" not in client.get(case.get_absolute_url()).content.decode()


def test_another_verb_keeps_a_release_by_a_plain_call() -> None:
    staff = make.Staff()
    case = make.case(staff)
    values = {"recipient_kind": "other_school", "recipient": "Cedar High", "basis": "other_school"}
    with acting_as(staff.counselor.pk):
        row = keep_release(
            make.as_seen(case, staff.counselor),
            actor=staff.counselor,
            at=AT,
            left_at=AT,
            what="A summary.",
            interest="Enrolls there.",
            **values,
        )
    assert make.reload(row, staff.administrator).basis == "other_school"


def test_the_form_keeps_what_was_typed_when_something_is_missing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:record_release", args=[case.pk])
    typed = {
        "left_at": "2026-11-20T14:00",
        "recipient_kind": "law_enforcement",
        "recipient": "Officer Dale",
        "what": "Where she is.",
        "basis": "emergency",
        "interest": "To find her.",
    }
    refused = client.post(path, typed)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"threat", "persons"}
    assert "Where she is." in refused.content.decode()
    sent = client.post(path, typed | {"threat": "Taken away.", "persons": "To the police, for her."})
    assert sent.status_code == 302
    with acting_as(staff.counselor.pk):
        assert Release.objects.get().by_id == staff.counselor.pk


def test_something_recorded_since_is_read_before_the_list_counts_as_reviewed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.on_case_as_counsel(case, staff)
    first = make.released(case, staff.counselor)
    workflow.review_releases(actor=staff.counsel, case=case, last=first.pk, at=AT)
    make.released(case, staff.counselor, at=AT + timedelta(hours=1))
    page = page_of(case, staff.counsel)
    assert page.count("not reviewed yet") == 1
    assert "Lou Counsel reviewed the list on Fri, Nov 20, 2026, 2:50 p.m." in page
