"""A drill in the browser, from its start to the close of its case, in three roles, on a phone and on a desk."""

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_main_job import close

pytestmark = pytest.mark.django_db(transaction=True)

BAND = "Nothing here is real, and nobody is told."
WIDTHS = pytest.mark.parametrize("width", acts.WIDTHS)


def begin(page: Page, what: str) -> None:
    """From the account menu, by the page that says in two lines what it is."""
    page.goto("/")
    page.locator(".account summary").click()
    page.get_by_role("link", name="Drill", exact=True).click()
    acts.look_at(page, "drill-what-it-is")
    page.get_by_role("button", name=f"Begin: {what}").click()
    expect(page.get_by_text(BAND)).to_be_visible()
    acts.look_at(page, "drill-first-screen")


def others(page: Page) -> None:
    page.get_by_role("button", name="Let the others answer").click()
    expect(page.get_by_text("The others have answered.")).to_be_visible()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Leave the drill").click()
    expect(page.get_by_text("You have left the drill.")).to_be_visible()
    expect(page.get_by_text(BAND)).not_to_be_visible()


@pytest.mark.thorough
@WIDTHS
def test_a_counselor_works_a_case_through(window: Window, staff: make.Staff, width: int) -> None:
    page = window(staff.counselor, width=width)
    begin(page, "A student who may be exploited")
    acts.open_case(page, "Suspected victim of CSEC")
    acts.look_at(page, "drill-case")
    page.get_by_role("link", name="Ask the SRO", exact=True).first.click()
    page.get_by_role("button", name="Ask").click()
    acts.record(page, "Report to Child Welfare Services")
    acts.record(page, "Consult the student")
    acts.record(
        page, "Decide whether to contact a guardian or parent", **{"Who decides, by name": "Casey Counselor"}
    )
    acts.record(page, "Contact the guardian or parent")
    acts.record(page, "Offer a service referral", outcome="Declined by the student", reason="Not now.")
    acts.check_in(page)
    others(page)
    acts.look_at(page, "drill-answered")
    close(page)
    leave(page)
    page.goto("/drill/")
    acts.look_at(page, "drill-go-on")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_text(BAND)).to_be_visible()


@pytest.mark.parametrize(
    "width", [acts.WIDTHS[0], *(pytest.param(one, marks=pytest.mark.thorough) for one in acts.WIDTHS[1:])]
)
def test_an_officer_works_a_case_through(window: Window, staff: make.Staff, width: int) -> None:
    page = window(staff.sro, width=width)
    begin(page, "A student who may be exploited")
    page.get_by_role("link", name="You are asked in").click()
    page.get_by_role("button", name="Accept").first.click()
    page.get_by_role("link", name="Report back", exact=True).first.click()
    page.get_by_label("Investigating").check()
    page.get_by_role("button", name="Report back").click()
    acts.record(
        page,
        "Enter into the law enforcement website",
        outcome="Not applicable",
        reason="No reliable evidence.",
    )
    # Whoever carries the case goes on with it, and closes it once the officer has no step left.
    others(page)
    expect(page.get_by_text("This case is closed.")).to_be_visible()
    leave(page)


@pytest.mark.thorough
@WIDTHS
def test_an_administrator_works_a_case_through(window: Window, staff: make.Staff, width: int) -> None:
    page = window(staff.administrator, width=width)
    begin(page, "A student suspected of recruiting")
    page.goto("/cases/")
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name="Ask the SRO", exact=True).first.click()
    page.get_by_role("button", name="Ask").click()
    others(page)
    acts.record(page, "Look into the impact on campus")
    acts.record(page, "Consider whether the student could be a victim")
    acts.record(page, "Decide on a school consequence")
    others(page)
    case = page.url
    # By acting on it they have learned of it.
    acts.confirm_joint_reports(page)
    page.goto(case)
    close(page)
    leave(page)


def test_a_drill_is_begun_worked_in_and_left_without_a_script(window: Window, staff: make.Staff) -> None:
    page = window(staff.counselor, javascript=False)
    page.goto("/drill/")
    page.get_by_role("button", name="Begin: A student who may be exploited").click()
    expect(page.get_by_text(BAND)).to_be_visible()
    page.get_by_role("link", name="New concern").first.click()
    others(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Concern")
    leave(page)


def test_a_drill_by_keyboard_alone(window: Window, staff: make.Staff) -> None:
    page = window(staff.counselor)
    page.goto("/drill/")
    button = page.get_by_role("button", name="Begin: A student who may be exploited")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(BAND)).to_be_visible()
    # Past the way to the content, the band comes first on the page.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Let the others answer")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have left the drill.")).to_be_visible()
