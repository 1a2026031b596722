"""A case is opened in an emergency, read, closed again, and looked at: by keyboard alone."""

import pytest
from django.urls import reverse

from csec.delivery.ticks import database_now
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look

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
