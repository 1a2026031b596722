"""Each role's first screen says what is now before what is late, and that before what is next."""

import re
from collections.abc import Sequence

import pytest

from cases import workflow
from csec.delivery.ticks import database_now
from tests import make
from tests.cases.test_first_screen import FORTNIGHT, page_of, work_of

pytestmark = pytest.mark.django_db


def read_in_order(page: str, order: Sequence[tuple[str, str]]) -> None:
    """These headings, and under each of them those words."""
    headings = re.findall(r'<h2 id="[^"]+">(.*?)</h2>', page)
    wanted = [heading for heading, _words in order]
    assert [one for one in headings if one in wanted] == wanted
    for heading, words in order:
        assert words in page.partition(f">{heading}</h2>")[2].partition("</section>")[0], heading


def test_an_officers() -> None:
    """A request to answer, a report back that is late, and an investigation and a website that wait."""
    staff, now = make.Staff(), database_now()
    make.district()
    late = make.case(staff, at=now - FORTNIGHT)
    request = make.asked_in(late, staff.counselor, staff.sro, at=now - FORTNIGHT)
    workflow.accept_request(actor=staff.sro, request=request, at=now - FORTNIGHT)
    robin = make.student(staff.school, "Robin", "Reed")
    confirmed = make.case(staff, "confirmed_victim", about=make.concern(staff, student=robin, at=now), at=now)
    make.asked_in(confirmed, staff.counselor, staff.sro, at=now)
    order = [
        ("Now", f"You are asked in: case {confirmed.number}"),
        ("Numbers to call", "911"),
        ("Late", f'Your report back<span class="visually-hidden">, Case {late.number}'),
        ("Next", f'Investigate, or refer<span class="visually-hidden">, Case {confirmed.number}'),
        ("To look up", "All numbers"),
    ]
    page = page_of(staff.sro)
    read_in_order(page, order)
    coming = {(one.case, one.definition.kind) for one in work_of(staff.sro).coming}
    assert {(confirmed, "investigation"), (confirmed, "website"), (late, "website")} <= coming
    # One press to the step.
    step = make.part(confirmed, staff.sro, "investigate")
    assert f'href="{confirmed.get_absolute_url()}#part-{step.pk}"' in page


def test_a_liaisons() -> None:
    """A report of their own, a contact that is everybody's while nobody is there, and one that comes."""
    staff, now = make.Staff(), database_now()
    late = make.case(staff, at=now - FORTNIGHT)
    make.reported(late, staff.counselor, at=now - FORTNIGHT)
    make.with_liaison(late, staff)
    coming = make.with_liaison(make.another_case(staff, at=now), staff)
    today = now.astimezone(staff.school.zone).date()
    workflow.enter_away(
        actor=staff.counselor, person=staff.counselor, first_day=today, last_day=today, at=now
    )
    robin = make.student(staff.school, "Robin", "Reed")
    make.concern(staff, author=staff.liaison, student=robin, at=now)
    contact = 'Regular contact<span class="visually-hidden">, Case '
    order = [
        ("Now", "Call now: not yet called"),
        ("Late", contact + late.number),
        ("Late with others", "waits for Administrator"),
        ("Next", contact + coming.number),
        ("To look up", "Reminder history"),
    ]
    read_in_order(page_of(staff.liaison), order)


def test_counsels() -> None:
    """Theirs is all under what is now: the request that is late before the one that is due, each with its clock."""
    staff, now = make.Staff(), database_now()
    robin = make.student(staff.school, "Robin", "Reed")
    make.records_request(staff, student=robin, at=now)
    make.records_request(staff, at=now - FORTNIGHT)
    page = page_of(staff.counsel)
    read_in_order(page, [("Now", "Avery Brook"), ("To look up", "Requests for records")])
    said = page.partition(">Now</h2>")[2].partition("</section>")[0]
    words = ["Avery Brook", "answer was due", "state-late", "with you", "Robin Reed", "answer due"]
    assert [said.index(one) for one in words] == sorted(said.index(one) for one in words)
    assert said.count("state-late") == 1


def test_a_consequence_is_theirs_to_decide_when_it_was_asked_whether_the_student_is_a_victim() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, "suspected_recruiter", at=now)
    make.record(case, staff.administrator, "screen", at=now, values={"could_be_victim": "no_sign"})
    assert ("consequence", case) in [
        (one.definition.kind, one.case) for one in work_of(staff.administrator).decisions
    ]
    said = [("Decisions that wait for you", "R3 Decide on a school consequence")]
    read_in_order(page_of(staff.administrator), said)
