"""Ways in which somebody once learned what they should not, each held by a sentence."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import CasePerson, EntryEvidence
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_whoever_corrects_the_student_is_told_who_opened_the_case_and_never_on_which_day() -> None:
    """Whoever last opened it on the day of a report would stand out by it."""
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    signed_in(staff.administrator).get(case.get_absolute_url())
    make.reported(case, staff.administrator, at=database_now())
    told = signed_in(staff.counselor).get(reverse("cases:correct_student", args=[case.pk])).content.decode()
    [readers] = re.findall(r"<summary>Who has opened this case so far</summary><ul>(.*?)</ul>", told)
    assert readers == "<li>Ada Administrator</li>"
    days = signed_in(staff.counselor).get(reverse("cases:case_readings", args=[case.pk])).content.decode()
    [row] = re.findall(r"<tr>(?:(?!</tr>).)*Ada Administrator.*?</tr>", days, re.DOTALL)
    assert "In the week of" in row


def test_whoever_is_on_the_case_or_excluded_from_it_is_not_offered() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    page = signed_in(staff.counselor).get(reverse("cases:add_person", args=[case.pk]))
    offered = " ".join(str(label) for _value, label in page.context["form"].fields["who"].choices)
    assert "Sam Socialworker" in offered
    assert "Ada Administrator" not in offered
    assert "Casey Counselor" not in offered


def test_the_officer_does_not_learn_who_is_excluded() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    make.asked_in(case, staff.counselor, staff.sro)
    with acting_as(staff.sro.pk):
        assert not CasePerson.objects.filter(case=case, excluded=True).exists()
    with acting_as(staff.counselor.pk):
        assert CasePerson.objects.filter(case=case, excluded=True).exists()


def test_whoever_is_excluded_from_a_case_does_not_read_why_their_concern_went_into_it() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.social_worker]))
    theirs = make.concern(staff)
    reason = "The same car as in what implicates a colleague."
    workflow.attach_concern(actor=staff.counselor, concern=theirs, case=case, reason=reason, at=AT)
    assert reason in signed_in(staff.counselor).get(theirs.get_absolute_url()).content.decode()
    assert reason not in signed_in(staff.social_worker).get(theirs.get_absolute_url()).content.decode()


def test_a_concern_with_the_id_of_a_case_does_not_open_that_cases_key() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.concern(staff, author=staff.elsewhere, school=staff.other_school, student=None, concern_id=case.pk)
    with acting_as(staff.elsewhere.pk):
        assert not DataKey.objects.filter(pk=case.key_id).exists()
        assert DataKey.objects.filter(scope=case.pk).count() == 1


def test_the_officer_reads_what_was_recorded_of_their_own_steps_and_of_no_other() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    make.record(
        case, staff.counselor, "consult", values={"limits_explained": True, "student_view": "Not now."}
    )
    make.record(case, staff.counselor, "contact_guardian", "not_applicable", reason="A parent may be in it.")
    page = signed_in(staff.sro).get(case.get_absolute_url()).content.decode()
    assert "A parent may be in it." not in page
    assert "What was recorded is for those who do this step" in page
    for person, may_read in ((staff.sro, {"notify"}), (staff.administrator, {"notify", "contact_guardian"})):
        with acting_as(person.pk):
            rows = EntryEvidence.objects.filter(case=case, compartment="team")
            assert set(rows.values_list("entry__part__part", flat=True)) == may_read


def test_the_officer_reads_what_was_found_on_campus_where_they_looked_too() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    make.helper(case, staff.administrator, staff.sro, "sro")
    found = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", values=found)
    with acting_as(staff.sro.pk):
        assert EntryEvidence.objects.filter(case=case).count() == 1
