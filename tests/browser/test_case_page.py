"""The page of a case and its timeline: a step ends in place, and what was done is said beside it."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from cases import workflow
from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.hands import Hands
from tests.browser.test_pages import look
from tests.cases.parents import taken_along

pytestmark = pytest.mark.django_db(transaction=True)

#: With the way of contact that is read before a check-in is recorded on the page.
CONSULTED = {"limits_explained": True, "student_view": "Afraid of going home.", "safe_way": "In the library"}


def test_a_step_ends_in_place_without_a_script_and_the_page_comes_back_to_it(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff, at=database_now())
    page = window(staff.administrator, javascript=False)
    page.goto(case.get_absolute_url())
    part = page.locator("li.part", has_text="Look into the impact on campus").first
    part.get_by_text("Done: record it here").click()
    part.get_by_label("Recruitment").check()
    part.get_by_role("group", name="Was an impact found?").get_by_label("No").check()
    part.get_by_role("button", name="Save as done").click()
    expect(page).to_have_url(re.compile(r"#part-"))
    expect(part.get_by_role("status")).to_have_text("Recorded.")
    expect(part.get_by_role("heading")).to_be_focused()
    expect(part.get_by_role("heading")).to_be_in_viewport()
    expect(page.get_by_text("Recorded.", exact=True)).to_have_count(1)


def _bottom(shown: Locator) -> float:
    """How far down its end is, on a page that was not scrolled."""
    box = shown.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize(
    ("language", "call", "frozen", "custody"),
    [
        ("en-US", "Call now: not yet called", "Contact with parents is frozen", "In custody:"),
        ("es", "Llame ahora: todavía no se ha llamado", "El contacto con la familia está", "Bajo custodia:"),
    ],
)
def test_on_a_phone_the_call_and_the_freeze_are_in_the_first_window(
    window: Window, staff: make.Staff, language: str, call: str, frozen: str, custody: str
) -> None:
    at = database_now()
    make.number_of()
    case = make.case(staff, at=at)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="As the student said.", at=at)
    taken_along(case, staff.counselor, at=at)
    page = window(staff.counselor, width=390, locale=language)
    page.goto(case.get_absolute_url())
    mark = page.locator(".standing").get_by_role("link", name=frozen)
    in_custody = page.locator(".standing").get_by_role("link", name=custody)
    number = page.locator("#matter a[href^='tel:']").first
    for shown in (mark, in_custody, number):
        assert _bottom(shown) <= 900, shown
    assert _bottom(page.get_by_text(call).first) <= 1200
    note = page.locator("#of-parents")
    hands = Hands(page)
    hands.to(mark)
    page.keyboard.press("Enter")
    expect(note).to_be_in_viewport()
    acts.look_at(page, f"case-frozen-{language}")


def _top(shown: Locator) -> float:
    return float(shown.evaluate("(one) => one.getBoundingClientRect().top"))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "bare"])
def test_a_check_in_ends_where_it_stands_in_the_window(
    window: Window, staff: make.Staff, javascript: bool
) -> None:
    now = database_now()
    case = make.case(staff, at=now)
    make.record(case, staff.counselor, "consult", at=now, values=CONSULTED)
    page = window(staff.counselor, javascript=javascript)
    page.goto(case.get_absolute_url())
    part, hands = page.locator("li.part", has_text="Seen or not: record it here"), Hands(page)
    hands.open("Seen or not: record it here", within=part)
    hands.answer(part.get_by_role("radio", name="Yes", exact=True).first)
    hands.answer(part.get_by_role("group", name="Is the student safe").get_by_role("radio", name="Yes"))
    save = hands.to(part.get_by_role("button", name="Save"))
    page.evaluate("(top) => scrollBy(0, top)", _top(part) - 60)
    # On a phone the form is as tall as the window: what is pressed has to be in it.
    save.scroll_into_view_if_needed()
    before, of_step = _top(part), _top(page.locator("li.step", has=part))
    hands.leave(save)
    part = page.locator("li.part", has_text="Regular contact")
    expect(part.get_by_role("status")).to_have_text("Recorded.")
    heading = part.get_by_role("heading", name="Regular contact")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    if javascript and before >= 0:
        there = (
            "(top) => Math.abs(document.querySelector('.part-said').getBoundingClientRect().top - top) < 4"
        )
        page.wait_for_function(there, arg=before)
        assert abs(_top(page.locator("li.step", has=part)) - of_step) < 4
        acts.look_at(page, "case-checkin-done")
    assert 0 <= _top(part) < 450


def test_a_mistake_in_a_short_form_stays_in_it_without_a_script(window: Window, staff: make.Staff) -> None:
    now = database_now()
    case = make.case(staff, at=now)
    make.record(case, staff.counselor, "consult", at=now, values=CONSULTED)
    page = window(staff.counselor, javascript=False)
    page.goto(case.get_absolute_url())
    part = page.locator("li.part", has_text="Seen or not: record it here")
    part.get_by_text("Seen or not: record it here").click()
    part.get_by_role("group", name="Did you see the student?").get_by_label("No").check()
    part.get_by_role("button", name="Save").click()
    wrong = part.get_by_role("alert")
    expect(wrong).to_contain_text("If not, why not?")
    expect(wrong).to_be_in_viewport()
    expect(part.get_by_role("heading", name="Regular contact")).to_be_in_viewport()
    expect(part.get_by_role("group", name="Did you see the student?").get_by_label("No")).to_be_checked()
    acts.photograph(page, "case-checkin-wrong", 1280)
    part.get_by_label("If not, why not?").fill("Absent today.")
    part.get_by_role("button", name="Save").click()
    expect(part.get_by_role("status")).to_have_text(
        "The attempt is recorded. The check-in stays due until the student is seen."
    )


def test_a_form_that_leaves_the_page_returns_to_its_step(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now())
    page = window(staff.counselor, javascript=False)
    page.goto(case.get_absolute_url())
    part = page.locator("li.part", has_text="Offer a service referral")
    part.get_by_role("link", name="Record").click()
    page.get_by_label("Declined by the student").check()
    page.get_by_label("Reason").fill("Not now.")
    page.get_by_role("button", name="Save").click()
    expect(part.get_by_role("status")).to_have_text("Recorded.")
    assert 0 <= _top(part) < 450


@pytest.mark.thorough
def test_the_timeline_and_its_filters(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now())
    answers = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", values=answers, at=database_now())
    page = window(staff.counselor)
    look(page, "case-new", case.get_absolute_url())
    # 1280 pixels at 400 %.
    page.set_viewport_size({"width": 320, "height": 900})
    acts.check_fits(page)
    page.get_by_role("link", name="The whole timeline").click()
    acts.look_at(page, "timeline")
    page.get_by_role("link", name="Reports", exact=True).last.click()
    expect(page.get_by_text("Nothing of this kind was recorded yet.")).to_be_visible()
    acts.look_at(page, "timeline-empty")


@pytest.mark.thorough
def test_a_case_that_was_closed_says_what_was_left_open(window: Window, staff: make.Staff) -> None:
    case = make.case(staff, at=database_now())
    make.reported(case, staff.counselor, at=database_now())
    make.closed(case, staff.counselor, at=database_now())
    page = window(staff.administrator)
    look(page, "case-closed", case.get_absolute_url())
    expect(page.locator("li.part", has_text="Left open").first).to_be_visible()
    expect(page.locator(".part .state-waiting")).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 900})
    acts.check_fits(page)


@pytest.mark.thorough
@pytest.mark.urls("tests.demo.urls")
def test_the_style_guide(window: Window, staff: make.Staff, settings: Any) -> None:
    settings.DEMO = True
    page = window()
    look(page, "styleguide", reverse("demo:styleguide"))
    page.set_viewport_size({"width": 320, "height": 900})
    acts.check_fits(page)
