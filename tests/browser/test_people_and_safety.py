"""The page of a student's safety: filled in by keyboard, looked at, and printed on one page, as the cards are."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from cases import workflow
from tests import around, make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_pages import look
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


def printed_pages(page: Page) -> int:
    """On how many sheets it comes out, with the margins that a printer needs."""
    made = page.pdf(format="Letter", margin=dict.fromkeys(("top", "bottom", "left", "right"), "10mm"))
    return len(re.findall(rb"/Type\s*/Page\b", made))


@pytest.mark.thorough
def test_somebody_is_entered_and_a_plan_is_set_by_keyboard(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    page = window(staff.counselor)
    look(page, "safety-empty", reverse("cases:safety", args=[case.pk]))
    page.get_by_role("link", name="Enter somebody").press("Enter")
    acts.look_at(page, "add_contact")
    page.get_by_label("Who is it to the student?").select_option("caregiver")
    page.get_by_label("Name").fill("Fay Foster")
    page.get_by_label("May pick up the student").select_option("yes")
    page.get_by_label("For the restricted section").press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Fay Foster").wait_for()
    page.get_by_role("link", name="Set a plan").press("Enter")
    acts.look_at(page, "set_safety_plan")
    page.get_by_label("What to do in danger").fill("Call 911, then the office.")
    page.get_by_label("The adult whom the student turns to").fill("The librarian.")
    page.get_by_label("Fay Foster").press("Space")
    page.get_by_role("group", name="Was it agreed with the student?").get_by_label("Yes").check()
    page.get_by_role("button", name="Set the plan").press("Enter")
    page.get_by_text("The safety plan is set.").wait_for()


@pytest.mark.thorough
def test_the_pages_of_people_and_safety_and_what_is_printed(window: Window, staff: make.Staff) -> None:
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    holder = around.contact(
        case,
        staff.counselor,
        "Hal Holder",
        "rights_holder",
        note="Prefers mornings.",
        rests_on="Court order of November 3, on file at the office.",
        may_be_contacted="yes",
        decides_education="yes",
    )
    around.contact(case, staff.counselor, may_be_involved="yes", may_pick_up="yes", gets_case="no")
    around.contact(case, staff.counselor, "Wanda Worker", "child_welfare_worker", may_be_contacted="yes")
    foster = around.contact(
        case, staff.counselor, "Fay Foster", "caregiver", may_pick_up="yes", lives_in_home="yes"
    )
    around.safety_plan(
        case,
        staff.counselor,
        shared_with_sro=True,
        pick_up=[foster.who],
        review_on=AT.date() + make.DAY,
        arrival="By the north gate, with her cousin.",
        route="Never alone past the bus stop.",
        phone="Her aunt’s telephone, between classes.",
        avoid="The bus stop on Fifth.",
    )
    custody = around.device(
        handed_over_at=AT, officer="Olu Officer", agency="City police", reference="55-1187"
    )
    workflow.record_device(actor=staff.administrator, case=case, at=AT, **custody)
    counselor, sro = window(staff.counselor), window(staff.sro)
    path = reverse("cases:safety", args=[case.pk])
    look(counselor, "safety", path)
    assert printed_pages(counselor) == 1
    look(sro, "safety-sro", path)
    look(sro, "record_device", reverse("cases:record_device", args=[case.pk]))
    look(counselor, "change_contact", reverse("cases:change_contact", args=[case.pk, holder.pk]))
    look(counselor, "end_contact", reverse("cases:end_contact", args=[case.pk, holder.pk]))
    look(counselor, "home-plan-due", reverse("home"))
    look(counselor, "case-danger-first", case.get_absolute_url())
    counselor.goto(reverse("directory:cards"))
    assert printed_pages(counselor) == 3
    counselor.goto(reverse("directory:emergency_card"))
    assert printed_pages(counselor) == 1
