"""The first screen of each role with something on it, and the lists; what one does first is one press away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from csec.accounts.models import Membership
from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.cases.test_queries import everything_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
def test_the_first_screen_of_each_role_when_everything_waits(window: Window, staff: make.Staff) -> None:
    everything_waits(staff)
    Membership.objects.using("owner").filter(person=staff.sro).update(until=None)
    for role in ("counselor", "administrator", "liaison", "counsel", "sro", "teacher"):
        look(window(getattr(staff, role)), f"first-{role}", reverse("home"))


def test_an_officer_accepts_on_the_first_screen_and_the_list_begins_with_what_is_late(
    window: Window, staff: make.Staff
) -> None:
    now = database_now()
    late, case = make.case(staff, at=now - timedelta(days=20)), make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    sro = window(staff.sro)
    look(sro, "first-sro-asked", reverse("home"))
    sro.get_by_role("button", name="Accept").press("Enter")
    sro.get_by_text("Accepted. Report back").wait_for()
    counselor = window(staff.counselor)
    look(counselor, "cases-late-first", reverse("cases:cases"))
    expect(counselor.locator("tbody tr").first).to_contain_text(late.number)
    counselor.get_by_text("Filter and sort").press("Enter")
    counselor.get_by_label("Late only").press("Space")
    counselor.get_by_role("button", name="Show").press("Enter")
    counselor.wait_for_url("**late=on**#list")
    expect(counselor.locator("tbody tr")).to_have_count(1)
    assert counselor.evaluate("document.activeElement.id") == "list"
    acts.look_at(counselor, "cases-narrowed")
    counselor.goto(f"{reverse('cases:cases')}?track=confirmed_victim")
    acts.look_at(counselor, "cases-none-as-chosen")
    look(window(staff.liaison), "all_schools-late-first", reverse("cases:all_schools"))
