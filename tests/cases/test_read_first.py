"""What was added to a concern is read before anything is decided about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


FORMS: dict[str, dict[str, Any]] = {
    "close_concern": {"reason": "Cleared up."},
    "open_case": {"track": "suspected_victim", "reason": "It fits."},
    "attach_concern": {"reason": "The same car."},
}


@pytest.mark.parametrize("verb", FORMS)
def test_a_form_opened_before_something_was_added_is_not_taken_and_keeps_its_text(verb: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    path = reverse(f"cases:{verb}", args=[concern.pk])
    typed = dict(FORMS[verb])
    if verb == "attach_concern":
        typed["case"] = str(make.case(staff).pk)
    client = signed_in(staff.counselor)
    typed["additions"] = client.get(path).context["form"]["additions"].value()
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="She says he hits her.", at=AT)
    refused = client.post(path, typed)
    assert refused.status_code == 409
    assert "Something was added on" in refused.content.decode()
    assert typed["reason"] in refused.content.decode()
    typed["additions"] = refused.context["form"]["additions"].value()
    assert client.post(path, typed).status_code == 302


def test_having_read_it_counts_for_what_the_page_showed_alone() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    make.case(staff, about=concern)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="First.", at=AT)
    client = signed_in(staff.counselor)
    shown = client.get(concern.get_absolute_url()).context["reading"].additions
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Second.", at=AT)
    client.post(reverse("cases:accept_concern", args=[concern.pk]), {"additions": shown})
    with acting_as(staff.counselor.pk):
        assert [one.pk for one in waiting_for(staff.counselor, AT).concerns] == [concern.pk]


def test_what_was_added_asks_for_a_report_again_that_was_called_not_applicable() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.record(case, staff.counselor, "report", "not_applicable", reason="A misunderstanding.")
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=AT)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    assert make.part(case, staff.counselor, "report").outcome == ""


def test_what_was_added_to_a_closed_case_and_read_there_asks_when_it_is_opened_again() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.record(case, staff.counselor, "report", "not_applicable", reason="A misunderstanding.")
    make.closed(case, staff.counselor)
    later = AT + timedelta(days=1)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=later)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=later)
    workflow.reopen_case(actor=staff.counselor, case=case, reason="New facts.", at=later)
    assert make.part(case, staff.counselor, "report").outcome == ""


def test_what_had_been_read_before_the_report_was_called_not_applicable_does_not_ask_again() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=AT)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    later = AT + timedelta(days=1)
    make.record(case, staff.counselor, "report", "not_applicable", reason="Fell.", at=later)
    make.closed(case, staff.counselor, at=later)
    workflow.reopen_case(actor=staff.counselor, case=case, reason="New facts.", at=later)
    assert make.part(case, staff.counselor, "report").outcome == "not_applicable"


def test_whoever_added_something_themselves_is_not_asked_to_read_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.administrator)
    make.case(staff, about=concern)
    workflow.supplement_concern(actor=staff.administrator, concern=concern, account="More.", at=AT)
    for person, asked in ((staff.administrator, []), (staff.counselor, [concern.pk])):
        with acting_as(person.pk):
            assert [one.pk for one in waiting_for(person, AT).concerns] == asked


def test_what_could_not_be_done_is_asked_again_on_its_day_after_reclassifying() -> None:
    staff = make.Staff()
    case = make.case(staff)
    day = AT.date().replace(day=24)
    make.record(case, staff.counselor, "consult", "unable", reason="Not at school.", review_on=day)
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )
    assert make.part(case, staff.counselor, "consult").next_on == day


def test_somebody_who_can_report_is_put_on_a_void_case_whose_report_is_open() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    for person in (staff.counselor, staff.administrator):
        person.memberships.update(until=AT.date())
    with acting_as(staff.liaison.pk):
        tasks = waiting_for(staff.liaison, AT).unattended.shown
    assert [task.part.part for task in tasks] == ["report"]
    workflow.add_person(
        actor=staff.liaison,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Reports.",
        at=AT,
    )
    make.reported(case, staff.social_worker)
