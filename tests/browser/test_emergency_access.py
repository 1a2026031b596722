"""A case is opened in an emergency, read, closed again, and looked at: by keyboard alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as installation
from django.urls import reverse

from csec.delivery.ticks import database_now
from tests import make
from tests.accounts.at_the_door import shown_ago
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.browser.test_sign_in import sign_in, with_a_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.thorough
def test_the_liaison_opens_a_case_in_an_emergency_and_the_counselor_looks_at_it(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff, at=database_now())
    liaison, counselor = window(staff.liaison), window(staff.counselor)
    look(liaison, "all_schools", reverse("cases:all_schools"))
    liaison.get_by_role("link", name=f"Open it {case.number}").press("Enter")
    liaison.get_by_role("heading", name="Open a case in an emergency").wait_for()
    acts.look_at(liaison, "begin_emergency_access")
    assert liaison.get_by_label("Number of the case").input_value() == case.number
    liaison.get_by_label("What is the emergency?").press_sequentially(
        "She was threatened, and nobody answers."
    )
    liaison.keyboard.press("Tab")
    liaison.keyboard.press("Enter")
    liaison.get_by_text("Opened in an emergency, to read: until").wait_for()
    acts.look_at(liaison, "case-in-an-emergency")
    liaison.get_by_role("button", name="I am done: end my access").press("Enter")
    liaison.get_by_text("The case is closed to you again.").wait_for()
    look(counselor, "home-to-review", reverse("home"))
    counselor.get_by_role("link", name=f"Lee Liaison opened case {case.number}: was it needed?").press(
        "Enter"
    )
    counselor.get_by_text("She was threatened, and nobody answers.").wait_for()
    acts.look_at(counselor, "review_emergency_access")
    counselor.get_by_label("It was needed", exact=True).press("Space")
    counselor.get_by_label("What you found").press_sequentially("Called her at once.")
    counselor.keyboard.press("Tab")
    counselor.keyboard.press("Enter")
    counselor.get_by_text("Recorded. Thank you for looking at it.").wait_for()
    look(counselor, "case_readings-emergency", reverse("cases:case_readings", args=[case.pk]))


def test_counsel_shows_the_key_once_more_and_what_was_typed_is_there_again(
    window: Window, staff: make.Staff, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    case = make.another_case(staff, at=database_now())
    page = window()
    with_a_key(page)
    sign_in(page, staff.counsel.email)
    page.get_by_role("link", name="Add a key").click()
    page.get_by_role("button", name="Add this key").press("Enter")
    page.get_by_role("link", name="Go on").click()
    page.goto(reverse("cases:begin_emergency_access"))
    page.get_by_label("Number of the case").fill(case.number)
    page.get_by_label("What is the emergency?").fill("She was threatened.")
    [key] = [
        one["value"] for one in page.context.cookies() if one["name"] == installation.SESSION_COOKIE_NAME
    ]
    shown_ago(key, timedelta(minutes=6))
    page.get_by_role("button", name="Open the case").press("Enter")
    page.get_by_role("button", name="Use your security key").press("Enter")
    page.get_by_role("heading", name="Open a case in an emergency").wait_for()
    assert page.get_by_label("What is the emergency?").input_value() == "She was threatened."
    page.get_by_role("button", name="Open the case").press("Enter")
    page.get_by_text("Opened in an emergency, to read: until").wait_for()
