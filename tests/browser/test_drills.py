"""A drill in the browser, from its start to the close of its case, in five roles, on a phone and on a desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.accounts.at_the_door import PASSWORD
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.test_main_job import close

pytestmark = pytest.mark.django_db(transaction=True)

BAND = "Nothing here is real, and nobody is told."
WIDTHS = pytest.mark.parametrize("width", acts.WIDTHS)
#: Every day on a phone, on demand on a desk as well.
ONE_WIDTH = pytest.mark.parametrize(
    "width", [acts.WIDTHS[0], *(pytest.param(one, marks=pytest.mark.thorough) for one in acts.WIDTHS[1:])]
)


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


@pytest.mark.thorough
@ONE_WIDTH
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


@pytest.mark.thorough
@WIDTHS
def test_the_liaison_works_a_case_through_that_nobody_holds(
    window: Window, staff: make.Staff, width: int
) -> None:
    page = window(staff.liaison, width=width)
    begin(page, "A case that nobody at the school holds")
    page.get_by_role("link", name="was it needed?").click()
    acts.look_at(page, "drill-liaison-emergency")
    page.get_by_label("It was needed").check()
    page.get_by_label("What you found").fill("The deputy did ask.")
    page.get_by_role("button", name="Record what you found").click()
    page.goto("/cases/")
    page.get_by_role("table").get_by_role("link").first.click()
    acts.look_at(page, "drill-liaison-case")
    case = page.url
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Person").select_option(label="Sasha Socialworker, Social worker")
    page.get_by_label("Why do they need to know?").fill("The counselor is away.")
    page.get_by_role("button", name="Add").click()
    others(page)
    page.goto(case)
    acts.look_at(page, "drill-liaison-answered")
    close(page)
    page.goto("/all-schools/")
    acts.look_at(page, "drill-liaison-all-schools")
    leave(page)


@pytest.mark.thorough
@WIDTHS
def test_counsel_answers_a_request_and_releases_a_hold(window: Window, staff: make.Staff, width: int) -> None:
    page = window(staff.counsel, width=width)
    begin(page, "A parent asks for the file")
    page.goto("/drill/")
    acts.look_at(page, "drill-counsel-what-it-is")
    page.goto("/")
    page.get_by_role("link", name="Releases of information that you").click()
    acts.look_at(page, "drill-counsel-list")
    page.get_by_role("button", name="I have reviewed the list").click()
    page.goto("/")
    page.get_by_role("link", name="Request for records: Sky Student").click()
    acts.look_at(page, "drill-counsel-request")
    page.get_by_role("link", name="what it holds").click()
    acts.look_at(page, "drill-counsel-preview")
    page.go_back()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Refused").check()
    page.get_by_label("If a part was withheld, or all").fill("The safety of the student.")
    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_text("Answered.").first).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="only you can end that").click()
    page.get_by_role("link", name="End the freeze").first.click()
    page.get_by_label("Why contact with parents").fill("It was another home.")
    page.get_by_role("button", name="End the freeze").click()
    others(page)
    expect(page.get_by_text("closed the case")).to_be_visible()
    acts.look_at(page, "drill-counsel-closed")
    leave(page)


@pytest.mark.thorough
@WIDTHS
def test_a_page_that_opens_without_signing_in_says_that_one_is_in_a_drill(
    window: Window, staff: make.Staff, width: int
) -> None:
    page = window(staff.counselor, width=width)
    begin(page, "A student who may be exploited")
    for path in ("/protocol/", "/emergency/", "/emergency/cards/"):
        page.goto(path)
        expect(page.get_by_text("You are in a drill.")).to_be_visible()
        acts.look_at(page, f"drill-outside{path.replace('/', '-')}")
        page.emulate_media(media="print")
        expect(page.get_by_text("You are in a drill.")).not_to_be_visible()
        page.emulate_media(media="screen")


@ONE_WIDTH
def test_after_a_session_that_ended_in_a_drill_one_is_asked_before_anything_real(
    window: Window, staff: make.Staff, width: int
) -> None:
    page = window(staff.counselor, width=width)
    begin(page, "A student who may be exploited")
    page.context.clear_cookies(name="sessionid")
    page.goto("/cases/")
    page.get_by_label("Email").fill(staff.counselor.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your drill is still there")).to_be_visible()
    acts.look_at(page, "drill-still-there")
    page.get_by_role("link", name="To what is real").click()
    expect(page).to_have_url(re.compile("/cases/$"))
    expect(page.get_by_text(BAND)).not_to_be_visible()
    page.goto("/drill/")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_text(BAND)).to_be_visible()
    page.goto("/drill/")
    page.get_by_role("button", name="End this drill").click()
    expect(page.get_by_text("The drill is over.")).to_be_visible()


@pytest.mark.thorough
@ONE_WIDTH
def test_what_was_sent_to_a_drill_that_is_over_is_there_to_be_copied(
    window: Window, staff: make.Staff, width: int
) -> None:
    page, elsewhere = window(staff.teacher, width=width), window(staff.teacher)
    begin(page, "A student who may be exploited")
    page.goto("/concerns/log/")
    page.get_by_label("What did you see or hear?").fill("The car was there again, at the gate.")
    elsewhere.goto("/drill/")
    elsewhere.get_by_role("button", name="End this drill").click()
    page.get_by_label("When did you first know or suspect?").fill("2026-11-20T14:40")
    page.get_by_role("button", name="Send the concern").click()
    expect(page.get_by_role("heading", name="This drill is over")).to_be_visible()
    expect(page.get_by_text("The car was there again, at the gate.")).to_be_visible()
    acts.look_at(page, "drill-over")
