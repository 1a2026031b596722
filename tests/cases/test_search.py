"""Searching: what one may see is found, however it is typed; of what one may not see nothing is told."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import workflow
from cases.models import Case, StepPart
from cases.reading.search import LIMIT, Found
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

SEARCH = reverse("cases:search")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def found_by(reader: User, words: str = "", **more: str) -> Found:
    answer = signed_in(reader).post(SEARCH, {"words": words, **more})
    assert answer.status_code == 200
    found: Found = answer.context["found"]
    return found


def cases_of(reader: User, words: str = "", **more: str) -> set[Case]:
    return {row.case for row in found_by(reader, words, **more).cases}


def test_a_case_is_found_by_whatever_one_knows_of_it() -> None:
    staff = make.Staff()
    alias = make.student(staff.school, "Jordan", "Hill")
    make.merged(staff.administrator, staff.student, alias)
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "yes"})
    other = make.case(
        staff, "confirmed_victim", about=make.concern(staff, student=make.student(staff.school, "Kim"))
    )
    workflow.void_case(actor=staff.liaison, case=other, reason="By mistake.", at=AT)
    for words in (
        "brok averi",
        "Jordan Hill",
        case.number,
        case.number.replace("-", " ").lower(),
        case.number[:6],
    ):
        assert cases_of(staff.counselor, words) == {case}, words
    for narrowed in (
        {"stands": "suspected_victim"},
        {"stands": "suspected_victim:1", "state": "open"},
        {"person": "Counselor Kasey"},
        {"first_day": "2026-11-20", "last_day": "2026-11-20"},
        {"dates": "contact", "first_day": "2026-11-20"},
    ):
        assert cases_of(staff.counselor, "", **narrowed) == {case}, narrowed
    for narrowed in (
        {"stands": "suspected_victim:2"},
        {"stands": "confirmed_victim"},
        {"state": "closed"},
        {"person": "Sam Socialworker"},
        {"last_day": "2026-11-19"},
        {"dates": "contact", "first_day": "2026-11-21"},
    ):
        assert cases_of(staff.counselor, "avery", **narrowed) == set(), narrowed
    # One that is void is on no list, and not among these.
    assert cases_of(staff.counselor, "Kim") == set()
    assert cases_of(staff.counselor, other.number) == {other}


def test_a_row_leads_to_the_step_that_waits() -> None:
    staff = make.Staff()
    case = make.case(staff)
    page = signed_in(staff.counselor).post(SEARCH, {"words": "avery"}).content.decode()
    part = make.part(case, staff.counselor, "notify")
    assert f'href="{case.get_absolute_url()}#part-{part.pk}">Avery Brook: S1 Ask the SRO<' in page
    assert "Avery" not in re.sub(r"<main.*</main>", "", page, flags=re.DOTALL)


def ended_but(case: Case, staff: make.Staff, part: str) -> None:
    """Of a case everything but one part has ended."""
    with acting_as(staff.counselor.pk):
        rest = StepPart.objects.filter(case=case).exclude(part=part)
        rest.update(outcome="not_applicable", outcome_at=AT, due_at=None, next_on=None, repeats=False)


def test_a_row_is_late_where_the_lists_say_so() -> None:
    """By somebody's own duty to report after another's report, and by a referral that nobody has looked at again."""
    staff, now = make.Staff(), database_now()
    reported, referred = (make.case(staff, at=now - 40 * DAY) for _n in range(2))
    make.own_report(reported, staff.counselor, at=now - 39 * DAY)
    make.accepted(referred, staff.counselor, at=now - 39 * DAY)
    make.opted_out(referred, at=now)
    for case, part, step in ((reported, "report", "S2 "), (referred, "offer_referral", "S6 ")):
        ended_but(case, staff, part)
        [row] = found_by(staff.counselor, case.number).cases
        assert (row.late, row.step[:3]) == (True, step)


def test_each_role_finds_what_it_sees_and_whoever_only_reports_has_no_search() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    for person in (staff.counselor, staff.administrator):
        found = found_by(person, "Avery Brook")
        assert ([row.case for row in found.cases], len(found.concerns)) == ([case], 1)
    for person in (staff.sro, staff.liaison, staff.counsel, staff.elsewhere):
        assert found_by(person, "Avery Brook").nothing
    make.asked_in(case, staff.counselor, staff.sro, at=database_now())
    assert cases_of(staff.sro, "Avery Brook", stands="suspected_victim:1") == {case}
    assert cases_of(staff.sro, dates="contact", first_day="2020-01-01") == set()
    for method in ("get", "post"):
        assert getattr(signed_in(staff.teacher), method)(SEARCH).status_code == 404


def asked_and_said(person: User, given: dict[str, str]) -> tuple[list[str], str]:
    """The statements of a search without what is drawn by lot, and the page without what was typed."""
    client = signed_in(person)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(SEARCH, given)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    assert not [query for query in asked if any(word in query["sql"] for word in ("Brook", "Avery", "Casey"))]
    drawn = re.compile(r"'[^']*'|s\d+_x\d+")
    return [drawn.sub("", query["sql"]) for query in asked], page.replace(given.get("words", "-"), "")


@pytest.mark.parametrize(
    "typed",
    [
        lambda _case: {"words": "Avery Brook"},
        lambda case: {"words": case.number},
        lambda _case: {"words": "Avery", "stands": "suspected_victim:1", "person": "Casey"},
        lambda _case: {"dates": "contact", "first_day": "2026-11-20"},
    ],
    ids=["name", "number", "narrowed", "date"],
)
def test_nothing_tells_that_there_is_something_else(typed: Any) -> None:
    """Not the page, not a number of statements, not one of them; whoever is kept from a case is like anybody."""
    staff = make.Staff()
    case = make.case(staff)
    own = make.case(staff, about=make.concern(staff, student=make.student(staff.school, "Zoe", "Hill")))
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Her uncle.", at=AT
    )
    given = typed(case)
    there = asked_and_said(staff.administrator, given)
    Student.objects.filter(pk=staff.student.pk).update(given_name="Xu", family_name="Yamamoto")
    nobody = {"words": "2222-2222"} if given.get("words") == case.number else given
    assert there == asked_and_said(staff.administrator, nobody)
    assert case.number not in there[1]
    assert cases_of(staff.administrator, "Zoe") == {own}


def test_a_case_that_one_does_not_see_moves_nothing_in_the_order() -> None:
    """As well as the others it fits, or better: they stand as they would without it."""
    staff = make.Staff()
    oldest, hidden, newest = (
        make.case(
            staff,
            about=make.concern(staff, student=make.student(staff.school, "Avery", "Brock"), at=at),
            at=at,
        )
        for at in (AT - 2 * DAY, AT - DAY, AT)
    )
    workflow.exclude_person(
        actor=staff.counselor, case=hidden, person=staff.administrator, reason="Her uncle.", at=AT
    )
    for words in ("Avery Brock", "Avery Brok", "avery"):
        assert [row.case for row in found_by(staff.counselor, words).cases] == [newest, hidden, oldest]
        assert [row.case for row in found_by(staff.administrator, words).cases] == [newest, oldest]
    # And where it alone fits to the letter.
    Student.objects.filter(pk=hidden.student_id).update(family_name="Broc")
    assert found_by(staff.counselor, "Avery Broc").cases[0].case == hidden
    assert [row.case for row in found_by(staff.administrator, "Avery Broc").cases] == [newest, oldest]


def test_an_author_does_not_learn_by_searching_who_was_matched() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.elsewhere, student=None, student_described="Red jacket.")
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    assert [row.concern for row in found_by(staff.counselor, "Avery").concerns] == [concern]
    assert found_by(staff.elsewhere, "Avery").nothing
    [row] = found_by(staff.elsewhere, first_day="2026-11-20").concerns
    assert (row.student, row.mine) == (None, True)


def test_there_is_an_end_to_what_is_shown_and_more_cases_ask_no_more() -> None:
    staff = make.Staff()
    make.many_cases(staff, 2)
    few, _page = asked_and_said(staff.counselor, {"words": "jules"})
    make.many_cases(staff, LIMIT)
    many, page = asked_and_said(staff.counselor, {"words": "jules"})
    assert len(few) == len(many) <= 18
    assert page.count('class="todo-what"') == LIMIT + 2
    assert "There is more than is shown here." in page


def test_what_cannot_be_looked_for_is_said_beside_the_field_and_kept() -> None:
    staff = make.Staff()
    client = signed_in(staff.counselor)
    for given, name in (
        ({}, "words"),
        ({"words": "A"}, "words"),
        ({"words": "Brook", "person": "-"}, "person"),
        ({"words": "Brook", "first_day": "2026-11-20", "last_day": "2026-11-19"}, "last_day"),
        ({"words": "Brook", "stands": "suspected_victim:99"}, "stands"),
    ):
        answer = client.post(SEARCH, given)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [name]
        assert given.get("words", "") in answer.content.decode()
