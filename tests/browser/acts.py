"""What a person does in a window, in the words on the page."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe()
WIDTHS = (390, 1280)
ACCOUNT = "Picked up by a car of strangers after school."


def check_accessible(page: Page) -> None:
    """axe finds nothing to mend on the page as it is. It is read once, and put into a page once."""
    page.wait_for_load_state()  # after a click, the next page may have no element yet
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.axe_script)
    result = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
    assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"


def check_fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def look_at(page: Page, name: str) -> None:
    """The page is right for everybody: it fits a phone and a desk, and axe reads it as wide as the window is."""
    check_accessible(page)
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        check_fits(page)
        photograph(page, name, width)
    if before:
        page.set_viewport_size(before)


def photograph(page: Page, name: str, width: int) -> None:
    """A picture of the page is kept where CSEC_SHOTS says."""
    if folder := os.environ.get("CSEC_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def log_concern(
    page: Page, *, student: str = "", account: str = ACCOUNT, known: str = "2026-11-20T14:40"
) -> None:
    """Record a concern from the first screen: past the question of danger, with three fields."""
    page.goto("/")
    page.get_by_role("link", name="Record a concern").click()
    page.get_by_role("link", name="Record the concern").click()
    if student:
        page.get_by_label("Student", exact=True).fill(student)
        page.get_by_role("button", name="Find").click()
        page.get_by_label(student).first.check()
    page.get_by_label("What did you see or hear?").fill(account)
    page.get_by_label("When did you first know or suspect?").fill(known)
    page.get_by_role("button", name="Send the concern").click()


def open_case(page: Page, track: str) -> None:
    """From the first screen through the newest concern to an open case."""
    page.goto("/")
    page.get_by_role("link", name="New concern").first.click()
    page.get_by_role("link", name="Open a case").click()
    page.get_by_label(track).check()
    page.get_by_label("Why is a case opened?").fill("What was seen fits the indicators.")
    if track.startswith("Confirmed"):
        page.get_by_label("What the confirmation rests on").select_option("Law enforcement")
        page.get_by_label("Who decided it").fill("The designated counselor and an administrator")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", name="Case ", level=1)).to_be_visible()


def fill_evidence(page: Page, given: dict[str, Any]) -> None:
    """Fill what the step asks for: what is given by label, else the first answer of each question."""
    for label, value in given.items():
        page.get_by_label(label).fill(value)
    groups = page.locator("form.verb [name^=field_]")
    seen = set()
    for n in range(groups.count()):
        field = groups.nth(n)
        name, kind = field.get_attribute("name") or "", field.get_attribute("type") or "textarea"
        if name in seen:
            continue
        seen.add(name)
        if kind in ("radio", "checkbox"):
            field.check()
        elif kind == "datetime-local":
            field.fill(page.locator("[name=happened_at]").input_value())
        elif kind == "date":
            field.fill("2026-11-20")
        elif not field.input_value():
            field.fill("As agreed.")


def record(page: Page, label: str, outcome: str = "Done", reason: str = "", **given: Any) -> None:
    """End a part of a step, from the page of its case."""
    part = page.locator("main > .split li.part, main .split .track:not(details *) li.part").filter(
        has=page.locator(f".part-label:text-is('{label}')")
    )
    part.first.locator(".part-actions a", has_text="Record").first.click()
    if outcome == "Done":
        page.locator("[name=outcome][value=done]").check()
        fill_evidence(page, given)
    else:
        page.get_by_label(outcome, exact=True).check()
    if reason:
        page.get_by_label("Reason").fill(reason)
    again = page.locator("[name=review_on]")
    if again.input_value() == "" and outcome.startswith("Unable"):
        again.fill((datetime.now(tz=UTC).date() + timedelta(days=5)).isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile(r"^Recorded\."))).to_be_visible()


def confirm_joint_reports(page: Page) -> None:
    """End one's own duties to report, from the first screen: somebody reported for all who agreed to it."""
    page.goto("/")
    duty = page.get_by_role("link", name="your duty to report")
    assert duty.count() > 0
    while duty.count():
        duty.first.click()
        page.get_by_role("link", name="A joint report was made").click()
        page.get_by_label("Agency that took the report").fill("Child Welfare Services")
        page.get_by_label("When was it made?").fill("2026-11-20T15:00")
        page.get_by_role("button", name="Confirm the joint report").click()
        expect(page.get_by_text("A joint report was made, recorded")).to_be_visible()
        page.goto("/")


def check_in(page: Page, *, safe: str = "Yes") -> None:
    """Record that the student was seen, from the page of the case: two answers, the rest is proposed."""
    page.get_by_role("link", name="Record a check-in").first.click()
    page.get_by_role("group", name="Did you see the student?").get_by_label("Yes").check()
    page.get_by_role("group", name="Is the student safe for now?").get_by_label(safe, exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Recorded.", exact=True)).to_be_visible()


def tab_to(page: Page, name: str, role: Any = "link") -> None:
    """Reach something by the Tab key alone."""
    target = page.get_by_role(role, name=name).first
    for _n in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{name} is not reached by Tab")
