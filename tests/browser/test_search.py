"""Searching, by keyboard and without a script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_is_found_from_any_page_by_keyboard_and_without_a_script(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff)
    page = window(staff.counselor, width=1280, javascript=False)
    page.goto(reverse("cases:concerns"))
    acts.tab_to(page, "Student or case number", "textbox")
    page.keyboard.type("averi brok")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Found")).to_be_focused()
    assert "averi" not in page.url + page.title()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=case.number)).to_be_visible()


@pytest.mark.thorough
def test_the_page_of_a_search(window: Window, staff: make.Staff) -> None:
    make.case(staff)
    make.case(staff, "suspected_recruiter", about=make.concern(staff))
    make.concern(staff)
    page = window(staff.counselor)
    look(page, "search", reverse("cases:search"))
    expect(page.locator("#id_words")).to_be_focused()
    for name, typed, heading in (
        ("found", "Avery", "Found"),
        ("nothing", "Zoe Zhang", "Nothing found"),
        ("refused", "Z", "Not searched yet"),
    ):
        page.locator("#id_words").fill(typed)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        acts.look_at(page, f"search-{name}")
    page.locator("#id_words").fill("")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("From").fill("2026-11-20")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Found")).to_be_focused()
    acts.look_at(page, "search-narrowed")
