"""By keyboard alone: an officer who does not answer, and a colleague who is involved in what was seen."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.models import Case, Concern
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.hands import Hands, typed
from tests.browser.test_days import part

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


def test_an_officer_who_does_not_answer_is_with_the_administrator_with_dispatch_and_the_step_stays_open(
    window: Window, staff: make.Staff
) -> None:
    now = database_now()
    case = make.case(staff, at=now - timedelta(days=7))
    make.asked_in(case, staff.counselor, staff.sro, at=now - timedelta(days=6))
    other = make.user("Oz Officer", Role.SRO, staff.school)
    hands = Hands(window(staff.administrator))

    hands.begin()
    asked = (
        hands.page.get_by_role("region", name="Now")
        .get_by_role("listitem")
        .filter(has_text="has not answered")
    )
    assert asked.get_by_role("link", name="555-0100").get_attribute("href") == "tel:5550100"
    hands.leave(asked.get_by_role("link", name=f"case {case.number}"))
    hands.reads("Involve on-site SRO")
    step = hands.page.locator("main li.part").filter(has_text=f"waits for {staff.sro.name}")
    expect(step.first).to_be_visible()

    # Who is not there is taken off, and another one is asked from the same step.
    hands.follow(f"take off {staff.sro.name}")
    hands.write("Reason", "He is not there, and nobody covers.")
    hands.press("Take off the case")
    hands.leave(part(hands.page, "Ask the SRO").locator("a", has_text="Ask the SRO").first)
    hands.answer(hands.page.get_by_role("radio", name=other.name))
    hands.press("Ask", exact=True)
    # Off duty, the other one is named there as well, until they have answered.
    hands.begin()
    assert staff.sro.name not in hands.page.locator("main").inner_text()

    officer = Hands(window(other))
    officer.begin()
    officer.press(f"Accept {case.number}")
    officer.reads("Accepted. Report back")
    hands.begin()
    assert "has not answered" not in hands.page.locator("main").inner_text()


def test_a_concern_about_colleagues_goes_past_them_to_the_district(window: Window, staff: make.Staff) -> None:
    hands = Hands(window(staff.teacher))
    hands.begin()
    hands.follow("Record a concern")
    hands.follow("Record the concern")
    hands.open("Is somebody on the staff involved")
    for person in (staff.counselor, staff.social_worker, staff.administrator):
        hands.tick(person.name)
    hands.write("Student", "Red jacket, ninth grade", exact=True)
    hands.write("What did you see or hear?", acts.ACCOUNT)
    hands.write("When did you first know or suspect?", typed(database_now(), staff.school.zone))
    hands.press("Send the concern")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Received")
    with acting_as(staff.liaison.pk):
        concern = Concern.objects.get()

    for person in (staff.counselor, staff.social_worker, staff.administrator):
        past = window(person)
        past.goto("/")
        assert "New concern" not in past.locator("main").inner_text()
        assert past.context.request.get(concern.get_absolute_url()).status == 404

    liaison = Hands(window(staff.liaison))
    liaison.begin()
    liaison.follow("New concern")
    liaison.reads(acts.ACCOUNT)


def test_a_case_is_kept_from_a_close_colleague_of_whoever_is_suspected_and_is_nowhere_for_them(
    window: Window, staff: make.Staff
) -> None:
    case = make.case(staff, at=database_now())
    colleague = window(staff.administrator)
    assert all("Avery" in said for said in looked_for(colleague, case))
    hands = Hands(window(staff.counselor))

    hands.begin(case.get_absolute_url())
    hands.follow("Keep it from somebody")
    hands.pick("Person", staff.administrator.name)
    hands.write("How are they involved", "Married to whoever is suspected.")
    hands.press("Keep it from them")
    hands.reads("Kept from")

    assert colleague.context.request.get(case.get_absolute_url()).status == 404
    assert not any("Avery" in said for said in looked_for(colleague, case))


def looked_for(page: Page, case: Case) -> list[str]:
    """What somebody reads on their first screen, in the list of cases, and when they search for the case."""
    said = []
    for path in (reverse("home"), reverse("cases:cases")):
        page.goto(path)
        said.append(page.locator("main").inner_text())
    page.goto(reverse("cases:search"))
    page.locator("main").get_by_label("Student or case number").fill(case.number)
    page.locator("main").get_by_role("button", name="Search").click()
    expect(page.get_by_text(re.compile("found", re.IGNORECASE)).first).to_be_visible()
    said.append(page.locator("main").inner_text())
    return said
