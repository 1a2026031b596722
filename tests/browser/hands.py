"""Somebody who uses no mouse: Tab, Enter, Space, the arrows and letters. And who counts what they had to do."""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from playwright.sync_api import Locator, Page, expect

#: So many times Tab is pressed before something counts as not reached: more than any page has to reach.
FAR = 400
#: What has the focus shows it, lies in the window, and nothing lies over all of it.
SHOWN = """(one) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one)
    const ringed = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    const bare = [.1, .5, .9].some((x) => [.1, .5, .9].some((y) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)
        return top && (one.contains(top) || top.contains(one) || top.closest('label')?.control === one)
    }))
    return [!ringed && 'shows no ring', !inside && 'is outside of the window', inside && !bare && 'is covered']
        .filter(Boolean).map((wrong) => `${one.outerHTML.slice(0, 160)} has the focus and ${wrong}`)
}"""
#: What has the focus, and when the form says that it happened.
ASKED = """() => {
    const one = document.activeElement, when = document.querySelector('[name=happened_at]')
    return [one.name || '', one.type || '', one.value || '', when?.value || '']
}"""
HAS_IT = "(one) => one === document.activeElement"


class Hands:
    """One pair of hands on one window. `done` counts what they did: presses, choices, fields that were filled."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.done = 0

    def begin(self, path: str = "/") -> None:
        """Open a page by its address, as from a bookmark."""
        self.page.goto(path)

    # ---- Reaching ----

    def to(self, target: Locator) -> Locator:
        """Reach something by the Tab key, and see there that it has the focus."""
        target = target.first
        expect(target).to_be_visible()
        for _n in range(FAR):
            if target.evaluate(HAS_IT):
                wrong = target.evaluate(SHOWN)
                assert wrong == [], wrong
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab.")

    def named(
        self,
        name: str | re.Pattern[str],
        role: Any = "link",
        *,
        within: Locator | None = None,
        exact: bool = False,
    ) -> Locator:
        return (within or self.page).get_by_role(role, name=name, exact=exact)

    # ---- Doing ----

    def follow(self, name: str | re.Pattern[str], role: Any = "link", **where: Any) -> None:
        """Follow a link, or press a button that leads to another page."""
        self.leave(self.named(name, role, **where))

    def press(self, name: str, **where: Any) -> None:
        self.follow(name, "button", **where)

    def leave(self, target: Locator) -> None:
        """Enter, and wait for the page that it leads to."""
        self.to(target)
        self.done += 1
        with self.page.expect_event("framenavigated"):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def open(self, words: str, *, within: Locator | None = None) -> None:
        """Open what is folded away."""
        self.to((within or self.page).locator("summary", has_text=words))
        self.done += 1
        self.page.keyboard.press("Enter")

    def write(self, label: str | Locator, text: str, *, exact: bool = False) -> None:
        """Go to a field and type. A field with a time takes digits, and what was there is typed over."""
        field = self.to(self.page.get_by_label(label, exact=exact) if isinstance(label, str) else label)
        self.done += 1
        if field.evaluate("(one) => ['text', 'search', 'email', 'textarea', 'tel'].includes(one.type)"):
            self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, question: str, answer: str) -> None:
        """Answer a question that has one answer: Tab reaches the group, the arrows go through it."""
        group = self.page.get_by_role("group", name=question)
        self.answer(group.get_by_role("radio", name=answer, exact=True))

    def choose_one(self, answer: str, *, exact: bool = True) -> None:
        """The same where the answer says by itself what is meant."""
        self.answer(self.page.get_by_role("radio", name=answer, exact=exact))

    def tick(self, label: str, *, within: Locator | None = None) -> None:
        self.to((within or self.page).get_by_role("checkbox", name=label))
        self.done += 1
        self.page.keyboard.press("Space")

    def pick(self, label: str, option: str) -> None:
        """Go through a list by the arrows until it says this."""
        field = self.to(self.page.get_by_label(label))
        self.done += 1
        says = "(one) => one.selectedOptions[0]?.text.trim() || ''"
        self.page.keyboard.press("Home")
        for _n in range(80):
            if option in field.evaluate(says):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label} has no {option}.")

    def fill(self, given: Mapping[str, str]) -> None:
        """
        Go through the rest of a form by Tab, and answer what the step asks for: what is `given` by the field's name,
        else the first answer of each question. Ends at the button.
        """
        seen: set[str] = set()
        for _n in range(FAR):
            self.page.keyboard.press("Tab")
            name, kind, value, when = self.page.evaluate(ASKED)
            if kind == "submit":
                return
            if not name.startswith("field_") or name in seen:
                continue
            seen.add(name)
            self.done += 1
            if kind in ("radio", "checkbox"):
                self.page.keyboard.press("Space")
            elif kind == "datetime-local" and not value:
                self.page.keyboard.type(f"{datetime.fromisoformat(when):%m%d%Y%I%M%p}")
            elif kind == "date" and not value:
                self.page.keyboard.type("11202026")
            elif not value:
                self.page.keyboard.type(given.get(name, "As agreed."))
        raise AssertionError("The form has no end.")

    def answer(self, target: Locator) -> None:
        """One answer of several, wherever it stands."""
        target = target.first
        expect(target).to_be_visible()
        name = target.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']")
        reached = f"() => document.activeElement.name === '{name}'"
        for _n in range(FAR):
            if self.page.evaluate(reached):
                break
            self.page.keyboard.press("Tab")
        self.done += 1
        for _n in range(group.count() + 1):
            if target.evaluate(HAS_IT):
                if not target.is_checked():
                    self.page.keyboard.press("Space")
                expect(target).to_be_checked()
                assert target.evaluate(SHOWN) == []
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{target} is not reached.")

    # ---- Reading ----

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def stands_before(self, first: str, second: str) -> None:
        """What is read first comes first, also for whoever hears the page."""
        text = self.page.locator("main").inner_text()
        assert first in text, first
        assert second in text, second
        assert text.index(first) < text.index(second), f"{second!r} stands before {first!r}."


def typed(at: datetime, zone: tzinfo) -> str:
    """A day and a time as they are typed into a field for both, one part after the other."""
    return at.astimezone(zone).strftime("%m%d%Y%I%M%p")
