"""The line of numbers on a first screen: each says how much stands where it leads, and leads to what waits."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from tests import make
from tests.cases.test_queries import everything_waits

pytestmark = pytest.mark.django_db


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def jumps(page: str) -> dict[str, int]:
    """Where each number leads on the same page."""
    line = page.partition('<p class="jump">')[2].partition("</p>")[0]
    return {name: int(count) for name, count in re.findall(r'href="#([^"]+)"><b>(\d+)</b>', line)}


def standing(page: str, name: str) -> int:
    """How many things stand in the section with that heading."""
    section = page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]
    return section.count('class="todo-what"')


def test_where_only_an_alert_waits_the_number_leads_to_it_and_no_box_is_empty() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now)
    make.reported(case, staff.counselor, at=now)
    make.missing(staff.teacher, staff.student, at=now)
    page = home(staff.administrator)
    assert jumps(page)["alerts"] == standing(page, "alerts") == 1
    # On a school day's morning something is due on the same day: then the box is there, and so is its number.
    assert jumps(page).get("now", 0) == standing(page, "now")
    assert ('id="now"' in page) == ("now" in jumps(page))
    assert not re.search(r'<ul class="todo">\s*</ul>', page)


def test_each_number_is_how_much_stands_there() -> None:
    staff = make.Staff()
    everything_waits(staff)
    for person in (staff.counselor, staff.administrator, staff.liaison, staff.counsel):
        page = home(person)
        found = jumps(page)
        assert found, person
        if "late" in found:
            # Both lists of what is late are one number, which leads to the first of them.
            found["late"] -= standing(page, "late_with_others")
        assert {name: standing(page, name) for name in found} == found, person
        assert not re.search(r'<ul class="todo">\s*</ul>', page), person
