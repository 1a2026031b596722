"""
The whole main job without a mouse: on a desk, on 1280 x 1024 pixels at 400 %, and on a phone without a script.

Every press of Tab asks of what it reaches that it shows the focus, lies in the window, and is not covered.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import School
from tests import make
from tests.browser import acts
from tests.browser.conftest import Window
from tests.browser.hands import FAR, SHOWN, Hands, typed
from tests.browser.test_days import part

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

KNOWN = typed(make.AT, School(time_zone="America/Los_Angeles").zone)
REPORTED = "Telephoned, and the written report is sent"
REPORTED_BEFORE = "Telephoned and the written report sent; or nothing new, as reported before"
DECIDES = {"field_decided_by": "Casey Counselor"}
#: What is left of 1280 x 1024 pixels at 400 %.
ENLARGED = (320, 256)
#: Of what has the focus, each line of it that lies in the window with something else over its middle.
COVERED = """() => {
    const one = document.activeElement
    return [...one.getClientRects()].flatMap((box) => {
        const x = box.left + box.width / 2, y = box.top + box.height / 2
        const top = document.elementFromPoint(x, y)
        const free = !top || one.contains(top) || top.contains(one) || top.closest('label')?.control === one
        return free ? [] : [`${one.outerHTML.slice(0, 120)} lies under ${top.outerHTML.slice(0, 120)}`]
    })
}"""


def record(hands: Hands, label: str, outcome: str = "Done", reason: str = "", **given: str) -> None:
    """End a part of a step, from the page of its case."""
    hands.leave(part(hands.page, label).locator(".part-actions a", has_text="Record"))
    hands.choose("How did it end?", outcome)
    hands.fill(given)
    if reason:
        hands.write("Reason", reason)
    hands.press("Save", exact=True)
    hands.reads("Recorded.")


@pytest.mark.parametrize("window", [1280], indirect=True, ids=[""])
@pytest.mark.parametrize(
    ("size", "javascript"),
    [((1280, 900), True), ((320, 900), True), (ENLARGED, True), ((390, 900), False)],
    ids=["desk", "narrow", "enlarged", "no_script"],
)
def test_from_the_concern_to_the_closed_case(
    size: tuple[int, int], javascript: bool, window: Window, staff: make.Staff
) -> None:
    def sit_down(person: User) -> Hands:
        return Hands(window(person, width=size[0], height=size[1], javascript=javascript))

    teacher, counselor = sit_down(staff.teacher), sit_down(staff.counselor)
    sro, administrator = sit_down(staff.sro), sit_down(staff.administrator)

    teacher.begin()
    teacher.follow("Record a concern")
    teacher.follow("Record the concern")
    teacher.write("Student", "Avery", exact=True)
    teacher.press("Find")
    teacher.choose_one("Avery Brook", exact=False)
    teacher.write("What did you see or hear?", acts.ACCOUNT)
    teacher.write("When did you first know or suspect?", KNOWN)
    teacher.press("Send the concern")
    expect(teacher.page.get_by_role("heading", level=1)).to_have_text("Received")

    counselor.begin()
    counselor.follow("New concern")
    counselor.follow("Open a case")
    counselor.choose_one("Suspected victim of CSEC", exact=False)
    counselor.write("Why is a case opened?", "What was seen fits the indicators.")
    counselor.press("Open the case")
    case = counselor.page.url

    counselor.follow("Ask the SRO", exact=True)
    counselor.press("Ask", exact=True)
    counselor.reads("The SRO is asked")
    sro.begin()
    sro.press("Accept")
    sro.begin(case)
    sro.follow("Report back", exact=True)
    sro.choose_one("Investigating")
    sro.press("Report back")
    sro.reads("Reported back.")

    counselor.begin(case)
    record(counselor, "Report to Child Welfare Services", REPORTED)
    record(counselor, "Consult the student")
    record(counselor, "Decide whether to contact a guardian or parent", **DECIDES)
    record(counselor, "Contact the guardian or parent")
    record(counselor, "Offer a service referral", "Declined by the student", "Not now.")
    counselor.follow("Record a check-in")
    counselor.choose("Did you see the student?", "Yes")
    counselor.choose("Is the student safe for now?", "Yes")
    counselor.press("Save", exact=True)
    counselor.reads("Recorded.")

    administrator.begin(case)
    record(administrator, "Look into the impact on campus")
    sro.begin(case)
    record(sro, "Enter into the law enforcement website")
    # Each who first knew or suspected answers for themselves.
    confirm_joint_report(teacher)
    administrator.begin(case)
    record(administrator, "Report to Child Welfare Services", REPORTED)

    # What was found on campus since asks the counselor once more.
    counselor.begin(case)
    record(counselor, "Report to Child Welfare Services", REPORTED_BEFORE)
    counselor.follow("Close the case")
    counselor.choose_one("The student no longer needs this support")
    counselor.write("Why is the case closed?", "Asked once more; the student is well supported.")
    for words in left_open(counselor.page):
        counselor.write(words, "She is well, and the provider goes on.")
    counselor.press("Close the case")
    counselor.reads("This case is closed.")


def confirm_joint_report(hands: Hands) -> None:
    hands.begin()
    hands.follow("your duty to report")
    hands.follow("A joint report was made")
    hands.write("Agency that took the report", "Child Welfare Services")
    hands.write("When was it made?", KNOWN)
    hands.press("Confirm the joint report", exact=True)
    hands.reads("A joint report was made, recorded")
    hands.begin()
    assert "your duty to report" not in hands.page.locator("main").inner_text()


def left_open(page: Page) -> list[str]:
    """What the form of closing asks besides."""
    fields = page.locator("form.verb textarea")
    labels = [
        fields.nth(n).evaluate("(one) => one.labels[0].innerText.replace('*', '')")
        for n in range(fields.count())
    ]
    return [str(label) for label in labels if not str(label).startswith("Why is the case closed?")]


def go_through(page: Page) -> int:
    """To the end of the page and back; how many things had the focus, each of them shown and not covered."""
    reached = 0
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    for press in ("Tab", "Shift+Tab"):
        for _n in range(FAR):
            page.keyboard.press(press)
            if page.evaluate("document.activeElement === document.body"):
                break
            reached += 1
            wrong = page.evaluate(f"({SHOWN})(document.activeElement)") + page.evaluate(COVERED)
            assert wrong == [], (press, wrong)
    return reached


@pytest.mark.parametrize("window", [1280], indirect=True, ids=[""])
def test_in_a_window_of_few_lines_nothing_lies_over_what_has_the_focus(
    window: Window, staff: make.Staff
) -> None:
    concern = make.concern(staff, at=database_now() - 9 * make.DAY)
    width, height = ENLARGED
    hands = Hands(window(staff.administrator, width=width, height=height))
    page = hands.page

    # What was just done is said at the top, and the page goes on over many windows.
    hands.begin(concern.get_absolute_url())
    hands.press("I deal with this")
    hands.reads("You deal with this concern now.")
    assert go_through(page) > 30

    # The menu stays open behind somebody who goes on.
    hands.begin(reverse("cases:cases_to_review"))
    hands.open(staff.administrator.name)
    expect(page.get_by_role("link", name="Days away")).to_be_visible()
    assert go_through(page) > 40
    hands.follow("Days away")

    # What covers an idle page is itself within the window.
    page.evaluate("document.querySelector('dialog[data-idle]').showModal()")
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    expect(stay).to_be_in_viewport(ratio=1)
    assert stay.evaluate(SHOWN) == []
