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


@pytest.mark.thorough
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


def test_who_is_found_is_where_one_goes_on_and_a_long_text_is_counted(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.teacher)
    page.goto(reverse("cases:log_concern"))
    page.get_by_label("Student", exact=True).fill("Avery")
    page.get_by_role("button", name="Find").press("Enter")
    found = page.get_by_text("1 student found. Choose below.")
    expect(found).to_be_focused()
    account = page.get_by_label("What did you see or hear?")
    expect(account).to_have_attribute("aria-required", "true")
    expect(page.get_by_text("of 5,000 characters")).to_have_count(0)
    account.fill("x" * 5001)
    expect(page.locator(".counted")).to_have_text("5,001 of 5,000 characters")
    acts.look_at(page, "log_concern-found")
    small = page.evaluate(
        "[...document.querySelectorAll('main .btn, main summary, main .form-check, main input:not([type=checkbox],"
        "[type=radio],[type=hidden]), main textarea, main select')]"
        ".filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []
