"""The help stands beside a form or above it, is opened by keyboard or without a script, and stays out of the way."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_help_is_closed_beside_the_form_and_above_it_on_a_phone(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff)
    part = make.part(case, staff.counselor, "consult")
    page = window(staff.counselor)
    page.goto(reverse("cases:record_outcome", args=[case.pk, part.pk]))
    summary = page.locator("main > .help > summary")
    expect(summary).to_have_text("Help: talking with the student first")
    words, form, help_ = page.get_by_text("Why:"), page.locator("form.verb"), page.locator("main > .help")
    expect(words).to_be_hidden()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for opened in (False, True):
            assert words.is_visible() is opened
            box, beside = form.bounding_box(), help_.bounding_box()
            assert box is not None
            assert beside is not None
            if width == 1280:
                assert beside["x"] >= box["x"] + box["width"]
                assert abs(beside["y"] - box["y"]) < 40
            else:
                assert beside["y"] + beside["height"] <= box["y"]
            acts.look_at(page, f"help-{'open' if opened else 'closed'}")
            summary.focus()
            page.keyboard.press("Enter")
    summary.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    page.emulate_media(media="print")
    expect(words).to_be_hidden()


def test_the_keyboard_comes_to_the_help_before_the_form_and_no_script_is_needed(
    window: Window, staff: make.Staff
) -> None:
    page = window(staff.teacher, javascript=False)
    page.goto(reverse("cases:log_concern"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("main .help > summary").evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Space")
    expect(page.get_by_text("Why:")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("form.verb :focus")).to_have_count(1)


@pytest.mark.thorough
def test_the_pages_of_the_help(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    page = window(staff.counselor)
    look(page, "help_contents", reverse("cases:help_contents"))
    own = page.get_by_text("Your first screen says what needs a call now")
    expect(own.first).to_be_visible()
    expect(own.last).to_be_hidden()
    page.get_by_text("Suspected victim of CSEC").click()
    page.get_by_role("link", name="Offer a service referral", exact=True).click()
    expect(page.get_by_role("heading", name="Offering a service referral")).to_be_in_viewport()
    acts.look_at(page, "help_subject")
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Help with S5", exact=True).click()
    expect(page.get_by_role("heading", name="Help with step S5", level=1)).to_be_visible()
    acts.look_at(page, "help_step")
    page.get_by_role("link", name="Back to the case").click()
    expect(page.get_by_role("heading", name="Consult the student")).to_be_in_viewport()
