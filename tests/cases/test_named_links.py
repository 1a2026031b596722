"""Whoever hears the links of a page one after the other knows which case each is of: no two have one name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from tests import around, make
from tests.links import Links
from tests.make import DAY
from tests.reviews import question

pytestmark = pytest.mark.django_db

LISTS = (
    "cases:cases",
    "cases:concerns",
    "cases:records_requests",
    "cases:reminders",
    "cases:all_schools",
    "cases:cases_to_review",
)


def twice(staff: make.Staff) -> list[Case]:
    """Two cases of one student, in each of which everything is asked of everybody."""
    now = database_now()
    at = now - timedelta(days=40)
    # Nobody records two concerns within one minute.
    cases = [make.case(staff, at=at - timedelta(hours=n)) for n in range(2)]
    for n, case in enumerate(cases):
        make.with_liaison(case, staff, at=at)
        make.asked_in(case, staff.counselor, staff.sro, at=at)
        around.safety_plan(case, staff.counselor, at=at, review_on=(at + 2 * DAY).date())
        workflow.suspect_parent(actor=staff.counselor, case=case, reason="He drives her.", at=at)
        make.released(case, staff.counselor, at=at)
        make.opened_in_emergency(case, make.user(f"Cal Counsel {n}", Role.COUNSEL))
        make.records_request(staff, at=at - n * DAY)
        make.concern(staff, author=staff.administrator, at=at - (n + 1) * DAY)
        make.offered(case, staff.counselor, staff.elsewhere, at=at + n * DAY)
        asked = question(case, staff.administrator, at=at)
        question(case, staff.administrator, at=at + 2 * DAY, last=asked.review_id)
    make.missing(staff.teacher, staff.student)
    make.left_school(staff.student, school=staff.other_school)
    monday = now.date() + timedelta(days=7 - now.weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + 4 * DAY)
    return cases


def pages(person: User, *paths: str) -> list[tuple[str, str]]:
    client = Client()
    client.force_login(person)
    found = []
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200:
            found.append((path, answer.content.decode()))
    return found


def test_no_two_links_of_a_first_screen_or_a_list_have_one_name_and_two_addresses() -> None:
    staff = make.Staff()
    cases = twice(staff)
    paths = [
        reverse("home"),
        *(reverse(name) for name in LISTS),
        f"{reverse('cases:cases_to_review')}?which=all",
    ]
    walked = {}
    for role in ("counselor", "administrator", "liaison", "counsel", "sro", "elsewhere"):
        found = pages(getattr(staff, role), *paths)
        walked[role] = len(found)
        for path, page in found:
            assert Links(page).alike == {}, (role, path)
    assert walked == {
        "counselor": 5, "administrator": 7, "liaison": 8, "counsel": 5, "sro": 5, "elsewhere": 5,
    }  # fmt: skip
    # The walk has seen what it is about: a step of each case, and a list of each.
    (_path, home), (_list, rows), *_rest = pages(staff.administrator, *paths)
    for case in cases:
        for page in (home, rows):
            assert any(name.endswith(f", Case {case.number}") for name in Links(page).named), case


def test_of_what_was_found_too() -> None:
    staff = make.Staff()
    twice(staff)
    client = Client()
    client.force_login(staff.counselor)
    page = client.post(reverse("cases:search"), {"words": "Avery"}).content.decode()
    assert len([name for name in Links(page).named if "Avery Brook" in name]) > 2
    assert Links(page).alike == {}


def test_on_the_pages_of_one_case_too() -> None:
    staff = make.Staff()
    case, _other = twice(staff)
    for name in ("reviews_of_case", "transfers_of_case", "parents_of_case", "releases_of_case"):
        for path, page in pages(staff.counselor, reverse(f"cases:{name}", args=[case.pk])):
            assert Links(page).alike == {}, path


def test_in_spanish_too() -> None:
    staff = make.Staff()
    twice(staff)
    client = Client()
    client.force_login(staff.administrator)
    client.post(reverse("choose_language"), {"language": "es"})
    page = client.get(reverse("home")).content.decode()
    assert 'lang="es"' in page
    assert Links(page).alike == {}
