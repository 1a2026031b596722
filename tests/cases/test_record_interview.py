"""An interview at school: the agency, the choice that the student had, and never what was said."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Interview
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_it_says_who_spoke_with_the_student_and_whom_the_student_chose() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.interviewed(case, staff.administrator)
    assert (row.agency_kind, row.told, row.adult, row.by_id) == (
        "child_welfare",
        True,
        "accepted",
        staff.administrator.pk,
    )
    assert row.words(case.key)["adult_name"] == "Coach Lind"
    assert b"Lind" not in bytes(row.sealed)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"adult_name": ""}, "adult_name"),
        ({"adult": "declined", "adult_name": " "}, "adult_name"),
        ({"adult": "perhaps"}, "adult"),
        ({"agency_kind": "school"}, "agency_kind"),
        ({"agency": ""}, "agency"),
        ({"interviewer": ""}, "interviewer"),
        ({"held_at": AT + timedelta(minutes=1)}, "held_at"),
        ({"note": "\x00"}, "note"),
    ],
)
def test_what_is_missing_or_wrong_is_said(given: dict[str, str], wrong: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(wrong):
        make.interviewed(case, staff.counselor, **given)


def test_a_student_who_wants_to_be_alone_names_nobody() -> None:
    staff = make.Staff()
    row = make.interviewed(make.case(staff), staff.counselor, adult="alone", adult_name="")
    assert row.adult == "alone"


def test_it_is_corrected_by_a_row_of_its_own_and_of_the_same_case() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff)
    first = make.interviewed(case, staff.counselor)
    with pytest.raises(Absent):
        make.interviewed(other, staff.counselor, corrects=first.pk)
    make.interviewed(case, staff.counselor, adult="declined", corrects=first.pk)
    with conflict("Casey Counselor corrected this entry"):
        make.interviewed(case, staff.administrator, corrects=first.pk)


def test_the_officer_neither_records_nor_reads_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.sro, "sro")
    make.interviewed(case, staff.counselor)
    with pytest.raises(NotPermitted):
        make.interviewed(case, staff.sro)
    with acting_as(staff.sro.pk):
        assert not Interview.objects.exists()


def test_the_form_warns_of_what_was_said_and_leads_to_the_list() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:record_interview", args=[case.pk])
    assert "Never write what was said" in client.get(path).content.decode()
    typed = {
        "held_at": "2026-11-20T11:00",
        "agency_kind": "law_enforcement",
        "agency": "City Police",
        "interviewer": "Det. Moss, 118",
        "told": "no",
        "adult": "not_asked",
    }
    sent = client.post(path, typed, follow=True)
    assert "Det. Moss, 118" in sent.content.decode()
    assert "no or not known" in sent.content.decode()
