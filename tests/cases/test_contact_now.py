"""The page of a case names whoever has the contact now, as the first screens do: past whoever is away their cover."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from cases import workflow
from cases.models import Case
from cases.reading.case import CasePage
from cases.reading.lists import LATE, list_cases
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.contacts import CONTACT, WEDNESDAY, away, covered, team, work
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def waits_for(case: Case, reader: User, at: datetime) -> str:
    """Whom the page of the case says that the contact waits for."""
    with acting_as(reader.pk):
        page = CasePage(make.as_seen(case, reader), reader, at)
        [part] = [one for one in page.parts if one.row.part == CONTACT]
        return "you" if part.is_mine else str(part.held_by)


def in_list(case: Case, reader: User, at: datetime) -> str:
    """The same in the list of cases, where nothing but the contact is left to wait for."""
    with acting_as(reader.pk):
        [row] = list_cases(Case.objects.visible_to(reader), reader, sort=LATE, after=None, at=at).rows
    [row.parts] = [[part for part in row.parts if part.part == CONTACT]]
    return str(row.waits_for)


def read(path: str, reader: User) -> str:
    """The words of a page, as that person reads them."""
    client = Client()
    client.force_login(reader)
    return " ".join(strip_tags(client.get(path).content.decode()).split())


def panel(case: Case, reader: User) -> str:
    """What the page of the case says of its schedule."""
    page = read(case.get_absolute_url(), reader)
    return page.partition("Check-ins Next")[2].partition("Set the schedule")[0]


def in_force(case: Case, reader: User) -> str:
    """What stands before the form that changes it."""
    path = reverse("cases:plan_checkins", args=[case.pk])
    return read(path, reader).partition("In force")[2].partition("How often?")[0]


def test_while_somebody_is_away_it_waits_for_the_cover_and_no_longer_for_them() -> None:
    staff = make.Staff()
    case = covered(staff)
    away(staff.counselor)
    told = {AT: ("you", "Casey Counselor"), WEDNESDAY: ("Sam Socialworker", "you")}
    for at, (to_counselor, to_social_worker) in told.items():
        assert waits_for(case, staff.counselor, at) == to_counselor
        assert waits_for(case, staff.social_worker, at) == to_social_worker
    assert waits_for(case, staff.administrator, AT) == "Casey Counselor"
    assert waits_for(case, staff.administrator, WEDNESDAY) == "Sam Socialworker"
    assert in_list(case, staff.administrator, AT) == "Casey Counselor"
    assert in_list(case, staff.administrator, WEDNESDAY) == "Sam Socialworker"


def test_with_nobody_there_it_waits_for_everybody_who_can_see_to_it() -> None:
    staff = make.Staff()
    case = covered(staff)
    for person in (staff.counselor, staff.social_worker):
        away(person)
    assert waits_for(case, staff.administrator, WEDNESDAY) == "you"
    assert waits_for(case, staff.counselor, WEDNESDAY) == "you"


def test_whoever_took_it_over_has_it_until_they_are_away_themselves() -> None:
    staff = make.Staff()
    case = covered(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.administrator, case=case, subject=waiting.pk, at=AT)
    assert waits_for(case, staff.counselor, WEDNESDAY) == "Ada Administrator"
    away(staff.administrator)
    assert waits_for(case, staff.social_worker, WEDNESDAY) == "Casey Counselor"


def test_in_a_break_it_waits_for_whom_its_plan_names_of_the_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(case, staff.counselor)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.winter_break()
    make.break_planned(case, staff.counselor, "school", person=staff.social_worker)
    # The Tuesday of the break; on the Tuesday before it is the counselor's.
    assert waits_for(case, staff.social_worker, AT + 25 * DAY) == "Casey Counselor"
    assert waits_for(case, staff.counselor, AT + 32 * DAY) == "Sam Socialworker"


@pytest.mark.parametrize("at", [AT, WEDNESDAY, WEDNESDAY + DAY])
def test_the_page_says_it_is_yours_to_whom_the_first_screen_asks_for_it(at: datetime) -> None:
    staff = make.Staff()
    case = covered(staff)
    away(staff.counselor)
    away(staff.social_worker, (WEDNESDAY + DAY).date())
    for person in team(staff)[:2]:
        lists = work(person, at)
        asked = [task for task in lists.late.shown + lists.next.shown if task.part.kind == "contact"]
        assert (waits_for(case, person, at) == "you") == bool(asked)


def test_of_whom_the_schedule_names_the_page_says_that_they_are_no_longer_at_the_school() -> None:
    staff = make.Staff()
    case = covered(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.social_worker, case=case, subject=waiting.pk, at=AT)
    assert "no longer at this school" not in panel(case, staff.administrator)
    staff.counselor.memberships.update(until=AT.date())
    told = panel(case, staff.administrator)
    assert "Casey Counselor no longer at this school" in told
    assert told.count("no longer at this school") == 1
    staff.social_worker.memberships.update(until=AT.date())
    took, _how_often, planned = panel(case, staff.administrator).partition("How often")
    assert "Sam Socialworker sees to it since" in took
    assert took.rstrip().endswith("no longer at this school")
    assert "Sam Socialworker no longer at this school" in planned


def test_before_a_schedule_is_changed_it_says_of_whom_it_names_that_they_are_no_longer_on_the_case() -> None:
    staff = make.Staff()
    case = covered(staff)
    for person, words in (
        (staff.counselor, "Casey Counselor no longer on this case"),
        (staff.social_worker, "Sam Socialworker covers no longer on this case"),
    ):
        assert words not in in_force(case, staff.administrator)
        person.memberships.update(until=AT.date())
        assert words in in_force(case, staff.administrator)
