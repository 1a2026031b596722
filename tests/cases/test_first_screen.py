"""What the first screen of a role says: who holds what is late, and in which order what is theirs stands there."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.reading.district import list_district
from cases.reading.when import moment
from cases.reading.work import Work, waiting_for
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

#: The lists of an administrator's first screen, by their headings.
ORDER = ["Now", "Late", "Late with others", "Decisions that wait for you", "To settle", "Next"]
FORTNIGHT = timedelta(days=14)


def work_of(person: User) -> Work:
    with acting_as(person.pk):
        return waiting_for(person, database_now())


def page_of(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/").content.decode()


def late_case(staff: make.Staff) -> Case:
    """A case of two weeks ago whose reports are made, and nothing else."""
    case = make.case(staff, at=database_now() - FORTNIGHT)
    make.reported(case, staff.counselor, at=database_now() - FORTNIGHT)
    return case


def holders(person: User) -> dict[str, str]:
    """Whom each thing waits for that is late with others."""
    return {one.definition.kind: str(one.waits_for) for one in work_of(person).late_with_others.shown}


def away(person: User) -> None:
    """They are not there today."""
    now = database_now()
    today = now.astimezone(person.schools[0].zone).date()
    workflow.enter_away(actor=person, person=person, first_day=today, last_day=today, at=now)


def test_what_is_late_with_others_says_with_whom() -> None:
    """The administrator reads the counselor; the liaison both, of a case that is asked of the district."""
    staff = make.Staff()
    make.asked_in(case := late_case(staff), staff.counselor, staff.sro, at=database_now() - FORTNIGHT)
    make.with_liaison(case, staff)
    for person in (staff.administrator, staff.liaison):
        held = holders(person)
        assert held["contact"] == "Casey Counselor"
        assert "waits for Casey Counselor" in page_of(person)
    assert held["impact"] == "Administrator"
    assert held["sro_response"] == "Olu Officer"
    # Of what is one's own nothing is said of others.
    assert not [one for one in work_of(staff.counselor).late.shown if one.waits_for]


def test_a_late_contact_waits_for_the_cover_of_the_day() -> None:
    staff = make.Staff()
    case, began = late_case(staff), database_now() - FORTNIGHT
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=began)
    make.scheduled(case, staff.counselor, cover=staff.social_worker, at=began)
    assert holders(staff.administrator)["contact"] == "Casey Counselor"
    away(staff.counselor)
    assert holders(staff.administrator)["contact"] == "Sam Socialworker"
    away(staff.social_worker)
    assert "contact" not in holders(staff.administrator), "with nobody there it is everybody's"


def test_an_officer_without_any_case_reads_the_numbers_after_what_is_now() -> None:
    staff = make.Staff()
    make.district()
    make.number_of()
    make.number_of("law_enforcement", "555-0133")
    page = page_of(staff.sro)
    dialed = re.findall(r'href="tel:(\d+)"', page[page.index('id="numbers"') :])
    assert dialed == ["911", "5550100", "5550133", "5550122"]
    assert page.index('id="numbers"') < page.index('id="further"')
    make.asked_in(late_case(staff), staff.counselor, staff.sro, at=database_now())
    page = page_of(staff.sro)
    assert page.index('id="now"') < page.index('id="numbers"') < page.index('id="further"')
    # Nobody else is shown them where they have nothing to report.
    assert 'id="numbers"' not in page_of(staff.counsel)


def test_the_liaison_reads_how_many_cases_are_late_in_all_schools() -> None:
    """As many as the list holds to which the number leads; and never those that are kept from them."""
    staff = make.Staff()
    late_case(staff)
    make.another_case(staff, at=database_now())
    kept = make.another_case(staff, at=database_now() - FORTNIGHT)
    with acting_as(staff.liaison.pk):
        listed = list_district(None, database_now(), late=True).rows
    assert work_of(staff.liaison).late_in_schools == len(listed) == 2
    page = page_of(staff.liaison)
    assert '/all-schools/?late=1#list"><b>2</b> late in all schools</a>' in page
    given = {"case": kept, "person": staff.liaison, "reason": "Her niece."}
    workflow.exclude_person(actor=staff.counselor, at=database_now(), **given)
    assert work_of(staff.liaison).late_in_schools == 1
    assert work_of(staff.administrator).late_in_schools == 0


def test_an_administrators_screen_reads_from_what_is_now_to_what_is_next() -> None:
    """A concern that nobody holds, what is late, what they decide, and a check-in without a cover."""
    staff = make.Staff()
    late_case(staff)
    decides = make.another_case(staff, "confirmed_victim", at=database_now())
    make.concern(staff, student=make.student(staff.school, "Robin", "Reed"), at=database_now() - FORTNIGHT)
    work = work_of(staff.administrator)
    assert [one.student.given_name for one in work.concerns if one.unheld and one.student] == ["Robin"]
    assert ("placement", decides) in [(one.definition.kind, one.case) for one in work.decisions]
    assert not {one.part.pk for one in work.decisions} & {one.part.pk for one in work.coming}
    assert decides in work.uncovered.shown
    headings = re.findall(r"<h2 id=.*?>(.*?)</h2>", page_of(staff.administrator))
    assert headings[: len(ORDER)] == ORDER


def links(page: str, after: str, until: str) -> dict[str, str]:
    """Of a part of a page each link by its name, as whoever hears the page is told it; with where it leads."""
    part = page[page.index(f'id="{after}"') :].partition(f'id="{until}"')[0]
    found = re.findall(r'<a class="todo-what" href="([^"]+)">(.*?)</a>', part, re.DOTALL)
    named = {" ".join(re.sub(r"<[^>]+>", "", name).split()): where for where, name in found}
    assert len(named) == len(found), "two links have the same name"
    return named


def test_whoever_reports_tells_their_concerns_apart_and_which_duty_is_of_which() -> None:
    """Without a name. Two of one minute are told apart by their order."""
    staff, now = make.Staff(), database_now()
    days = [now - FORTNIGHT, now - 3 * make.DAY, now - 3 * make.DAY]
    for n, at in enumerate(days):
        make.concern(staff, student=make.student(staff.school, "Robin", f"Reed {n}"), at=at)
    page = page_of(staff.teacher)
    duties, concerns = links(page, "now", "written"), links(page, "written", "footer")
    assert "Reed" not in page
    of = {reverse("cases:report_duty", args=[one.pk]): one.concern_id for one in make.duties(staff.teacher)}
    matched = {name.partition("the concern of ")[2]: of[where] for name, where in duties.items()}
    assert {
        reverse("cases:concern", args=[pk]): f"Your concern of {name}" for name, pk in matched.items()
    } == {where: name for name, where in concerns.items()}
    first, *both = sorted(matched, key=lambda name: "of 2 in that minute" in name)
    assert first == moment(days[0], staff.school.zone)
    at = moment(days[1], staff.school.zone)
    assert sorted(both) == [f"{at} (1 of 2 in that minute)", f"{at} (2 of 2 in that minute)"]
    # The list of one's concerns says the same of each.
    client = Client()
    client.force_login(staff.teacher)
    listed = client.get(reverse("cases:concerns")).content.decode()
    assert links(listed, "written", "footer") == concerns
