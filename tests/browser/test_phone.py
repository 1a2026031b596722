"""What stands above a page on a phone: one row with nothing cut off, and the pages of a case all in reach."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = (360, 390, 430)
#: What of these is beyond the window, too small for a finger, or in a box that is scrolled sideways.
OUT_OF_REACH = """found => found.filter(one => {
    const box = one.getBoundingClientRect();
    let holder = one;
    while ((holder = holder.parentElement)) if (holder.scrollWidth > holder.clientWidth + 1
        && getComputedStyle(holder).overflowX !== 'visible') return true;
    return box.left < 0 || box.right > innerWidth || box.width < 40 || box.height < 44;
}).map(one => one.textContent.trim())"""


def out_of_reach(found: Locator) -> Any:
    return found.evaluate_all(OUT_OF_REACH)


def test_the_header_of_a_phone_is_one_row_and_the_rest_is_in_its_menu(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.administrator, javascript=False)
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(reverse("home"))
        header = page.get_by_role("banner")
        said = ["Home", "Search", "Record a concern", "Quick exit"]
        for name in said:
            expect(header.get_by_role("link", name=name)).to_be_visible()
        row = header.locator(".top-row").locator("> a, summary")
        assert row.count() == len(said) + 1
        assert out_of_reach(row) == []
        assert header.bounding_box()["height"] < 70  # type: ignore[index]
        header.get_by_text("Menu").click()
        for name in ("Concerns", "Cases", "Figures", "Protocol", "Emergency card", "Calendar", "People"):
            expect(header.get_by_role("link", name=name, exact=True)).to_be_visible()
        assert out_of_reach(header.locator(".account-menu a:visible")) == []
        acts.check_fits(page)


def test_the_pages_of_a_case_are_all_in_reach_on_a_phone_and_the_open_one_is_marked_by_a_line(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff, at=database_now())
    page = window(staff.counselor, javascript=False)
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(case.get_absolute_url())
        pages = page.get_by_role("navigation", name="Pages of this case")
        assert pages.bounding_box()["height"] < 3 * 48  # type: ignore[index]
        here = pages.get_by_role("link", name="Steps")
        expect(here).to_have_css("border-bottom-style", "solid")
        expect(here).to_have_css("font-weight", "700")
        pages.get_by_text("More", exact=True).click()
        assert pages.get_by_role("link").count() == 11
        assert out_of_reach(pages.get_by_role("link")) == []
        page.goto(reverse("cases:links", args=[case.pk]))
        expect(pages.get_by_text("Linked cases, and more")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(pages.get_by_role("link")).to_have_count(11)


def test_the_first_press_of_tab_leads_past_the_pages_of_a_case(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now())
    page = window(staff.counselor)
    for name in ("close_case", "timeline", "case"):
        page.goto(reverse(f"cases:{name}", args=[case.pk]))
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to the page")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert not page.evaluate("Boolean(document.activeElement.closest('.rooms, .case-line'))"), name
