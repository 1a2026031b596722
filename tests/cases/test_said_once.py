"""What a page says is said once, to whoever reads it, and without a word that stands in for what they may not know."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from cases import workflow
from cases.models import Case, StepPart
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.expect import conflict
from tests.make import AT, DAY
from tests.papers import read

pytestmark = pytest.mark.django_db


def page_of(case: Case, person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(case.get_absolute_url()).content.decode()


def test_an_officer_answers_in_one_place_and_is_told_of_their_own_report_as_theirs() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    path = reverse("cases:accept_request", args=[case.pk, request.pk])
    page = page_of(case, staff.sro)
    assert page.count(f'action="{path}"') == 1
    assert "Your report back" in page
    assert "The SRO reports back" not in page
    assert "The SRO reports back" in page_of(case, staff.counselor)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    assert page_of(case, staff.sro).count(reverse("cases:report_back", args=[case.pk, request.pk])) == 1
    client = Client()
    client.force_login(staff.sro)
    assert "The SRO reports back" not in client.get(reverse("home")).content.decode()


def header_of(case: Case, person: User) -> str:
    """The one line in which the page says where the case stands."""
    return page_of(case, person).partition('class="case-line standing"')[2].partition("</p>")[0]


def test_the_header_says_where_a_case_stands_also_where_that_is_what_is_next() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    # The officer's next step is the first one that is open; the counselor's is another.
    for person in (staff.sro, staff.counselor):
        assert "Now at step S1" in header_of(case, person)


def test_the_header_says_it_also_where_every_step_has_ended_and_where_no_step_waits_that_one_sees() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    make.opted_out(case)
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).update(outcome="not_applicable", outcome_at=AT)
    for person, words in (
        (staff.counselor, "Every step has ended"),
        (staff.administrator, "Every step has ended"),
        (staff.sro, "No step waits that you see"),
    ):
        header = header_of(case, person)
        assert words in header
        assert "Now at step" not in header


@pytest.mark.parametrize("state", ["Closed", "Voided"])
def test_the_header_of_a_case_that_has_ended_says_when_and_how_long_ago(state: str) -> None:
    staff = make.Staff()
    # By the school's clock, which may have been set back since.
    now = database_now().astimezone(staff.school.zone)
    opened, ended = now - 40 * DAY - timedelta(hours=2), now - 40 * DAY
    case = make.case(staff, at=opened)
    assert "opened" not in header_of(case, staff.administrator)
    if state == "Closed":
        make.closed(case, staff.counselor, at=ended)
    else:
        workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=ended)
    day = {at: date_format(at.astimezone(staff.school.zone), "DAY_AND_YEAR") for at in (opened, ended)}
    words = f"{state} {day[ended]} (40 days ago), opened {day[opened]}"
    reader = staff.administrator if state == "Closed" else staff.liaison
    assert words in header_of(case, reader)


def test_a_paper_says_of_which_steps_it_tells_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    shown = read(make.paper(case, staff.counselor, sections=["track"]).content).text
    told, left = " ".join(shown.split()).split("Not told on this paper")
    assert "S2; S4; S5 Consult the student; S6; S7" in left
    assert "S3 Look into the impact on campus" in told
    assert "S5 Decide whether to contact a guardian or parent" in told


def test_an_officer_is_told_that_a_case_was_closed_and_not_by_a_word_for_whom() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    with conflict("This case was voided. Nothing can be recorded in it."):
        workflow.report_back(
            actor=staff.sro, request=request, version=0, values={"answer": "investigating"}, at=AT
        )
