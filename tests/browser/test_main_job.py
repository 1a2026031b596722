"""The whole main job in the browser: from a concern to a closed case, every step ended by its role."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser import acts
from tests.browser.conftest import Window

pytestmark = pytest.mark.django_db(transaction=True)

DECIDES = {"Who decides, by name": "Casey Counselor"}


def ask_and_answer(counselor_or_administrator: Page, sro: Page) -> None:
    """Ask the SRO in; the officer accepts from the first screen and reports back."""
    page = counselor_or_administrator
    page.get_by_role("link", name="Ask the SRO", exact=True).first.click()
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("The SRO is asked")).to_be_visible()
    sro.goto("/")
    sro.get_by_role("link", name="You are asked in").click()
    sro.get_by_role("button", name="Accept").first.click()
    sro.get_by_role("link", name="Report back", exact=True).first.click()
    sro.get_by_label("Investigating").check()
    sro.get_by_role("button", name="Report back").click()
    expect(sro.get_by_text("Reported back.")).to_be_visible()


def close(page: Page) -> None:
    page.get_by_role("link", name="Close the case").click()
    page.get_by_label("The student no longer needs this support").check()
    page.get_by_label("Why is the case closed?").fill("Asked once more; the student is well supported.")
    look = page.get_by_label("A last look")
    if look.count():
        look.fill("She is well, and the provider goes on.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_text("This case is closed.")).to_be_visible()


def test_a_suspected_victim_is_confirmed_and_the_case_closed(window: Window, staff: make.Staff) -> None:
    teacher, counselor = window(staff.teacher), window(staff.counselor)
    acts.log_concern(teacher, student="Avery Brook")
    expect(teacher.get_by_role("heading", name="Received")).to_be_visible()
    acts.open_case(counselor, "Suspected victim of CSEC")
    case = counselor.url
    sro, administrator = window(staff.sro), window(staff.administrator)
    ask_and_answer(counselor, sro)
    counselor.goto(case)
    acts.record(counselor, "Report to Child Welfare Services")
    acts.record(counselor, "Consult the student")
    acts.record(counselor, "Decide whether to contact a guardian or parent", **DECIDES)
    acts.record(counselor, "Contact the guardian or parent")
    acts.record(counselor, "Offer a service referral", outcome="Declined by the student", reason="Not now.")
    acts.check_in(counselor)
    administrator.goto("/cases/")
    administrator.get_by_role("table").get_by_role("link").first.click()
    acts.record(administrator, "Look into the impact on campus")
    sro.goto(case)
    acts.record(
        sro,
        "Enter into the law enforcement website",
        outcome="Not applicable",
        reason="No reliable evidence.",
    )
    counselor.goto(case)
    next_contact = counselor.locator(".part", has_text="Regular contact").get_by_text("Next on").inner_text()
    counselor.get_by_role("link", name="Confirmed: reclassify").click()
    counselor.get_by_label("What the confirmation rests on").select_option("Law enforcement")
    counselor.get_by_label("Who decided it").fill("The counselor and the administrator")
    counselor.get_by_label("Why?").fill("The police confirmed it.")
    counselor.get_by_role("button", name="Reclassify").click()
    expect(counselor.get_by_text("Earlier track, as it was")).to_be_visible()
    track = counselor.locator("section[aria-labelledby=track]")
    assert next_contact.split(".")[0] in track.inner_text()
    ask_and_answer(counselor, sro)
    counselor.goto(case)
    acts.record(counselor, "Report to Child Welfare Services")
    acts.record(counselor, "Consult the student again")
    acts.record(counselor, "Decide again whether to contact a parent or guardian", **DECIDES)
    acts.record(counselor, "Contact the parent or guardian")
    acts.record(counselor, "Offer a service referral again")
    acts.check_in(counselor)
    acts.record(counselor, "Look into the school placement")
    administrator.goto(case)
    acts.record(administrator, "Look into the impact on campus")
    sro.goto(case)
    acts.record(sro, "Investigate, or refer")
    acts.record(sro, "Enter into the law enforcement website")
    # Each who learned of it answers for themselves: the teacher outside of the case, the administrator in it.
    acts.confirm_joint_reports(teacher)
    administrator.goto(case)
    acts.record(administrator, "Report to Child Welfare Services")
    # What was found on campus since asks the counselor once more.
    counselor.goto(case)
    acts.record(counselor, "Report to Child Welfare Services")
    close(counselor)


@pytest.mark.thorough
def test_a_student_suspected_of_recruiting_is_walked_to_the_end(window: Window, staff: make.Staff) -> None:
    teacher, counselor = window(staff.teacher), window(staff.counselor)
    acts.log_concern(teacher, student="Avery Brook")
    acts.open_case(counselor, "Suspected recruitment or actual exploitation BY a student")
    case = counselor.url
    sro, administrator = window(staff.sro), window(staff.administrator)
    administrator.goto(case)
    ask_and_answer(administrator, sro)
    administrator.goto(case)
    acts.record(administrator, "Look into the impact on campus")
    acts.record(administrator, "Consider whether the student could be a victim")
    acts.record(administrator, "Decide on a school consequence")
    sro.goto(case)
    acts.record(sro, "Enter into the law enforcement website")
    for page in (teacher, counselor, administrator):
        acts.confirm_joint_reports(page)
    counselor.goto(case)
    close(counselor)


def test_a_confirmed_victim_can_be_opened_at_once(window: Window, staff: make.Staff) -> None:
    counselor = window(staff.counselor)
    acts.log_concern(counselor, student="Avery Brook")
    acts.open_case(counselor, "Confirmed victim of CSEC")
    expect(counselor.get_by_text("Call now: not yet called").first).to_be_visible()
    expect(counselor.locator("section[aria-labelledby=track] li.step")).to_have_count(8)
